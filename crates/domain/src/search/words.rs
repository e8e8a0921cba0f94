//! From text to words that can be compared.

use frostem::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::text::Language;

/// What is longer is no word of a language; it is cut.
const LONGEST: usize = 40;

/// Words of both languages that say nothing about what somebody looks for. One list for both: who types "come" looks for no
/// service in either. Without accents, as [`folded`] leaves them.
const SAY_NOTHING: &[&str] = &[
    "a", "abbia", "about", "ad", "ai", "agli", "al", "alla", "alle", "allo", "an", "and", "anche", "any", "are", "as", "at", "be", "by",
    "c", "can", "che", "chi", "ci", "coi", "col", "come", "con", "cosa", "cui", "d", "da", "dai", "dal", "dalla", "dalle", "degli", "dei",
    "del", "dell", "della", "delle", "dello", "devo", "di", "do", "does", "dove", "e", "ed", "faccio", "for", "fra", "from", "get", "gli",
    "ha", "have", "ho", "how", "i", "if", "il", "in", "is", "it", "l", "la", "le", "lo", "loro", "ma", "me", "mi", "mia", "mie", "mio",
    "my", "ne", "need", "negli", "nei", "nel", "nella", "nelle", "nello", "non", "o", "of", "on", "or", "per", "piu", "posso", "quale",
    "quali", "quando", "se", "si", "s", "sono", "su", "sui", "sul", "sulla", "sulle", "that", "the", "their", "to", "tra", "tu", "tuo",
    "tua", "un", "una", "uno", "voglio", "vorrei", "want", "what", "when", "where", "which", "who", "with", "you", "your",
];

/// Letters and digits alone, in lower case and without accents; what stands between words becomes a space.
pub(super) fn folded(text: &str) -> String {
    let bare = text.nfkd().filter(|letter| !is_combining_mark(*letter));
    bare.flat_map(char::to_lowercase).map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect()
}

/// The words of a folded text.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split_whitespace().map(|word| word.char_indices().nth(LONGEST).map_or(word, |(end, _)| &word[..end]))
}

/// Whether a folded word says nothing about what somebody looks for.
pub(super) fn says_nothing(word: &str) -> bool {
    SAY_NOTHING.contains(&word)
}

/// What the forms of a word share: singular and plural, the tenses of a verb (Snowball).
pub(super) fn stem(word: &str, language: Language) -> String {
    let algorithm = match language {
        Language::It => Algorithm::Italian,
        Language::En => Algorithm::English,
    };
    Stemmer::new(algorithm).stem(word).into_owned()
}

/// Which letters a word has, as bits: two words that differ in many letters need no closer look.
pub(super) fn letters(word: &str) -> u32 {
    word.chars().fold(0, |set, letter| set | 1 << (u32::from(letter) % 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_apostrophes_do_not_count() {
        let text = folded("Carta d’IDENTITÀ elettro\u{301}nica (CIE), 2ª copia");
        assert_eq!(words(&text).collect::<Vec<_>>(), ["carta", "d", "identita", "elettronica", "cie", "2a", "copia"]);
        let long = "x".repeat(100);
        assert_eq!(words(&long).next().map(str::len), Some(LONGEST));
    }

    #[test]
    fn forms_of_a_word_share_their_stem() {
        let pairs = [("bollino", "bollini"), ("permesso", "permessi"), ("certificato", "certificati"), ("iscrizione", "iscrizioni")];
        for (one, many) in pairs {
            assert_eq!(stem(one, Language::It), stem(many, Language::It));
        }
        for (one, many) in [("badge", "badges"), ("city", "cities"), ("parking", "parked")] {
            assert_eq!(stem(one, Language::En), stem(many, Language::En));
        }
    }
}
