//! Finds services by words, as people type them: without accents, in any case, each word somewhere.

/// Letters without their accents, in lower case.
pub(super) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(bare).collect()
}

/// Whether each word of a folded query stands somewhere in a folded text.
pub(super) fn matches(text: &str, query: &str) -> bool {
    query.split_whitespace().all(|word| text.contains(word))
}

const fn bare(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        '’' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        let text = folded("Carta d’identità elettronica");
        assert!(matches(&text, &folded("IDENTITÀ")));
        assert!(matches(&text, &folded("identita")));
        assert!(matches(&text, &folded("elettronica carta")));
        assert!(matches(&text, &folded("d'identità")));
        assert!(!matches(&text, &folded("carta sanitaria")));
    }
}
