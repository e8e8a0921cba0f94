//! `sportello.yaml`: strict, each problem with its place.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sportello_domain::refusal::Message as Words;
use sportello_tenancy::problem::{Message, Problems};
use sportello_tenancy::shape::{closest, list};
use sportello_tenancy::yaml::{self, Node};

use super::placements::Placements;
use crate::stop::{Outcome, Stop, finding};

/// What the file says; absent is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FromFile {
    pub(crate) listen: Option<String>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) tenants: Option<PathBuf>,
    pub(crate) files: Option<PathBuf>,
    pub(crate) master_key: Option<PathBuf>,
    pub(crate) per_caller_per_minute: Option<u32>,
    pub(crate) look_ups_per_minute: Option<u32>,
    pub(crate) per_tenant_per_second: Option<u32>,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    pub(crate) collector: Option<String>,
    pub(crate) metrics_listen: Option<SocketAddr>,
    pub(crate) drain_seconds: Option<u32>,
    pub(crate) finish_seconds: Option<u32>,
    pub(crate) backups: Option<PathBuf>,
    pub(crate) backup_days: Option<u32>,
    pub(crate) placements: Placements,
    pub(crate) redis: Option<PathBuf>,
}

const KEYS: [&str; 16] = [
    "format",
    "listen",
    "public_url",
    "tenants",
    "data",
    "platform",
    "placements",
    "default_placement",
    "redis",
    "files",
    "keys",
    "limits",
    "telemetry",
    "trusted_proxies",
    "stop",
    "backups",
];

/// Italian and English.
type Pair = (&'static str, &'static str);

const S3: Pair = ("S3", "S3");
const LINKS: Pair = ("collegamenti nelle lettere", "links in letters");
const NO_LINKS: Pair = ("la lettera che nomina la pratica", "the letter that names the case");
const LOCAL_FOLDER: Pair = ("una cartella locale", "a local folder");

impl FromFile {
    /// Reads a file; relative paths in it begin at its folder.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let bytes = std::fs::read(path).map_err(|error| {
            let path = path.display();
            Stop::new(
                format!("Le impostazioni {path} non si possono leggere ({error}): controlla --config."),
                format!("The settings {path} cannot be read ({error}): check --config."),
            )
        })?;
        Self::parse(&bytes, path)
    }

    pub(super) fn parse(bytes: &[u8], path: &Path) -> Outcome<Self> {
        let mut reader =
            Reader { problems: Problems::new(), missing: Vec::new(), folder: path.parent().unwrap_or_else(|| Path::new("")).to_owned() };
        let shown: Arc<str> = path.to_string_lossy().into();
        let node = yaml::decode(bytes, &shown, &mut reader.problems).and_then(|text| yaml::parse(&text, &shown, &mut reader.problems));
        let read = node.map(|node| reader.file(&node)).unwrap_or_default();
        let mut findings = reader.missing;
        if !reader.problems.usable() {
            findings.splice(0..0, reader.problems.sorted().iter().map(finding));
        }
        if findings.is_empty() {
            return Ok(read);
        }
        let path = path.display();
        Err(Stop::new(
            format!("Le impostazioni {path} non vanno: correggi quanto elencato sopra."),
            format!("The settings {path} will not do: correct what is listed above."),
        )
        .with(findings))
    }
}

pub(super) struct Reader {
    problems: Problems,
    missing: Vec<Words>,
    folder: PathBuf,
}

