//! Texts that people read, in the languages of the product.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// The languages in which every text of the product exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Italian, the default.
    #[default]
    It,
    /// English.
    En,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::It, Self::En];

    /// The BCP 47 tag, as in `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::En => "en",
        }
    }

    /// Picks one of two texts; both are always written, so no message can lack its translation.
    pub const fn pick<T: Copy>(self, it: T, en: T) -> T {
        match self {
            Self::It => it,
            Self::En => en,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = ();

    fn from_str(tag: &str) -> Result<Self, ()> {
        match tag {
            "it" => Ok(Self::It),
            "en" => Ok(Self::En),
            _ => Err(()),
        }
    }
}

/// A text of the configuration: Italian always, English where it was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Italian.
    pub it: Arc<str>,
    /// English; readers of English get Italian where it lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<Arc<str>>,
}

impl Text {
    /// A text in both languages.
    pub fn new(it: impl Into<Arc<str>>, en: impl Into<Arc<str>>) -> Self {
        Self { it: it.into(), en: Some(en.into()) }
    }

    /// The text in the reader's language, Italian where there is no other.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::It => &self.it,
            Language::En => self.en.as_deref().unwrap_or(&self.it),
        }
    }
}
