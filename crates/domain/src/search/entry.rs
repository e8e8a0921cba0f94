//! A service as the search sees it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{
    rank::{Closeness, Place},
    terms::Term,
    words::{folded, letters, says_nothing, stem, words},
};
use crate::{service::Service, text::Language};

/// Names what an entry was made from: services with one fingerprint have one entry, whichever body they are of.
pub type Fingerprint = [u8; 32];

/// The words of one service, in both languages.
#[derive(Debug)]
pub struct Entry {
    italian: Words,
    english: Words,
}

impl Entry {
    /// Reads a service.
    pub fn new(service: &Service) -> Self {
        Self { italian: Words::new(service, Language::It), english: Words::new(service, Language::En) }
    }

    /// What [`Entry::new`] would read.
    pub fn fingerprint(service: &Service) -> Fingerprint {
        let mut hash = Sha256::new();
        for language in Language::ALL {
            for (place, text) in Self::texts(service, language) {
                hash.update([u8::from(place)]);
                hash.update(text.len().to_le_bytes());
                hash.update(text);
            }
            hash.update([u8::MAX]);
        }
        hash.finalize().into()
    }

    /// The texts that are searched, the weightiest first. A text that lacks English is found by its Italian alone.
    fn texts(service: &Service, language: Language) -> Vec<(Place, &str)> {
        let Service { title, summary, audience, how, needs, outcome, topics, .. } = service;
        let said = [(Place::Title, title), (Place::Summary, summary)]
            .into_iter()
            .chain([audience, how, needs, outcome].map(|text| (Place::Text, text)))
            .filter_map(|(place, text)| match language {
                Language::It => Some((place, &*text.it)),
                Language::En => text.en.as_deref().map(|text| (place, text)),
            });
        let named = topics.iter().filter(|(_, belongs)| language == Language::En && **belongs).map(|(topic, _)| (Place::Text, &**topic));
        said.chain(named).collect()
    }

    /// The words in a language.
    pub(super) fn words(&self, language: Language) -> &Words {
        match language {
            Language::It => &self.italian,
            Language::En => &self.english,
        }
    }

    /// Its size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let words = |words: &Words| words.pool.len() + words.slots.len() * size_of::<Slot>() + words.by_stem.len() * size_of::<u16>();
        size_of::<Self>() + words(&self.italian) + words(&self.english)
    }
}

/// Words in the order of the alphabet, each with its stem and the weightiest place where it stands. All letters lie in one piece.
#[derive(Debug)]
pub(super) struct Words {
    pool: Box<str>,
    slots: Box<[Slot]>,
    /// Numbers of slots, in the order of the stems.
    by_stem: Box<[u16]>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    word: u32,
    stem: u32,
    word_bytes: u8,
    stem_bytes: u8,
    word_letters: u32,
    place: Place,
}

impl Words {
    fn new(service: &Service, language: Language) -> Self {
        let mut found = BTreeMap::<String, Place>::new();
        for (place, text) in Entry::texts(service, language) {
            for word in words(&folded(text)).filter(|word| !says_nothing(word)) {
                if !found.contains_key(word) {
                    found.insert(word.to_owned(), place);
                }
            }
        }
        let mut pool = String::new();
        let slots: Box<[Slot]> =
            found.iter().take(usize::from(u16::MAX)).map(|(word, place)| slot(&mut pool, word, *place, language)).collect();
        let mut words = Self { pool: pool.into(), slots, by_stem: Box::default() };
        let mut by_stem: Vec<u16> = (0..u16::MAX).take(words.slots.len()).collect();
        by_stem.sort_by_key(|number| words.stem(words.slots[usize::from(*number)]));
        words.by_stem = by_stem.into();
        words
    }

    fn text(&self, at: u32, bytes: u8) -> &str {
        let at = at as usize;
        self.pool.get(at..at + usize::from(bytes)).unwrap_or_default()
    }

    fn word(&self, slot: Slot) -> &str {
        self.text(slot.word, slot.word_bytes)
    }

    fn stem(&self, slot: Slot) -> &str {
        self.text(slot.stem, slot.stem_bytes)
    }

    /// The weightiest place where the word itself stands, or another form of it, or a word that it begins.
    pub(super) fn sure(&self, term: &Term, language: Language) -> Option<(Place, Closeness)> {
        let begins = self.slots.partition_point(|slot| self.word(*slot) < &*term.word);
        let begun = self.slots[begins..].iter().take_while(|slot| term.unfinished && self.word(**slot).starts_with(&*term.word));
        let begun = begun.filter(|slot| slot.place == Place::Title || term.chars > 2).map(|slot| (slot.place, Closeness::Begun));
        let itself = self.slots.get(begins).filter(|slot| self.word(**slot) == &*term.word).map(|slot| (slot.place, Closeness::Same));
        let wanted = term.stem(language);
        let first = self.by_stem.partition_point(|number| self.stem(self.slots[usize::from(*number)]) < wanted);
        let forms = self.by_stem[first..].iter().map(|number| self.slots[usize::from(*number)]);
        let forms = forms.take_while(|slot| self.stem(*slot) == wanted).map(|slot| (slot.place, Closeness::Form));
        itself.into_iter().chain(forms).chain(begun).min()
    }

    /// The weightiest place, down to `deepest`, of a word that differs by no more than a slip of the fingers.
    pub(super) fn near(&self, term: &Term, language: Language, deepest: Place) -> Option<Place> {
        let places = self.slots.iter().filter(|slot| slot.place <= deepest);
        places.filter(|slot| term.is_near(self.word(**slot), slot.word_letters, self.stem(**slot), language)).map(|slot| slot.place).min()
    }
}

/// Puts a word into the pool. Most stems are the beginning of their word, and need no room of their own.
fn slot(pool: &mut String, word: &str, place: Place, language: Language) -> Slot {
    let short = |bytes: usize| u8::try_from(bytes).unwrap_or(u8::MAX);
    let here = |pool: &String| u32::try_from(pool.len()).unwrap_or(u32::MAX);
    let stem = stem(word, language);
    let at = here(pool);
    pool.push_str(word);
    let stem_at = if word.starts_with(&stem) { at } else { here(pool) };
    if stem_at != at {
        pool.push_str(&stem);
    }
    let (word_bytes, stem_bytes) = (short(word.len()), short(stem.len()));
    Slot { word: at, stem: stem_at, word_bytes, stem_bytes, word_letters: letters(word), place }
}
