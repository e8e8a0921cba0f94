//! The bodies: their files and catalogues, and who administers them.

use clap::{ArgMatches, Command};

use super::{
    Asked, carrying,
    places::{config, data, is_set, slug, tenants, text},
    words::Words,
};

/// Whom `tenant admin` appoints: named by a fiscal code or by a name at an issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) tax_code: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
}

/// Its commands.
pub(super) fn commands(words: Words) -> [Command; 3] {
    [tenant(words), catalogue(words), schema(words)]
}

fn tenant(words: Words) -> Command {
    let check = words
        .command(
            "check",
            "Elenca tutto ciò che non va negli enti, con il rimedio",
            "Lists everything that is wrong with the bodies, with the remedy",
            "sportello tenant check cesena santarcangelo --strict",
        )
        .arg(
            words
                .place("slugs", ("ENTE", "TENANT"), "Solo questi enti (altrimenti tutti)", "These bodies only (else all)")
                .required(false)
                .num_args(0..),
        )
        .args([words.flag("strict", "Anche gli avvisi sono errori", "Warnings are errors, too"), tenants(words), config(words)]);
    let explain = words
        .command(
            "explain",
            "Dice da dove viene un valore e che cosa ha sostituito",
            "Says where a value comes from and what it replaced",
            "sportello tenant explain santarcangelo services/pink-badge term_days",
        )
        .args([
            slug(words),
            words.place(
                "document",
                ("DOCUMENTO", "DOCUMENT"),
                "Come services/pink-badge o offices",
                "Such as services/pink-badge or offices",
            ),
            words
                .place("path", ("PERCORSO", "PATH"), "Come fees.issue.amount (altrimenti tutto)", "Such as fees.issue.amount (else all)")
                .required(false),
            tenants(words),
            config(words),
        ]);
    let lock = words
        .command(
            "lock",
            "Fissa il rilascio del catalogo che l'ente eredita",
            "Pins the release of the catalogue that the body inherits",
            "sportello tenant lock santarcangelo --release 2026.1",
        )
        .args([
            slug(words),
            words.option("release", ("RILASCIO", "RELEASE"), "Quale rilascio (altrimenti l'ultimo)", "Which release (else the latest)"),
            tenants(words),
            config(words),
        ]);
    words
        .command("tenant", "Gli enti: configurazione e dati", "The bodies: configuration and data", "sportello tenant check")
        .subcommand_required(true)
        .subcommands([check, explain, lock, admin(words)])
        .subcommands(carrying::of_tenants(words))
}

fn admin(words: Words) -> Command {
    let tax_code = words.option(
        "tax-code",
        ("CODICE_FISCALE", "TAX_CODE"),
        "Il codice fiscale, se l'accesso del personale lo porta",
        "The fiscal code, where the log-in of the staff brings it",
    );
    let subject = words.option(
        "subject",
        ("SOGGETTO", "SUBJECT"),
        "Il nome presso il fornitore d'identità (sub), se l'accesso non porta il codice fiscale",
        "The name at the identity provider (sub), where the log-in brings no fiscal code",
    );
    let issuer = words.option(
        "issuer",
        ("INDIRIZZO", "ADDRESS"),
        "Con --subject: il fornitore d'identità (altrimenti l'unico del personale in identity.yaml)",
        "With --subject: the identity provider (else the only one of the staff in identity.yaml)",
    );
    let given = words.option("given-name", ("NOME", "NAME"), "Il nome, per gli elenchi", "The given name, for lists").required(true);
    let family =
        words.option("family-name", ("COGNOME", "NAME"), "Il cognome, per gli elenchi", "The family name, for lists").required(true);
    words
        .command(
            "admin",
            "Nomina un amministratore dell'ente: il primo, o uno nuovo quando nessuno può più entrare",
            "Appoints an administrator of the body: the first, or a new one when nobody can enter any more",
            "sportello tenant admin cesena --subject anna.neri --given-name Anna --family-name Neri",
        )
        .args([slug(words), tax_code, subject, issuer, given, family, data(words), tenants(words), config(words)])
}

fn catalogue(words: Words) -> Command {
    let publish = words
        .command(
            "publish",
            "Congela la bozza del catalogo di un ente in un rilascio che non cambia più",
            "Freezes the draft of a body's catalogue as a release that never changes",
            "sportello catalogue publish cesena 2027.1",
        )
        .args([
            slug(words),
            words.place("release", ("RILASCIO", "RELEASE"), "Anno e numero, come 2026.2", "Year and number, such as 2026.2"),
            tenants(words),
            config(words),
        ]);
    words
        .command(
            "catalogue",
            "I cataloghi che gli enti pubblicano",
            "The catalogues that bodies publish",
            "sportello catalogue publish cesena 2027.1",
        )
        .subcommand_required(true)
        .subcommand(publish)
}

fn schema(words: Words) -> Command {
    words
        .command(
            "schema",
            "Scrive gli schemi con cui un editor completa e controlla i file degli enti",
            "Writes the schemas with which an editor completes and checks the bodies' files",
            "sportello schema .schemas",
        )
        .arg(words.place("folder", ("CARTELLA", "DIR"), "Dove scriverli", "Where to write them"))
}

/// What the arguments of such a command say; none for a command that is not of these.
pub(super) fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    Some(match name {
        "tenant check" => Asked::TenantCheck {
            slugs: given.try_get_many::<String>("slugs").ok().flatten().into_iter().flatten().cloned().collect(),
            strict: is_set(given, "strict"),
        },
        "tenant explain" => Asked::TenantExplain {
            tenant: text(given, "tenant")?,
            document: text(given, "document")?,
            path: text(given, "path").unwrap_or_default(),
        },
        "tenant lock" => Asked::TenantLock { tenant: text(given, "tenant")?, release: text(given, "release") },
        "tenant admin" => Asked::TenantAdmin {
            tenant: text(given, "tenant")?,
            who: Who {
                tax_code: text(given, "tax-code"),
                subject: text(given, "subject"),
                issuer: text(given, "issuer"),
                given_name: text(given, "given-name")?,
                family_name: text(given, "family-name")?,
            },
        },
        "catalogue publish" => Asked::CataloguePublish { tenant: text(given, "tenant")?, release: text(given, "release")? },
        "schema" => Asked::Schema { folder: text(given, "folder")? },
        _ => return None,
    })
}
