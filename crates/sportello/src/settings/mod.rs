//! The server's own settings: flags win over the environment, that over `sportello.yaml`, that over the defaults.
//!
//! To extend: a key is a line in [`file`] and a field of [`FromFile`]; a part that does not exist yet is refused by its name, so
//! that nobody believes it is in force.

mod file;
mod placements;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sportello_connect::limiter::Quotas;

use crate::cli::Places;
use crate::environment::Environment;
use crate::stop::{Outcome, Stop};
pub(crate) use file::FromFile;
use placements::Placements;

/// Where the server listens unless told otherwise: this machine only.
const LISTEN: &str = "127.0.0.1:8080";

/// Everything that the composition needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where to answer.
    pub(crate) listen: SocketAddr,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The folder of the bodies.
    pub(crate) tenants: PathBuf,
    /// The folder of documents.
    pub(crate) files: PathBuf,
    /// A master key kept by the operator; else one is made in the data folder.
    pub(crate) master_key: Option<PathBuf>,
    /// How often callers may ask.
    pub(crate) quotas: Quotas,
    /// Balancers whose word on the caller's address is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Where spans are sent to.
    pub(crate) collector: Option<String>,
    /// The address of the figures, where they have one of their own.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// How the server stops.
    pub(crate) stopping: Stopping,
    /// Where backups are, and how old the newest may be.
    pub(crate) backups: Option<Backups>,
    /// The file that these settings were read from.
    pub(crate) source: Option<PathBuf>,
    /// Where rows are kept.
    pub(crate) placements: Placements,
    /// The file with the address of a Redis that processes share.
    pub(crate) redis: Option<PathBuf>,
}

/// How the server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stopping {
    /// How long it goes on taking requests after it said that it will stop.
    pub(crate) drain: Duration,
    /// How long requests may then go on.
    pub(crate) finish: Duration,
}

/// Where backups are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backups {
    /// The folder.
    pub(crate) directory: PathBuf,
    /// How old the newest may be, in days.
    pub(crate) max_age_days: u32,
}

/// How long balancers are given to notice that a server stops, in seconds.
const DRAIN: u32 = 5;
/// How long requests may go on after that, in seconds.
const FINISH: u32 = 30;
/// How old the newest backup may be, in days.
const BACKUP_DAYS: u32 = 1;

impl Settings {
    /// The settings in force.
    pub(crate) fn read(flags: &Places, environment: &Environment) -> Outcome<Self> {
        let named = flags.config.as_ref().or(environment.config.as_ref()).map(PathBuf::from);
        let source = named.or_else(|| Path::new(FILE).exists().then(|| PathBuf::from(FILE)));
        let file = source.as_deref().map_or_else(|| Ok(FromFile::default()), FromFile::read)?;
        Ok(Self { source, ..Self::of(flags, environment, file)? })
    }

    fn of(flags: &Places, environment: &Environment, file: FromFile) -> Outcome<Self> {
        let listen = flags.listen.clone().or_else(|| environment.listen.clone()).or(file.listen);
        let listen = listen.as_deref().unwrap_or(LISTEN);
        let path = |flag: &Option<String>, variable: &Option<String>, file: Option<PathBuf>, usual: &str| {
            flag.as_ref().or(variable.as_ref()).map(PathBuf::from).or(file).unwrap_or_else(|| PathBuf::from(usual))
        };
        let data = path(&flags.data, &environment.data, file.data, "data");
        let usual = Quotas::default();
        Ok(Self {
            listen: address(listen)?,
            files: file.files.unwrap_or_else(|| data.join("files")),
            data,
            tenants: path(&flags.tenants, &environment.tenants, file.tenants, "tenants"),
            master_key: file.master_key,
            quotas: Quotas {
                per_caller_per_minute: file.per_caller_per_minute.unwrap_or(usual.per_caller_per_minute),
                look_ups_per_caller_per_minute: file.look_ups_per_minute.unwrap_or(usual.look_ups_per_caller_per_minute),
                per_tenant_per_second: file.per_tenant_per_second.unwrap_or(usual.per_tenant_per_second),
            },
            trusted_proxies: file.trusted_proxies,
            collector: file.collector,
            metrics_listen: file.metrics_listen,
            stopping: Stopping {
                drain: Duration::from_secs(file.drain_seconds.unwrap_or(DRAIN).into()),
                finish: Duration::from_secs(file.finish_seconds.unwrap_or(FINISH).into()),
            },
            backups: file.backups.map(|directory| Backups { directory, max_age_days: file.backup_days.unwrap_or(BACKUP_DAYS) }),
            source: None,
            placements: file.placements,
            redis: file.redis,
        })
    }

    /// The folder of keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    /// The master key that the program makes where the operator keeps none.
    pub(crate) fn made_key(&self) -> PathBuf {
        self.keys().join("master.key")
    }

    /// The folder of the last good configurations.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.data.join("snapshots")
    }

    /// The folder of outgoing mail.
    pub(crate) fn outgoing(&self) -> PathBuf {
        self.data.join("outgoing")
    }
}

/// The file that is read when it is there and none is named.
const FILE: &str = "sportello.yaml";

/// An address to listen on.
pub(crate) fn address(text: &str) -> Outcome<SocketAddr> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().map_err(|_| {
        Stop::new(
            format!("'{text}' non è un indirizzo con la porta: scrivi per esempio --listen {LISTEN}."),
            format!("'{text}' is no address with a port: write for example --listen {LISTEN}."),
        )
    })
}