impl Reader {
    fn file(&mut self, root: &Node) -> FromFile {
        self.keys(root, &KEYS, ("sportello.yaml", "sportello.yaml"));
        match root.get("format") {
            None => self.lacks(root, "format", "sportello.yaml"),
            Some(node) if node.as_text() != Some("1") => {
                let message = Message::UnsupportedFormat { value: node.short().into(), supported: 1.into() };
                self.problems.push(message, &node.span, "format");
            }
            Some(_) => {}
        }
        self.parts_that_wait(root);
        let limits = self.inner(root, "limits", &["per_caller", "per_tenant", "look_ups"]);
        let per_caller = limits.and_then(|limits| self.inner(limits, "per_caller", &["per_minute"]));
        let look_ups = limits.and_then(|limits| self.inner(limits, "look_ups", &["per_minute"]));
        let per_tenant = limits.and_then(|limits| self.inner(limits, "per_tenant", &["per_second"]));
        let telemetry = self.inner(root, "telemetry", &["otlp", "metrics_listen"]);
        let stop = self.inner(root, "stop", &["drain_seconds", "finish_seconds"]);
        let redis = self.inner(root, "redis", &["url_file"]);
        let backups = self.inner(root, "backups", &["directory", "max_age_days"]);
        FromFile {
            collector: telemetry.and_then(|telemetry| self.collector(telemetry)),
            metrics_listen: telemetry.and_then(|telemetry| self.metrics_listen(telemetry)),
            drain_seconds: self.number(stop, "stop", "drain_seconds", 0),
            finish_seconds: self.number(stop, "stop", "finish_seconds", 1),
            backups: backups.and_then(|backups| self.needed(backups, "directory", "backups")),
            backup_days: self.number(backups, "backups", "max_age_days", 1),
            listen: self.text(root, "listen"),
            data: self.path(root, "data"),
            tenants: self.path(root, "tenants"),
            files: self.inner(root, "files", &["directory", "s3"]).and_then(|files| self.path(files, "directory")),
            master_key: self.inner(root, "keys", &["master_file"]).and_then(|keys| self.path(keys, "master_file")),
            per_caller_per_minute: self.limit(per_caller, "limits.per_caller", "per_minute"),
            look_ups_per_minute: self.limit(look_ups, "limits.look_ups", "per_minute"),
            per_tenant_per_second: self.limit(per_tenant, "limits.per_tenant", "per_second"),
            trusted_proxies: self.proxies(root),
            placements: self.placements(root),
            redis: redis.and_then(|redis| self.needed(redis, "url_file", "redis")),
        }
    }

    /// Names what is set and does not exist yet, each at its place.
    fn parts_that_wait(&mut self, root: &Node) {
        let fixed = [("files.s3", S3, LOCAL_FOLDER), ("public_url", LINKS, NO_LINKS)];
        for (key, part, instead) in fixed {
            if let Some(node) = root.at(key.split('.')) {
                let at = &node.span;
                self.missing.push(Words::new(
                    format!(
                        "{at}: errore: '{key}' chiede {}, che questa versione non ha ancora\n    rimedio: toglilo: al suo posto c'è {}",
                        part.0, instead.0
                    ),
                    format!(
                        "{at}: error: '{key}' asks for {}, which this version does not have yet\n    remedy: remove it: {} takes its place",
                        part.1, instead.1
                    ),
                ));
            }
        }
    }

    /// Reports keys that mean nothing here.
    pub(super) fn keys(&mut self, node: &Node, allowed: &[&str], place: (&str, &str)) {
        for (key, entry) in node.entries().filter(|(key, _)| !allowed.contains(key)) {
            let words = sportello_tenancy::problem::Words::new(place.0, place.1);
            let message = match closest(key, allowed.iter().copied()) {
                Some(near) => Message::UnknownKeyLike { key: key.into(), place: words, suggestion: near.into() },
                None => Message::UnknownKey { key: key.into(), place: words, allowed: list(allowed.iter().copied()).into() },
            };
            self.problems.push(message, &entry.key, key);
        }
    }

    /// Reports a key that must be there.
    pub(super) fn lacks(&mut self, node: &Node, key: &str, place: &str) {
        let message = Message::MissingKey { key: key.into(), place: place.into() };
        self.problems.push(message, &node.span, key);
    }

