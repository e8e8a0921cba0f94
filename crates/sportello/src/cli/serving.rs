//! What serves the bodies and goes on until it is stopped.

use clap::{Arg, ArgMatches, Command};

use super::{
    Asked,
    places::{config, data, is_set, listen, tenants, text},
    words::Words,
};

/// Its commands.
pub(super) fn commands(words: Words) -> [Command; 3] {
    [demo(words), serve(words), worker(words)]
}

fn log_format(words: Words) -> Arg {
    words
        .option(
            "log-format",
            ("FORMATO", "FORMAT"),
            "Il diario: pretty o json (altrimenti pretty su un terminale, json altrove)",
            "The log: pretty or json (else pretty on a terminal, json elsewhere)",
        )
        .value_parser(["pretty", "json"])
}

fn demo(words: Words) -> Command {
    words
        .command(
            "demo",
            "Riempie due Comuni con una giornata verosimile e li serve su questa macchina",
            "Fills two communes with a believable day and serves them on this machine",
            "sportello demo --listen 127.0.0.1:8080 --data ./data",
        )
        .args([listen(words), data(words), tenants(words), config(words), log_format(words)])
}

fn serve(words: Words) -> Command {
    let strict = words.flag(
        "strict",
        "Non parte se la configurazione di un ente ha errori",
        "Does not start when a body's configuration has errors",
    );
    let no_work = words.flag(
        "no-work",
        "Lascia ai worker quel che è da fare nei database; quello dei file lo fa comunque",
        "Leaves what is due in databases to workers; what is due in files it does in any case",
    );
    words.command("serve", "Serve gli enti", "Serves the bodies", "sportello serve --config /etc/sportello/sportello.yaml").args([
        listen(words),
        data(words),
        tenants(words),
        config(words),
        log_format(words),
        strict,
        no_work,
    ])
}

fn worker(words: Words) -> Command {
    // Not where the server answers, which the settings name: that is somebody else's address.
    let probes = words
        .option(
            "listen",
            ("INDIRIZZO:PORTA", "ADDRESS:PORT"),
            "Dove rispondere a chi sorveglia: /health/live, /health/ready, /metrics (altrimenti in nessun posto)",
            "Where to answer those who watch: /health/live, /health/ready, /metrics (else nowhere)",
        )
        .id("probes");
    words
        .command(
            "worker",
            "Fa quel che è da fare nei database (scadenze, lettere), accanto ai server",
            "Does what is due in databases (timers, letters), beside the servers",
            "sportello worker --config /etc/sportello/sportello.yaml",
        )
        .args([probes, data(words), tenants(words), config(words), log_format(words)])
}

/// What the arguments of such a command say; none for a command that is not of these.
pub(super) fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    let log_format = text(given, "log-format");
    Some(match name {
        "demo" => Asked::Demo { log_format },
        "serve" => Asked::Serve { strict: is_set(given, "strict"), no_work: is_set(given, "no-work"), log_format },
        "worker" => Asked::Worker { probes: text(given, "probes"), log_format },
        _ => return None,
    })
}
