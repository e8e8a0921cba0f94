//! The check letter that the fiscal code (D.M. 23 December 1976) and the CIN of Italian accounts share.

/// Weights of the characters in odd places (the first, the third …): for `A` to `Z`, and for `0` to `9` as for `A` to `J`.
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// The letter that belongs to `text`; none if a character is neither an upper-case letter nor a digit.
pub(super) fn check_letter(text: &[u8]) -> Option<char> {
    let mut sum = 0;
    for (index, byte) in text.iter().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A',
            _ => return None,
        };
        sum += if index % 2 == 0 { ODD[usize::from(value)] } else { u32::from(value) };
    }
    char::from_u32(u32::from(b'A') + sum % 26)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_of_a_fiscal_code_and_of_an_account() {
        assert_eq!(check_letter(b"MRTNTN23M02D969"), Some('P'));
        assert_eq!(check_letter(b"0542811101000000123456"), Some('X'));
        assert_eq!(check_letter(b""), Some('A'));
        assert_eq!(check_letter(b"abc"), None);
    }

    #[test]
    fn the_weights_of_odd_places_are_all_different() {
        let mut sorted = ODD;
        sorted.sort_unstable();
        assert!(sorted.iter().zip(0..).all(|(weight, expected)| *weight == expected));
    }
}
