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
    #[test]
    fn the_made_codes_carry_the_right_check_letter() {
        assert_eq!(super::tax_code(0).len(), 16);
        assert_ne!(super::tax_code(1), super::tax_code(2));
    }
}
