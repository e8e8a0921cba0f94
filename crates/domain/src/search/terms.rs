//! What somebody looks for, word by word.

use strsim::osa_distance;

use super::words::{folded, letters, says_nothing, stem, words};
use crate::text::Language;

/// More words than this make no search more exact, only slower.
const MOST: usize = 12;

/// One word of a query.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// The word, folded.
    pub(super) word: Box<str>,
    /// How many characters it has.
    pub(super) chars: usize,
    /// Whether it is the last one, so that more of it may follow.
    pub(super) unfinished: bool,
    italian: Box<str>,
    english: Box<str>,
    letters: u32,
}

impl Term {
    /// The words of a query, each once. Words that say nothing count where nothing else was said: `di` begins a word.
    pub(super) fn all(query: &str) -> Vec<Self> {
        let folded = folded(query);
        let said: Vec<&str> = words(&folded).collect();
        let mut telling: Vec<&str> = said.iter().copied().filter(|word| !says_nothing(word)).collect();
        if telling.is_empty() {
            telling.clone_from(&said);
        }
        let last = said.last().copied();
        let mut terms = Vec::<Self>::new();
        for word in telling {
            if terms.len() < MOST && terms.iter().all(|term| &*term.word != word) {
                terms.push(Self::new(word, last == Some(word)));
            }
        }
        terms
    }

    fn new(word: &str, unfinished: bool) -> Self {
        let stem = |language| stem(word, language).into_boxed_str();
        let (italian, english) = (stem(Language::It), stem(Language::En));
        Self { word: word.into(), chars: word.chars().count(), unfinished, italian, english, letters: letters(word) }
    }

    /// Its stem, if it is a word of the language.
    pub(super) fn stem(&self, language: Language) -> &str {
        language.pick(&self.italian, &self.english)
    }

    /// Whether a word, or what its forms share, differs by no more slips than a word of this length may have.
    pub(super) fn is_near(&self, word: &str, word_letters: u32, word_stem: &str, language: Language) -> bool {
        let most = slips(self.chars);
        if most == 0 || (self.letters & !word_letters).count_ones() > most + 3 {
            return false;
        }
        let within = |one: &str, other: &str, most: u32| {
            let most = most as usize;
            one.len().abs_diff(other.len()) <= most * 4 && osa_distance(one, other) <= most
        };
        let own_stem = self.stem(language);
        within(&self.word, word, most) || within(own_stem, word_stem, slips(own_stem.chars().count()).min(most))
    }
}

/// How many slips a word of so many characters may have: a letter wrong, missing, too much, or two exchanged.
const fn slips(chars: usize) -> u32 {
    match chars {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(query: &str) -> Vec<String> {
        Term::all(query).iter().map(|term| format!("{}{}", term.word, if term.unfinished { "…" } else { "" })).collect()
    }

    fn near(typed: &str, word: &str) -> bool {
        let stem = stem(word, Language::It);
        Term::all(typed)[0].is_near(word, letters(word), &stem, Language::It)
    }

    #[test]
    fn words_that_say_nothing_count_only_alone() {
        assert_eq!(said("Come faccio a rinnovare la carta?"), ["rinnovare", "carta…"]);
        assert_eq!(said("cambio di"), ["cambio"]);
        assert_eq!(said("di"), ["di…"]);
        assert_eq!(said("carta carta"), ["carta…"]);
        assert_eq!(said(" ’ - "), [""; 0]);
        assert_eq!(said("a b c d e f g h j k l m n p q r t u").len(), MOST);
    }

    #[test]
    fn slips_grow_with_the_word() {
        for (typed, word, expected) in [
            ("bolino", "bollino", true),
            ("bolini", "bollino", true),
            ("parchegio", "parcheggio", true),
            ("certifcato", "certificato", true),
            ("crtficato", "certificato", true),
            ("catra", "carta", true),
            ("cxrtx", "carta", false),
            ("cid", "cie", false),
            ("crtfcto", "certificato", false),
        ] {
            assert_eq!(near(typed, word), expected, "{typed} for {word}");
        }
    }
}
