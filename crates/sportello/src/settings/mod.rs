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
    /// Where rows are kept.
    pub(crate) placements: Placements,
    /// The file with the address of a Redis that processes share.
    pub(crate) redis: Option<PathBuf>,
}

impl Settings {
    /// The settings in force.
    pub(crate) fn read(flags: &Places, environment: &Environment) -> Outcome<Self> {
        let named = flags.config.as_ref().or(environment.config.as_ref());
        let file = match named {
            Some(path) => FromFile::read(Path::new(path))?,
            None if Path::new(FILE).exists() => FromFile::read(Path::new(FILE))?,
            None => FromFile::default(),
        };
        Self::of(flags, environment, file)
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
            placements: file.placements,
            redis: file.redis,
        })
    }

    /// The folder of keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.data.join("keys")
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

fn address(text: &str) -> Outcome<SocketAddr> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().map_err(|_| {
        Stop::new(
            format!("'{text}' non è un indirizzo con la porta: scrivi per esempio --listen {LISTEN}."),
            format!("'{text}' is no address with a port: write for example --listen {LISTEN}."),
        )
    })
}
