//! Where things are: the arguments that many commands share, and how arguments are read.

use clap::{Arg, ArgMatches};

use super::words::Words;

/// Where things are, as flags say it; each may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) listen: Option<String>,
    pub(crate) data: Option<String>,
    pub(crate) tenants: Option<String>,
    pub(crate) config: Option<String>,
}

impl Places {
    /// Where things are for a command with these arguments.
    pub(super) fn of(given: &ArgMatches) -> Self {
        Self { listen: text(given, "listen"), data: text(given, "data"), tenants: text(given, "tenants"), config: text(given, "config") }
    }
}

pub(super) fn listen(words: Words) -> Arg {
    words.option(
        "listen",
        ("INDIRIZZO:PORTA", "ADDRESS:PORT"),
        "Dove rispondere (SPORTELLO_LISTEN) [127.0.0.1:8080]",
        "Where to answer (SPORTELLO_LISTEN) [127.0.0.1:8080]",
    )
}

pub(super) fn data(words: Words) -> Arg {
    words.option("data", ("CARTELLA", "DIR"), "La cartella dei dati (SPORTELLO_DATA) [./data]", "The data folder (SPORTELLO_DATA) [./data]")
}

pub(super) fn tenants(words: Words) -> Arg {
    words.option(
        "tenants",
        ("CARTELLA", "DIR"),
        "La cartella degli enti (SPORTELLO_TENANTS) [./tenants]",
        "The folder of the bodies (SPORTELLO_TENANTS) [./tenants]",
    )
}

pub(super) fn config(words: Words) -> Arg {
    words.option(
        "config",
        ("FILE", "FILE"),
        "Le impostazioni del server (SPORTELLO_CONFIG) [./sportello.yaml, se c'è]",
        "The server's settings (SPORTELLO_CONFIG) [./sportello.yaml, if it exists]",
    )
}

pub(super) fn slug(words: Words) -> Arg {
    words.place("tenant", ("ENTE", "TENANT"), "La cartella dell'ente", "The body's folder")
}

/// The text of an argument, where it was given and the command has it.
pub(super) fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.try_get_one::<String>(name).ok().flatten().cloned()
}

/// Whether a flag was given.
pub(super) fn is_set(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default()
}
