//! A command line that was not understood, in both languages.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::stop::Stop;

/// What was wrong with the arguments.
pub(super) fn words(error: &clap::Error) -> Stop {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        _ => None,
    };
    let argument = said(ContextKind::InvalidArg).unwrap_or_default();
    // `--level <LEVEL>`: the name is enough where the value is shown beside it.
    let name = argument.split(' ').next().unwrap_or_default().to_owned();
    let value = said(ContextKind::InvalidValue).unwrap_or_default();
    let help = help_of(error);
    let (like_it, like_en) = suggestion(said(ContextKind::SuggestedArg).or_else(|| said(ContextKind::SuggestedSubcommand)));
    match error.kind() {
        ErrorKind::UnknownArgument if name.starts_with('-') => Stop::new(
            format!("L'opzione '{name}' non esiste{like_it} {} {help}.", see(&like_it).0),
            format!("There is no option '{name}'{like_en} {} {help}.", see(&like_en).1),
        ),
        ErrorKind::UnknownArgument => {
            Stop::new(format!("'{name}' è di troppo: vedi {help}."), format!("'{name}' is one too many: see {help}."))
        }
        ErrorKind::InvalidSubcommand => {
            let name = said(ContextKind::InvalidSubcommand).unwrap_or_default();
            Stop::new(
                format!("Il comando '{name}' non esiste{like_it} {} {help}.", see(&like_it).0),
                format!("There is no command '{name}'{like_en} {} {help}.", see(&like_en).1),
            )
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Stop::new(format!("Manca il comando: vedi {help}."), format!("The command is missing: see {help}."))
        }
        ErrorKind::MissingRequiredArgument => {
            Stop::new(format!("Manca {argument}: vedi {help}."), format!("{argument} is missing: see {help}."))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            Stop::new(format!("A {name} serve un valore: vedi --help."), format!("{name} needs a value: see --help."))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match said(ContextKind::ValidValue) {
            Some(known) => Stop::new(
                format!("'{value}' non è un valore di {name}: è uno fra {known}."),
                format!("'{value}' is not a value of {name}: it is one of {known}."),
            ),
            None => Stop::new(
                format!("'{value}' non è un valore di {name}: vedi --help."),
                format!("'{value}' is not a value of {name}: see --help."),
            ),
        },
        _ => Stop::new(format!("Gli argomenti non si capiscono: vedi {help}."), format!("The arguments are not understood: see {help}.")),
    }
}

fn suggestion(near: Option<String>) -> (String, String) {
    near.map_or_else(
        || (":".to_owned(), ":".to_owned()),
        |near| (format!(": forse intendevi '{near}'?"), format!(": did you mean '{near}'?")),
    )
}

/// After a question a new sentence begins, after a colon the same goes on.
fn see(before: &str) -> (&'static str, &'static str) {
    if before.ends_with('?') { ("Vedi", "See") } else { ("vedi", "see") }
}

/// `sportello tenant check --help`, from the usage line that the parser gives.
fn help_of(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let usage = usage.rsplit(": ").next().unwrap_or_default();
    let path: Vec<&str> = usage
        .split_whitespace()
        .take_while(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !word.starts_with('-'))
        .collect();
    if path.first() == Some(&"sportello") { format!("{} --help", path.join(" ")) } else { "sportello --help".to_owned() }
}
