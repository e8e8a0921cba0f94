//! The command line: what can be asked of the program.
//!
//! To extend: a command is a function here, an entry of [`Asked`], and a module under `commands`. Only what works is listed.

mod carrying;
mod refused;
mod words;

pub(crate) use carrying::Carry;
use clap::{ArgMatches, Command};
use sportello_domain::permissions::Role;
use sportello_domain::text::Language;
use words::Words;

use crate::stop::{Outcome, Stop};

/// Where things are, as flags say it; each may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) listen: Option<String>,
    pub(crate) data: Option<String>,
    pub(crate) tenants: Option<String>,
    pub(crate) config: Option<String>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Demo { log_format: Option<String> },
    Serve { strict: bool, no_work: bool, log_format: Option<String> },
    Worker { probes: Option<String>, log_format: Option<String> },
    WorkList { tenant: String },
    WorkRetry { tenant: String, id: String },
    WorkDrop { tenant: String, id: String },
    Token { tenant: String, role: Role, tax_code: Option<String>, office: Option<String>, level: u8 },
    OpenApi,
    TenantCheck { slugs: Vec<String>, strict: bool },
    TenantExplain { tenant: String, document: String, path: String },
    TenantLock { tenant: String, release: Option<String> },
    TenantAdmin { tenant: String, who: Who },
    CataloguePublish { tenant: String, release: String },
    Schema { folder: String },
    DbMigrate,
    DbStatus,
    Doctor { deep: bool },
    Carry(Carry),
}

/// Whom `tenant admin` appoints: named by a fiscal code or by a name at an issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) tax_code: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
}

/// A command line that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    pub(crate) asked: Asked,
    pub(crate) places: Places,
    pub(crate) json: bool,
}

/// What a command line turned out to be.
#[derive(Debug)]
pub(crate) enum Read {
    /// Something to do.
    Do(Box<CommandLine>),
    /// A text to show: help or the version.
    Show(String),
}

/// Reads the arguments, the program's name first.
pub(crate) fn read(arguments: &[String], language: Language) -> Outcome<Read> {
    let command = program(Words(language));
    match command.try_get_matches_from(arguments) {
        Ok(matches) => understood(&matches).map(|line| Read::Do(Box::new(line))),
        Err(error) if !error.use_stderr() => Ok(Read::Show(error.to_string())),
        Err(error) => Err(refused::words(&error)),
    }
}

fn program(words: Words) -> Command {
    let json = words.flag("json", "Scrive il risultato in JSON", "Writes the result as JSON").global(true).display_order(900);
    let lang = words
        .option(
            "lang",
            ("LINGUA", "LANGUAGE"),
            "Lingua dei messaggi: it o en (altrimenti quella del sistema)",
            "Language of messages: it or en (else the system's)",
        )
        .value_parser(["it", "en"])
        .global(true)
        .display_order(901);
    let version = clap::Arg::new("version")
        .short('V')
        .long("version")
        .action(clap::ArgAction::Version)
        .help(words.pick("Mostra la versione", "Shows the version"));
    words
        .command(
            "sportello",
            "Lo sportello polifunzionale dei Comuni: un programma, molti enti",
            "The municipal one-stop desk: one program, many bodies",
            "sportello demo",
        )
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .args([json, lang, version])
        .subcommands([
            demo(words),
            serve(words),
            worker(words),
            work(words),
            token(words),
            openapi(words),
            tenant(words),
            catalogue(words),
            schema(words),
            db(words),
            doctor(words),
        ])
}

fn listen(words: Words) -> clap::Arg {
    words.option(
        "listen",
        ("INDIRIZZO:PORTA", "ADDRESS:PORT"),
        "Dove rispondere (SPORTELLO_LISTEN) [127.0.0.1:8080]",
        "Where to answer (SPORTELLO_LISTEN) [127.0.0.1:8080]",
    )
}

fn data(words: Words) -> clap::Arg {
    words.option("data", ("CARTELLA", "DIR"), "La cartella dei dati (SPORTELLO_DATA) [./data]", "The data folder (SPORTELLO_DATA) [./data]")
}

fn tenants(words: Words) -> clap::Arg {
    words.option(
        "tenants",
        ("CARTELLA", "DIR"),
        "La cartella degli enti (SPORTELLO_TENANTS) [./tenants]",
        "The folder of the bodies (SPORTELLO_TENANTS) [./tenants]",
    )
}

fn config(words: Words) -> clap::Arg {
    words.option(
        "config",
        ("FILE", "FILE"),
        "Le impostazioni del server (SPORTELLO_CONFIG) [./sportello.yaml, se c'è]",
        "The server's settings (SPORTELLO_CONFIG) [./sportello.yaml, if it exists]",
    )
}

