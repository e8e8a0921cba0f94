//! The databases, and how the installation is.

use clap::{ArgMatches, Command};

use super::{
    Asked, carrying,
    places::{config, data, is_set, tenants},
    words::Words,
};

/// Its commands.
pub(super) fn commands(words: Words) -> [Command; 2] {
    [db(words), doctor(words)]
}

fn db(words: Words) -> Command {
    let places = || [data(words), tenants(words), config(words)];
    let migrate = words
        .command(
            "migrate",
            "Porta i database alla versione di questo programma",
            "Brings the databases up to this program",
            "sportello db migrate",
        )
        .args(places());
    let status = words
        .command("status", "Dice a che punto sono i database", "Says how far the databases are", "sportello db status --json")
        .args(places());
    words
        .command("db", "I database", "The databases", "sportello db status")
        .subcommand_required(true)
        .subcommands([migrate, status])
        .subcommands(carrying::of_databases(words))
}

fn doctor(words: Words) -> Command {
    let deep = words.flag("deep", "Rilegge per intero ogni database: dura a lungo", "Reads every database through: that takes long");
    words
        .command(
            "doctor",
            "Dice come sta l'installazione e che cosa fare: non cambia nulla",
            "Says how the installation is and what to do: it changes nothing",
            "sportello doctor --config /etc/sportello/sportello.yaml",
        )
        .args([deep, data(words), tenants(words), config(words)])
}

/// What the arguments of such a command say; none for a command that is not of these.
pub(super) fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    Some(match name {
        "db migrate" => Asked::DbMigrate,
        "db status" => Asked::DbStatus,
        "doctor" => Asked::Doctor { deep: is_set(given, "deep") },
        _ => return None,
    })
}
