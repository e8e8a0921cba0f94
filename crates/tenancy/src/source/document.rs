//! Names of documents: `services/pink-badge`, `branding`.

use std::fmt;
use std::str::FromStr;

use crate::shape::kinds::Kind;

/// A document of a layer, the same on every layer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId {
    /// Its kind.
    pub kind: Kind,
    /// Its id, for kinds that have many.
    pub id: String,
}

impl DocId {
    /// A kind that exists once.
    pub fn single(kind: Kind) -> Self {
        Self { kind, id: String::new() }
    }

    /// One of many.
    pub fn of(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    /// The folder of the kinds that have many.
    pub fn folder(kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Service => Some("services"),
            Kind::Workflow => Some("workflows"),
            Kind::Step => Some("steps"),
            Kind::Act => Some("acts"),
            Kind::Section => Some("sections"),
            Kind::Template => Some("templates"),
            Kind::Decisions => Some("decisions"),
            _ => None,
        }
    }

    /// The path under which policies know a value of this document: `services.pink-badge`, `branding`.
    pub fn policy_path(&self) -> Vec<String> {
        match Self::folder(self.kind) {
            Some(folder) => vec![folder.to_owned(), self.id.clone()],
            // `parameters.yaml` and `roles.yaml` hold one map named like the file.
            None if matches!(self.kind, Kind::Parameters | Kind::LocalParameters | Kind::Roles) => Vec::new(),
            None => vec![self.kind.name().to_owned()],
        }
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::folder(self.kind) {
            Some(folder) => write!(f, "{folder}/{}", self.id),
            None if self.kind == Kind::LocalParameters => f.write_str("parameters"),
            None => f.write_str(self.kind.name()),
        }
    }
}

impl FromStr for DocId {
    type Err = ();

    /// Reads `services/pink-badge` or `branding`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.strip_suffix(".yaml").unwrap_or(text);
        if let Some((folder, id)) = text.split_once('/') {
            let folder = if folder == "own-services" { "services" } else { folder };
            let kind = Kind::ALL.into_iter().find(|kind| Self::folder(*kind) == Some(folder)).ok_or(())?;
            return Ok(Self::of(kind, id));
        }
        let kind = Kind::ALL.into_iter().find(|kind| Self::folder(*kind).is_none() && kind.name() == text).ok_or(())?;
        Ok(Self::single(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_written() {
        for name in ["services/pink-badge", "branding", "templates/receipt", "parameters"] {
            assert_eq!(name.parse::<DocId>().unwrap().to_string(), name);
        }
        assert_eq!("own-services/loc-bees.yaml".parse::<DocId>().unwrap().to_string(), "services/loc-bees");
        assert!("nonsense".parse::<DocId>().is_err());
    }
}
