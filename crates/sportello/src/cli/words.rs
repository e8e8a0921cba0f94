//! Commands and arguments with their help in both languages: an argument cannot be declared in one alone.

use clap::{Arg, ArgAction, Command};
use sportello_domain::text::Language;

/// Declares commands for readers of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub(super) Language);

impl Words {
    pub(super) fn pick(self, it: &'static str, en: &'static str) -> &'static str {
        self.0.pick(it, en)
    }

    /// A command with its purpose and an example that can be pasted.
    pub(super) fn command(self, name: &'static str, it: &'static str, en: &'static str, example: &'static str) -> Command {
        let heading = self.pick("Opzioni", "Options");
        let help = Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(self.pick("Mostra questo aiuto", "Shows this help"))
            .help_heading(heading)
            .display_order(1_000);
        let usage = self.pick("Uso:", "Usage:");
        let examples = self.pick("Esempio:", "Example:");
        Command::new(name)
            .about(self.pick(it, en))
            .disable_help_flag(true)
            .disable_version_flag(true)
            .disable_help_subcommand(true)
            .subcommand_help_heading(self.pick("Comandi", "Commands"))
            .subcommand_value_name(self.pick("COMANDO", "COMMAND"))
            .next_help_heading(heading)
            .help_template(format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}\n\n{examples}\n  {example}\n"))
            .arg(help)
    }

    /// `--name VALUE`
    pub(super) fn option(self, name: &'static str, value: (&'static str, &'static str), it: &'static str, en: &'static str) -> Arg {
        Arg::new(name).long(name).value_name(self.pick(value.0, value.1)).help(self.pick(it, en)).hide_possible_values(true)
    }

    /// `--name`
    pub(super) fn flag(self, name: &'static str, it: &'static str, en: &'static str) -> Arg {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(self.pick(it, en))
    }

    /// A value by its place.
    pub(super) fn place(self, name: &'static str, value: (&'static str, &'static str), it: &'static str, en: &'static str) -> Arg {
        Arg::new(name)
            .value_name(self.pick(value.0, value.1))
            .help(self.pick(it, en))
            .help_heading(self.pick("Argomenti", "Arguments"))
            .required(true)
    }
}
