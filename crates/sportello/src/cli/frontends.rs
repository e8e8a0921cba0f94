//! What builders of frontends need: a token for the demonstration, and the description of the API.

use clap::{ArgMatches, Command, value_parser};
use sportello_domain::permissions::Role;

use super::{
    Asked,
    places::{config, data, tenants, text},
    words::Words,
};

/// Its commands.
pub(super) fn commands(words: Words) -> [Command; 2] {
    [token(words), openapi(words)]
}

fn token(words: Words) -> Command {
    let tenant = words.option("tenant", ("ENTE", "TENANT"), "Presso quale ente", "At which body").required(true);
    let role = words
        .option(
            "role",
            ("RUOLO", "ROLE"),
            "Con quale ruolo: citizen, operator, case_officer, administrator…",
            "With which role: citizen, operator, case_officer, administrator…",
        )
        .required(true)
        .value_parser(Role::ASSIGNABLE.map(Role::id));
    let person = words.option(
        "as",
        ("CODICE_FISCALE", "TAX_CODE"),
        "Il codice fiscale di una persona inventata",
        "The fiscal code of a person that does not exist",
    );
    let office = words.option("office", ("UFFICIO", "OFFICE"), "Solo per un ufficio dell'ente", "For one office of the body only");
    let level = words
        .option("level", ("LIVELLO", "LEVEL"), "Il livello di identità, da 1 a 3 [2]", "The identity level, 1 to 3 [2]")
        .value_parser(value_parser!(u8).range(1..=3));
    words
        .command(
            "token",
            "Stampa un token per la dimostrazione, sull'ultima riga",
            "Prints a token for the demonstration, on the last line",
            "sportello token --tenant cesena --role operator",
        )
        .args([tenant, role, person, office, level, data(words), tenants(words), config(words)])
}

fn openapi(words: Words) -> Command {
    words.command(
        "openapi",
        "Stampa la descrizione OpenAPI, in YAML o con --json in JSON",
        "Prints the OpenAPI document, as YAML or with --json as JSON",
        "sportello openapi > openapi/sportello.yaml",
    )
}

/// What the arguments of such a command say; none for a command that is not of these.
pub(super) fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    Some(match name {
        "token" => Asked::Token {
            tenant: text(given, "tenant")?,
            role: Role::from_id(&text(given, "role")?)?,
            tax_code: text(given, "as"),
            office: text(given, "office"),
            level: given.try_get_one::<u8>("level").ok().flatten().copied().unwrap_or(2),
        },
        "openapi" => Asked::OpenApi,
        _ => return None,
    })
}
