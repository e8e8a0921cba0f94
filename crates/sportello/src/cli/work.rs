//! Work that was given up.

use clap::{ArgMatches, Command};

use super::{
    Asked,
    places::{config, data, tenants, text},
    words::Words,
};

/// Its commands.
pub(super) fn command(words: Words) -> Command {
    let places = || [data(words), tenants(words), config(words)];
    let tenant = || words.place("tenant", ("ENTE", "TENANT"), "Presso quale ente", "At which body").required(true);
    let id =
        || words.place("id", ("ID", "ID"), "Quale, come lo dice sportello work list", "Which, as sportello work list says").required(true);
    let list = words
        .command(
            "list",
            "Elenca scadenze e lettere a cui si è rinunciato dopo otto tentativi",
            "Lists timers and letters that were given up after eight tries",
            "sportello work list cesena --json",
        )
        .arg(tenant());
    let retry = words
        .command("retry", "Ne ritenta una, subito", "Tries one again, at once", "sportello work retry cesena ID")
        .args([tenant(), id()]);
    let drop = words
        .command("drop", "Ne elimina una: non si farà più", "Drops one: it will never be done", "sportello work drop cesena ID")
        .args([tenant(), id()]);
    let parts = [list, retry, drop].map(|part| part.args(places()));
    words
        .command("work", "Il lavoro che non è riuscito", "Work that failed", "sportello work list cesena")
        .subcommand_required(true)
        .subcommands(parts)
}

/// What the arguments of such a command say; none for a command that is not of these.
pub(super) fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    Some(match name {
        "work list" => Asked::WorkList { tenant: text(given, "tenant")? },
        "work retry" => Asked::WorkRetry { tenant: text(given, "tenant")?, id: text(given, "id")? },
        "work drop" => Asked::WorkDrop { tenant: text(given, "tenant")?, id: text(given, "id")? },
        _ => return None,
    })
}
