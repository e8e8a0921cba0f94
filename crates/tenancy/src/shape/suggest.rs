//! “Did you mean …?”

use super::Field;

/// The closest of several words, if one is close enough to be meant.
pub fn closest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let word = plain(word);
    words
        .into_iter()
        .map(|candidate| (similarity(&word, &plain(candidate)), candidate))
        .filter(|(score, _)| *score >= 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn similarity(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(a, b).max(strsim::jaro_winkler(a, b) - 0.2)
}

/// The key of a record that was probably meant: by its name, or by its Italian one.
pub(super) fn closest_field(word: &str, fields: &'static [Field]) -> Option<&'static str> {
    closest(word, fields.iter().map(|field| field.key)).or_else(|| {
        let alias = |field: &Field| field.it.split([',', ';', ':', '.', '(']).next().unwrap_or_default().trim();
        let found = closest(word, fields.iter().map(alias))?;
        fields.iter().find(|field| alias(field) == found).map(|field| field.key)
    })
}

/// Words as a list for a message; long lists are cut.
pub fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.len() {
        0 => "–".to_owned(),
        1..=40 => words.join(", "),
        _ => format!("{}, …", words[..40].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_left_alone() {
        let keys = ["fees", "form", "title", "term_days", "documents"];
        assert_eq!(closest("titel", keys), Some("title"));
        assert_eq!(closest("term-day", keys), Some("term_days"));
        assert_eq!(closest("document", keys), Some("documents"));
        assert_eq!(closest("colour", keys), None);
    }

    #[test]
    fn italian_names_of_keys_are_recognised() {
        let fields = super::super::kinds::SERVICE.fields;
        assert_eq!(closest_field("tarife", fields), Some("fees"));
        assert_eq!(closest_field("titolo", fields), Some("title"));
    }
}