fn log_format(words: Words) -> clap::Arg {
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

fn work(words: Words) -> Command {
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
        .value_parser(clap::value_parser!(u8).range(1..=3));
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

fn slug(words: Words) -> clap::Arg {
    words.place("tenant", ("ENTE", "TENANT"), "La cartella dell'ente", "The body's folder")
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

fn understood(matches: &ArgMatches) -> Outcome<CommandLine> {
    let (name, inner) = matches.subcommand().ok_or_else(nothing_asked)?;
    let (asked, leaf) = match inner.subcommand() {
        Some((second, leaf)) => (asked(&format!("{name} {second}"), leaf), leaf),
        None => (asked(name, inner), inner),
    };
    let places =
        Places { listen: text(leaf, "listen"), data: text(leaf, "data"), tenants: text(leaf, "tenants"), config: text(leaf, "config") };
    Ok(CommandLine { asked: asked.ok_or_else(nothing_asked)?, places, json: is_set(leaf, "json") })
}

fn nothing_asked() -> Stop {
    Stop::new("Manca il comando: vedi sportello --help.", "The command is missing: see sportello --help.")
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.try_get_one::<String>(name).ok().flatten().cloned()
}

fn is_set(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default()
}

/// The arguments of a command; none for a command that is not known, which the parser never lets through.
fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    let log_format = text(given, "log-format");
    Some(match name {
        "demo" => Asked::Demo { log_format },
        "serve" => Asked::Serve { strict: is_set(given, "strict"), no_work: is_set(given, "no-work"), log_format },
        "worker" => Asked::Worker { probes: text(given, "probes"), log_format },
        "work list" => Asked::WorkList { tenant: text(given, "tenant")? },
        "work retry" => Asked::WorkRetry { tenant: text(given, "tenant")?, id: text(given, "id")? },
        "work drop" => Asked::WorkDrop { tenant: text(given, "tenant")?, id: text(given, "id")? },
        "token" => Asked::Token {
            tenant: text(given, "tenant")?,
            role: Role::from_id(&text(given, "role")?)?,
            tax_code: text(given, "as"),
            office: text(given, "office"),
            level: given.try_get_one::<u8>("level").ok().flatten().copied().unwrap_or(2),
        },
        "openapi" => Asked::OpenApi,
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
        "db migrate" => Asked::DbMigrate,
        "db status" => Asked::DbStatus,
        "doctor" => Asked::Doctor { deep: is_set(given, "deep") },
        other => return carrying::asked(other, given),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str, language: Language) -> Outcome<Read> {
        read(&line.split(' ').map(str::to_owned).collect::<Vec<_>>(), language)
    }

    fn walk<'c>(command: &'c Command, found: &mut Vec<&'c Command>) {
        found.push(command);
        command.get_subcommands().for_each(|inner| walk(inner, found));
    }

    #[test]
    fn every_command_has_help_with_an_example_in_both_languages() {
        let (italian, english) = (program(Words(Language::It)), program(Words(Language::En)));
        italian.clone().debug_assert();
        let (mut first, mut second) = (Vec::new(), Vec::new());
        walk(&italian, &mut first);
        walk(&english, &mut second);
        assert_eq!(first.len(), 28);
        for (italian, english) in first.iter().zip(second) {
            assert_ne!(
                italian.get_about().map(ToString::to_string),
                english.get_about().map(ToString::to_string),
                "{}",
                italian.get_name()
            );
            let help = (*italian).clone().render_long_help().to_string();
            assert!(help.contains("Esempio:\n  sportello "), "{help}");
            for word in ["Options", "Usage", "Commands", "Arguments"] {
                assert!(!help.contains(word), "{help}");
            }
        }
    }

    #[test]
    fn a_command_line_is_understood() {
        let line = match parse("sportello token --tenant a --role case_officer --level 3 --data d --json", Language::It) {
            Ok(Read::Do(line)) => *line,
            other => panic!("{other:?}"),
        };
        let asked = Asked::Token { tenant: "a".to_owned(), role: Role::CaseOfficer, tax_code: None, office: None, level: 3 };
        assert_eq!(line.asked, asked);
        assert!(line.json);
        assert_eq!(line.places, Places { data: Some("d".to_owned()), ..Places::default() });
    }

    #[test]
    fn what_is_not_understood_is_said_in_both_languages() {
        let stop = |line| parse(line, Language::It).unwrap_err().sentence;
        let message = stop("sportello demo --liste x");
        assert_eq!(message.it, "L'opzione '--liste' non esiste: forse intendevi '--listen'? Vedi sportello demo --help.");
        assert_eq!(message.en, "There is no option '--liste': did you mean '--listen'? See sportello demo --help.");
        let message = stop("sportello tenants");
        assert_eq!(message.it, "Il comando 'tenants' non esiste: forse intendevi 'tenant'? Vedi sportello --help.");
        assert_eq!(stop("sportello token --tenant a").it, "Manca --role <RUOLO>: vedi sportello token --help.");
        assert_eq!(stop("sportello demo --lang fr").en, "'fr' is not a value of --lang: it is one of it, en.");
        assert_eq!(stop("sportello token --tenant a --role operator --level 4").en, "'4' is not a value of --level: see --help.");
        assert_eq!(stop("sportello").it, "Manca il comando: vedi sportello --help.");
        assert_eq!(stop("sportello db").en, "The command is missing: see sportello db --help.");
        assert_eq!(stop("sportello demo --data").en, "--data needs a value: see --help.");
    }
}
