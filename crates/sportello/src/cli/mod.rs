//! The command line: what can be asked of the program.
//!
//! To extend: a command is a function in the file of its subject, an entry of [`Asked`], and a module under `commands`. Only what
//! works is listed.

mod bodies;
mod carrying;
mod frontends;
mod places;
mod refused;
mod serving;
mod upkeep;
mod words;
mod work;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sportello_domain::{permissions::Role, text::Language};

use crate::stop::{Outcome, Stop};
use places::is_set;
use words::Words;

pub(crate) use bodies::Who;
pub(crate) use carrying::Carry;
pub(crate) use places::Places;

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
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
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
        .subcommands(serving::commands(words))
        .subcommand(work::command(words))
        .subcommands(frontends::commands(words))
        .subcommands(bodies::commands(words))
        .subcommands(upkeep::commands(words))
}

fn understood(matches: &ArgMatches) -> Outcome<CommandLine> {
    let (name, inner) = matches.subcommand().ok_or_else(nothing_asked)?;
    let (asked, leaf) = match inner.subcommand() {
        Some((second, leaf)) => (asked(&format!("{name} {second}"), leaf), leaf),
        None => (asked(name, inner), inner),
    };
    Ok(CommandLine { asked: asked.ok_or_else(nothing_asked)?, places: Places::of(leaf), json: is_set(leaf, "json") })
}

/// The arguments of a command; none for a command that is not known, which the parser never lets through.
fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    let subjects = [serving::asked, work::asked, frontends::asked, bodies::asked, upkeep::asked, carrying::asked];
    subjects.into_iter().find_map(|subject| subject(name, given))
}

fn nothing_asked() -> Stop {
    Stop::new("Manca il comando: vedi sportello --help.", "The command is missing: see sportello --help.")
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
