//! The environment, read once: the only place that asks for it.

use sportello_domain::text::Language;

/// The variables that settings can be given by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    pub(crate) listen: Option<String>,
    pub(crate) data: Option<String>,
    pub(crate) tenants: Option<String>,
    pub(crate) config: Option<String>,
    pub(crate) log: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) locale: Option<String>,
}

impl Environment {
    /// What the process was given. Empty is as good as absent.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn of_process() -> Self {
        Self::read(|name| std::env::var(name).ok())
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let given = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        Self {
            listen: given("SPORTELLO_LISTEN"),
            data: given("SPORTELLO_DATA"),
            tenants: given("SPORTELLO_TENANTS"),
            config: given("SPORTELLO_CONFIG"),
            log: given("SPORTELLO_LOG"),
            language: given("SPORTELLO_LANG"),
            locale: given("LC_ALL").or_else(|| given("LC_MESSAGES")).or_else(|| given("LANG")),
        }
    }

    /// The reader's language: what `--lang` says, else `SPORTELLO_LANG`, else the locale. Help is written before the arguments
    /// are understood, so the flag is looked for by hand.
    pub(crate) fn language(&self, arguments: &[String]) -> Language {
        let flag = arguments.iter().enumerate().find_map(|(place, argument)| match argument.strip_prefix("--lang") {
            Some("") => arguments.get(place + 1).map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        });
        let chosen = flag.or(self.language.as_deref()).and_then(|tag| tag.parse().ok());
        chosen.unwrap_or_else(|| match self.locale.as_deref() {
            Some(locale) if locale.starts_with("it") => Language::It,
            // `C` and a missing locale mean English everywhere else, too.
            _ => Language::En,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(variables: &[(&str, &str)], arguments: &[&str]) -> Language {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Environment::read(find).language(&arguments)
    }

    #[test]
    fn the_nearest_wish_decides_the_language() {
        use Language::{En, It};
        assert_eq!(language(&[], &[]), En);
        assert_eq!(language(&[("LANG", "it_IT.UTF-8")], &[]), It);
        assert_eq!(language(&[("LANG", "it_IT.UTF-8"), ("LC_MESSAGES", "en_GB")], &[]), En);
        assert_eq!(language(&[("LANG", "it_IT.UTF-8"), ("LC_MESSAGES", "")], &[]), It);
        assert_eq!(language(&[("LC_ALL", "C"), ("LANG", "it_IT.UTF-8")], &[]), En);
        assert_eq!(language(&[("SPORTELLO_LANG", "it"), ("LC_ALL", "en_US")], &[]), It);
        assert_eq!(language(&[("SPORTELLO_LANG", "it")], &["demo", "--lang", "en"]), En);
        assert_eq!(language(&[], &["tenant", "--lang=it", "check"]), It);
        assert_eq!(language(&[("LANG", "it_IT")], &["--lang", "fr"]), It, "what is no language is refused later, in words one reads");
    }
}
