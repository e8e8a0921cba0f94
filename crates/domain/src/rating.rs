//! What somebody thought of a service: one to five stars, then one question that depends on them, then words of one's own (criterion
//! C.SE.1.7 of the national model of municipal sites).
//!
//! The question and its answers are the product's, the same for every body, so that results compare. To extend: a variant of
//! [`Aspect`] with its words in both languages.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    ids::CaseId,
    refusal::{Fault, Message},
    service::Key,
    text::Language,
};

/// The most characters of one's own words.
pub const LONGEST: usize = 500;

/// A rating of the service that a case asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// The case; there is one rating for each.
    pub case: CaseId,
    /// Its service.
    pub service: Key,
    /// One to five.
    pub stars: u8,
    /// What weighed most.
    pub aspect: Option<Aspect>,
    /// Words of one's own.
    pub text: Option<Arc<str>>,
    /// When.
    pub at: Timestamp,
}

macro_rules! aspects {
    ($($variant:ident = $id:literal, $content:literal, $it:literal, $en:literal;)+) => {
        /// What weighed most: one list for the content, one for those who were not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the words beside each say what it is")]
        pub enum Aspect { $($variant),+ }

        impl Aspect {
            /// Every aspect, in the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The id in rows and API.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// Whether it is offered to who gave four stars or five.
            pub const fn is_for_the_content(self) -> bool {
                match self { $(Self::$variant => $content),+ }
            }

            /// What people read.
            pub const fn label(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($it, $en)),+ }
            }

            /// The aspect with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|aspect| aspect.id() == id)
            }
        }
    };
}

aspects! {
    Clear = "clear", true, "Le indicazioni erano chiare", "The instructions were clear";
    Complete = "complete", true, "C'era tutto quello che serviva sapere", "Everything one needs to know was there";
    OnTheWay = "on-the-way", true, "Ho sempre capito a che punto ero", "I always knew where I stood";
    Smooth = "smooth", true, "Tutto ha funzionato senza intoppi", "Everything worked without a hitch";
    OtherGood = "other-good", true, "Altro", "Something else";
    Unclear = "unclear", false, "Le indicazioni non erano chiare", "The instructions were not clear";
    Incomplete = "incomplete", false, "Mancavano informazioni", "Information was missing";
    Lost = "lost", false, "Non capivo a che punto ero", "I did not know where I stood";
    Technical = "technical", false, "Ci sono stati problemi tecnici", "There were technical problems";
    OtherBad = "other-bad", false, "Altro", "Something else";
}

/// The question that follows so many stars.
pub const fn question(stars: u8, language: Language) -> &'static str {
    if is_content(stars) {
        language.pick("Che cosa hai apprezzato di più?", "What did you like most?")
    } else {
        language.pick("Dove hai trovato più difficoltà?", "Where did you find it hardest?")
    }
}

/// Whether so many stars are those of the content.
pub const fn is_content(stars: u8) -> bool {
    stars >= 4
}

/// What is wrong with a rating; pointers are `/stars` and `/aspect`.
///
/// ```
/// # use sportello_domain::rating::{Aspect, faults};
/// assert!(faults(5, Some(Aspect::Clear)).is_empty());
/// assert_eq!(faults(2, Some(Aspect::Clear))[0].pointer, "/aspect");
/// assert_eq!(faults(6, None)[0].pointer, "/stars");
/// ```
pub fn faults(stars: u8, aspect: Option<Aspect>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, code, it: String, en: String| {
        faults.push(Fault { pointer: pointer.to_owned(), code, message: Message::new(it, en) });
    };
    if !(1..=5).contains(&stars) {
        fault("/stars", "out_of_range", "Le stelle vanno da 1 a 5.".to_owned(), "There are 1 to 5 stars.".to_owned());
    } else if aspect.is_some_and(|aspect| aspect.is_for_the_content() != is_content(stars)) {
        let offered = Aspect::ALL.iter().filter(|aspect| aspect.is_for_the_content() == is_content(stars));
        let offered = offered.map(|aspect| aspect.id()).collect::<Vec<_>>().join(", ");
        fault(
            "/aspect",
            "not_applicable",
            format!("Con {stars} stelle si sceglie fra: {offered}."),
            format!("With {stars} stars one chooses from: {offered}."),
        );
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_questions_have_their_own_answers_in_both_languages() {
        assert_ne!(question(3, Language::It), question(4, Language::It));
        for stars in 1..=5 {
            let offered = Aspect::ALL.iter().filter(|aspect| faults(stars, Some(**aspect)).is_empty()).count();
            assert_eq!(offered, 5, "{stars}");
        }
        for aspect in Aspect::ALL {
            assert_eq!(Aspect::from_id(aspect.id()), Some(*aspect));
            assert_ne!(aspect.label(Language::It), aspect.label(Language::En));
        }
    }
}
