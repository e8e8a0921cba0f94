//! Synthetic people: no code here was assigned to anybody.

use serde_json::{Value, json};

/// A resident as the tests know one.
#[derive(Clone, Copy, Debug)]
pub struct Resident {
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Fiscal code.
    pub tax_code: &'static str,
    /// Day of birth.
    pub birth_date: &'static str,
    /// E-mail address.
    pub email: &'static str,
}

/// Born in Cesena on 1 January 1980.
pub const MARIO: Resident = Resident {
    given_name: "Mario",
    family_name: "Rossi",
    tax_code: "RSSMRA80A01C573D",
    birth_date: "1980-01-01",
    email: "mario.rossi@example.org",
};

/// Born in Cesena on 1 February 1985.
pub const BIANCA: Resident = Resident {
    given_name: "Clara",
    family_name: "Bianchi",
    tax_code: "BNCLRA85B41C573Q",
    birth_date: "1985-02-01",
    email: "clara.bianchi@example.org",
};

/// Born in Santarcangelo on 15 March 1970.
pub const GIUSEPPE: Resident = Resident {
    given_name: "Giuseppe",
    family_name: "Verdi",
    tax_code: "VRDGPP70C15I304O",
    birth_date: "1970-03-15",
    email: "giuseppe.verdi@example.org",
};

/// Born in Santarcangelo on 10 June 1975.
pub const LUCIA: Resident = Resident {
    given_name: "Luce",
    family_name: "Neri",
    tax_code: "NRELCU75H50I304V",
    birth_date: "1975-06-10",
    email: "luce.neri@example.org",
};

impl Resident {
    /// Mario under a fiscal code of his own for each number below 26³; it is never forgotten, as a test has only so many people.
    pub fn numbered(number: usize) -> Self {
        Self { tax_code: Box::leak(tax_code(number).into_boxed_str()), ..MARIO }
    }

    /// The answers of the shared section `applicant`.
    pub fn applicant(&self) -> Value {
        json!({
            "given-name": self.given_name,
            "family-name": self.family_name,
            "tax-code": self.tax_code,
            "birth-date": self.birth_date,
            "residence": {"street": "Via delle Prove", "number": "1", "postal_code": "47521", "city": "Cesena"},
            "email": self.email,
        })
    }

    /// As `on_behalf_of` names a person.
    pub fn on_behalf(&self) -> Value {
        json!({"given_name": self.given_name, "family_name": self.family_name, "tax_code": self.tax_code, "email": self.email})
    }
}

/// A valid fiscal code of a person born in Cesena, different for each number below 26³.
pub fn tax_code(number: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(number / 26usize.pow(u32::try_from(place).unwrap_or(0)) % 26).unwrap_or(0));
    let fifteen = format!("PRV{}{}{}80A01C573", letter(2), letter(1), letter(0));
    let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |byte: u8| usize::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let sum: usize = fifteen.bytes().enumerate().map(|(place, byte)| if place % 2 == 0 { odd[value(byte)] } else { value(byte) }).sum();
    format!("{fifteen}{}", char::from(b'A' + u8::try_from(sum % 26).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::{BIANCA, GIUSEPPE, LUCIA, MARIO, tax_code};

    /// Each character at an odd place counts as its place in a row of letters, one at an even place as that in the alphabet; digits
    /// stand for the letters A to J.
    fn check_letter(fifteen: &str) -> char {
        let count = |(index, c): (usize, char)| {
            let letter = c.to_digit(10).map_or(c, |digit| char::from(b"ABCDEFGHIJ"[digit as usize]));
            let row = if index % 2 == 0 { "BAKPLCQDREVOSFTGUHMINJWZYX" } else { "ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
            row.find(letter).expect("a capital letter or a digit")
        };
        let sum: usize = fifteen.chars().enumerate().map(count).sum();
        char::from(b'A' + u8::try_from(sum % 26).expect("below 26"))
    }

    #[test]
    fn the_codes_carry_the_right_check_letter() {
        assert_eq!((check_letter("FOXDRA26C24H872"), check_letter("RSSMRA45C12F205")), ('Y', 'C'), "codes that others computed");
        let made = (0..26 * 26 * 26).step_by(577).map(tax_code);
        for code in [MARIO, BIANCA, GIUSEPPE, LUCIA].map(|resident| resident.tax_code.to_owned()).into_iter().chain(made) {
            let (fifteen, letter) = code.split_at(15);
            assert_eq!(letter, check_letter(fifteen).to_string(), "{code}");
        }
    }

    #[test]
    fn no_two_made_codes_are_the_same() {
        let all: std::collections::BTreeSet<String> = (0..26 * 26 * 26).map(tax_code).collect();
        assert_eq!(all.len(), 26 * 26 * 26);
    }
}
