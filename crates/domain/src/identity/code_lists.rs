//! Small official code lists: certificates of the population register, grounds of exemption from stamp duty, and the national
//! vocabularies of public services. Sources and licences: `crates/domain/data/README.md`.
//!
//! To add one: a file in `crates/domain/data` with the columns `code,it,en` (and `parent`, where it is a tree), a variant and its line in
//! `ALL` and `text`.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use crate::text::Language;

/// The lists that the product knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeList {
    /// Certificates that ANPR issues.
    CertificateTypes,
    /// Grounds on which a certificate is free of stamp duty, each with its norm.
    StampDutyExemptions,
    /// How much can be certified of a person.
    NotCertifiableReasons,
    /// By which way a service is reached, a tree.
    Channels,
    /// How its users prove who they are, a tree.
    AuthenticationTypes,
    /// Events of a life for which services are asked.
    LifeEvents,
    /// What services are about.
    SubjectMatters,
}

impl CodeList {
    /// Every list.
    pub const ALL: [Self; 7] = [
        Self::CertificateTypes,
        Self::StampDutyExemptions,
        Self::NotCertifiableReasons,
        Self::Channels,
        Self::AuthenticationTypes,
        Self::LifeEvents,
        Self::SubjectMatters,
    ];

    /// Its lines, in the order of the source.
    pub fn entries(self) -> &'static [CodeEntry] {
        LISTS.get(&self).map(Vec::as_slice).unwrap_or_default()
    }

    /// The line with this code.
    pub fn entry(self, code: &str) -> Option<&'static CodeEntry> {
        self.entries().iter().find(|entry| entry.code == code)
    }

    const fn text(self) -> &'static str {
        match self {
            Self::CertificateTypes => include_str!("../../data/certificate-types.csv"),
            Self::StampDutyExemptions => include_str!("../../data/stamp-duty-exemptions.csv"),
            Self::NotCertifiableReasons => include_str!("../../data/not-certifiable-reasons.csv"),
            Self::Channels => include_str!("../../data/channels.csv"),
            Self::AuthenticationTypes => include_str!("../../data/authentication-types.csv"),
            Self::LifeEvents => include_str!("../../data/life-events.csv"),
            Self::SubjectMatters => include_str!("../../data/subject-matters.csv"),
        }
    }
}

/// One line of a list.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct CodeEntry {
    /// The official code.
    pub code: String,
    /// The code above it, in a tree.
    #[serde(default)]
    pub parent: Option<String>,
    /// Italian label.
    pub it: String,
    /// English label.
    pub en: String,
    /// The norm that an exemption rests on; the ground "other" has none of its own.
    #[serde(default)]
    pub norm: Option<String>,
    /// `yes` where an exemption also frees from the secretarial fee.
    #[serde(default)]
    secretarial_fee_exempt: Option<String>,
}

impl CodeEntry {
    /// The label in the reader's language.
    pub fn label(&self, language: Language) -> &str {
        language.pick(&self.it, &self.en)
    }

    /// Whether an exemption from stamp duty also frees from the secretarial fee.
    pub fn frees_from_secretarial_fee(&self) -> bool {
        self.secretarial_fee_exempt.as_deref() == Some("yes")
    }
}

static LISTS: LazyLock<HashMap<CodeList, Vec<CodeEntry>>> = LazyLock::new(|| {
    let read = |list: CodeList| csv::Reader::from_reader(list.text().as_bytes()).into_deserialize().filter_map(Result::ok).collect();
    CodeList::ALL.into_iter().map(|list| (list, read(list))).collect()
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_list_is_whole_with_labels_in_both_languages_and_no_code_twice() {
        for list in CodeList::ALL {
            let entries = list.entries();
            assert_eq!(entries.len(), list.text().lines().count() - 1, "{list:?}");
            let codes: BTreeSet<_> = entries.iter().map(|entry| entry.code.as_str()).collect();
            assert_eq!(codes.len(), entries.len(), "{list:?}");
            for entry in entries {
                assert!(Language::ALL.iter().all(|language| !entry.label(*language).trim().is_empty()), "{entry:?}");
                assert!(entry.parent.as_deref().is_none_or(|parent| codes.contains(parent)), "{entry:?}");
            }
        }
    }

    #[test]
    fn lines_are_found_by_their_code() {
        assert_eq!(CodeList::Channels.entry("05.3").map(|entry| (entry.it.as_str(), entry.parent.as_deref())), Some(("Totem", Some("05"))));
        assert_eq!(CodeList::SubjectMatters.entry("6").map(|entry| entry.it.as_str()), Some("Anagrafe e stato civile"));
        assert_eq!(CodeList::LifeEvents.entry("12").map(|entry| entry.code.as_str()), Some("12"));
        let adoption = CodeList::StampDutyExemptions.entry("6").unwrap();
        assert!(adoption.frees_from_secretarial_fee());
        assert!(adoption.norm.as_deref().unwrap().contains("184/1983"));
        assert_eq!(CodeList::StampDutyExemptions.entry("99").unwrap().norm, None);
        assert_eq!(CodeList::Channels.entry("nope"), None);
    }
}