    /// A map with fixed keys.
    pub(super) fn inner<'n>(&mut self, node: &'n Node, key: &str, allowed: &[&str]) -> Option<&'n Node> {
        let inner = node.get(key)?;
        if inner.as_map().is_none() {
            self.wrong(inner, key, ("una mappa", "a map"));
            return None;
        }
        self.keys(inner, allowed, (key, key));
        Some(inner)
    }

    pub(super) fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        let found = node.get(key)?;
        let text = found.as_text().map(str::to_owned);
        if text.is_none() {
            self.wrong(found, key, ("un testo", "a text"));
        }
        text
    }

    pub(super) fn path(&mut self, node: &Node, key: &str) -> Option<PathBuf> {
        self.text(node, key).map(|text| self.folder.join(text))
    }

    pub(super) fn limit(&mut self, limits: Option<&Node>, group: &str, key: &str) -> Option<u32> {
        self.number(limits, group, key, 1)
    }

    /// A whole number, zero only where that means something.
    fn number(&mut self, node: Option<&Node>, group: &str, key: &str, least: u32) -> Option<u32> {
        let found = node?.get(key)?;
        let number = found.as_text().and_then(|text| text.parse().ok()).filter(|number| *number >= least);
        if number.is_none() {
            let expected = match least {
                0 => ("un numero intero, anche zero", "a whole number, zero included"),
                _ => ("un numero intero maggiore di zero", "a whole number above zero"),
            };
            self.wrong(found, &format!("{group}.{key}"), expected);
        }
        number
    }

    /// The address of a collector: spans go to `/v1/traces` there.
    fn collector(&mut self, telemetry: &Node) -> Option<String> {
        let found = telemetry.get("otlp")?;
        let text = found.as_text().map(|text| text.trim_end_matches('/'));
        let good =
            text.filter(|text| ["http://", "https://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|host| !host.is_empty())));
        if good.is_none() {
            self.wrong(found, "telemetry.otlp", ("un indirizzo come http://collector:4318", "an address such as http://collector:4318"));
        }
        good.map(str::to_owned)
    }

    fn metrics_listen(&mut self, telemetry: &Node) -> Option<SocketAddr> {
        let found = telemetry.get("metrics_listen")?;
        let address = found.as_text().and_then(|text| text.parse().ok());
        if address.is_none() {
            let expected = ("un indirizzo con la porta come 127.0.0.1:9464", "an address with a port such as 127.0.0.1:9464");
            self.wrong(found, "telemetry.metrics_listen", expected);
        }
        address
    }

    /// A file or folder without which its section means nothing.
    fn needed(&mut self, section: &Node, key: &str, place: &str) -> Option<PathBuf> {
        if section.get(key).is_none() {
            self.lacks(section, key, place);
        }
        self.path(section, key)
    }

    fn proxies(&mut self, root: &Node) -> Vec<IpAddr> {
        let mut found = Vec::new();
        let set = root.get("trusted_proxies");
        if let Some(node) = set.filter(|node| node.as_map().is_none()) {
            self.wrong(node, "trusted_proxies", ("un insieme di indirizzi", "a set of addresses"));
        }
        for (key, entry) in set.into_iter().flat_map(Node::entries) {
            match (key.parse(), entry.node.as_text()) {
                (Ok(address), Some("true")) => found.push(address),
                (Ok(_), Some("false")) => {}
                (Ok(_), _) => self.wrong(&entry.node, &format!("trusted_proxies.{key}"), ("true o false", "true or false")),
                (Err(_), _) => self.wrong(&Node::scalar(key, entry.key.clone()), "trusted_proxies", ("un indirizzo IP", "an IP address")),
            }
        }
        found
    }

    pub(super) fn wrong(&mut self, node: &Node, path: &str, expected: (&str, &str)) {
        let found =
            node.as_text().map_or_else(|| ("una mappa".to_owned(), "a map".to_owned()), |text| (format!("'{text}'"), format!("'{text}'")));
        let words = |it: String, en: String| sportello_tenancy::problem::Words::new(it, en);
        let message = Message::WrongType {
            path: path.into(),
            expected: words(expected.0.to_owned(), expected.1.to_owned()),
            found: words(found.0, found.1),
        };
        self.problems.push(message, &node.span, path);
    }
}
