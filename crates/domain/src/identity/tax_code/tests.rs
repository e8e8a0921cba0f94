use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 20);

/// Published examples, and codes made by the rules for local data.
const VALID: [&str; 13] = [
    "MRTNTN23M02D969P",
    "RCCMNL83S18D969H",
    "MRSMSR81D60Z611H",
    "CNTCHR83T41D969D",
    "FOXDRA26C24H872Y",
    "MAILCU91A25F839D",
    "RSSMRA45C12F205C",
    "CCCFBA85D03L219P",
    "RSSMRA80A01C573D",
    "BNCLRA85B41C573Q",
    "VRDGPP70C15I304O",
    "NRELCU75H50I304V",
    "RSSMRA80A01C57PZ",
];

/// The code in which the digits chosen by the seven bits of `mask` are replaced by letters.
fn omocode(canonical: &str, mask: usize) -> String {
    let mut bytes = canonical.as_bytes()[..15].to_vec();
    for (bit, position) in DIGITS.iter().enumerate() {
        if mask & (1 << bit) != 0 {
            bytes[*position] = OMOCODE[usize::from(bytes[*position] - b'0')];
        }
    }
    let mut code: String = bytes.iter().copied().map(char::from).collect();
    code.extend(check_letter(&bytes));
    code
}

#[test]
fn the_published_codes_are_valid_and_their_birthplaces_stood() {
    for code in VALID {
        let parsed = TaxCode::parse_at(code, TODAY).unwrap_or_else(|problem| panic!("{code}: {problem}"));
        assert_eq!(parsed.as_entered(), code);
        assert!(matches!(parsed.birthplace(TODAY), Some(PlaceCheck::Known { .. })), "{code}");
    }
}

#[test]
fn the_published_omocodes_have_the_canonical_code_of_their_base() {
    for (base, omocodes) in [
        ("RSSMRA45C12F205C", ["RSSMRA45C12F20RX", "RSSMRA45C12F2L5N", "RSSMRA45C12F2LRI", "RSSMRAQRCMNFNLRG"].as_slice()),
        ("CCCFBA85D03L219P", &["CCCFBA85D03L21VE", "CCCFBAURDLPLNMVU"]),
        ("RSSMRA80A01C573D", &["RSSMRA80A01C57PZ"]),
    ] {
        let base = TaxCode::parse(base).unwrap();
        assert!(!base.is_omocode());
        for omocode in omocodes {
            let parsed = TaxCode::parse(omocode).unwrap();
            assert_eq!(parsed.canonical(), base.as_entered());
            assert!(parsed.is_omocode());
            assert_ne!(parsed, base, "omocodia keeps two people apart");
        }
    }
}

#[test]
fn each_of_the_127_omocodes_reads_as_its_base() {
    for code in VALID {
        let base = TaxCode::parse(TaxCode::parse(code).unwrap().canonical()).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for mask in 1..128 {
            let parsed = TaxCode::parse(&omocode(base.as_entered(), mask)).unwrap();
            assert_eq!(parsed.canonical(), base.as_entered());
            assert_eq!(parsed.sex(), base.sex());
            assert_eq!(parsed.birth_dates(TODAY), base.birth_dates(TODAY));
            assert_eq!(parsed.place_code(), base.place_code());
            assert_eq!(parsed.birthplace(TODAY), base.birthplace(TODAY));
            assert!(seen.insert(parsed.as_entered().to_owned()));
        }
        assert_eq!(seen.len(), 127);
    }
}

#[test]
fn wrong_codes_are_refused_each_for_its_reason() {
    for (code, problem) in [
        ("", TaxCodeProblem::Empty),
        (" \u{a0}\n", TaxCodeProblem::Empty),
        ("CSTNGL22I10D086I", TaxCodeProblem::Month),
        ("FOXDRA26C24H872A", TaxCodeProblem::CheckLetter),
        ("CNTCHR83T32D969H", TaxCodeProblem::Day),
        ("CCCFBA85D03L219B", TaxCodeProblem::CheckLetter),
        ("CCCFBA85D03L219", TaxCodeProblem::Length { found: 15 }),
        ("CCCFBA85D03L219PP", TaxCodeProblem::Length { found: 17 }),
        ("0074311015", TaxCodeProblem::Length { found: 10 }),
        ("ABCDEFGHIJK", TaxCodeProblem::Length { found: 11 }),
        ("RSSMRA80A01C573", TaxCodeProblem::Length { found: 15 }),
        ("R0SMRA80A01C573D", TaxCodeProblem::LetterExpected { position: 2 }),
        ("RSSMRA80A01C5731", TaxCodeProblem::LetterExpected { position: 16 }),
        ("RSSMRA8OA01C573D", TaxCodeProblem::DigitExpected { position: 8 }),
        ("RSSMRA80A0IC573D", TaxCodeProblem::DigitExpected { position: 11 }),
        ("RSSMRÀ80A01C573D", TaxCodeProblem::Character { position: 6 }),
        ("RSS-MRA80A01C573D", TaxCodeProblem::Character { position: 4 }),
        ("RSSMRA80A00C573D", TaxCodeProblem::Day),
        ("RSSMRA80A40C573D", TaxCodeProblem::Day),
        ("RSSMRA80A72C573D", TaxCodeProblem::Day),
        ("RSSMRA81B29C573D", TaxCodeProblem::Day),
        ("RSSMRA81B69C573D", TaxCodeProblem::Day),
        ("RSSMRA80D31C573D", TaxCodeProblem::Day),
        ("00743110158", TaxCodeProblem::BodyDigits),
        ("00000000000", TaxCodeProblem::BodyDigits),
    ] {
        assert_eq!(TaxCode::parse(code).unwrap_err(), problem, "{code}");
    }
}

#[test]
fn the_refusal_says_what_to_do() {
    assert_eq!(
        TaxCode::parse("CCCFBA85D03L219").unwrap_err().text(Language::It),
        "Il codice fiscale ha 16 caratteri per una persona e 11 cifre per un ente: qui i caratteri sono 15. Controlla se ne manca o ne \
         avanza qualcuno."
    );
    assert_eq!(
        crate::refusal::Message::from(TaxCodeProblem::CheckLetter).en,
        TaxCodeProblem::CheckLetter.text(Language::En),
        "a fault of a form carries the same words"
    );
    assert_eq!(
        TaxCode::parse("FOXDRA26C24H872A").unwrap_err().text(Language::En),
        "The last letter of the fiscal code does not fit the other characters: at least one of them is wrong or swapped. Copy the code from \
         the health card."
    );
}

#[test]
fn blanks_case_and_invisible_signs_do_not_matter() {
    let code = TaxCode::parse("\u{feff} rss mra 80a01 c573d\u{200b}\n").unwrap();
    assert_eq!(code.as_entered(), "RSSMRA80A01C573D");
}

#[test]
fn the_claim_of_an_identity_provider_loses_its_prefix() {
    for claim in ["TINIT-RSSMRA80A01C573D", "tinit-rssmra80a01c573d", "RSSMRA80A01C573D"] {
        assert_eq!(TaxCode::from_claim(claim).unwrap().as_entered(), "RSSMRA80A01C573D");
    }
    assert_eq!(TaxCode::from_claim("TINIT-").unwrap_err(), TaxCodeProblem::Empty);
    assert!(TaxCode::from_claim("TINDE-RSSMRA80A01C573D").is_err());
    assert!(TaxCode::from_claim("éééé").is_err());
}

#[test]
fn sex_and_date_come_from_the_decoded_digits() {
    let man = TaxCode::parse("RSSMRAQRCMNFNLRG").unwrap();
    assert_eq!(man.sex(), Some(Sex::Male));
    assert_eq!(man.birth_dates(TODAY), [date(1945, 3, 12)]);
    assert_eq!(man.place_code(), Some("F205"));
    let woman = TaxCode::parse(&omocode("CNTCHR83T41D969D", 127)).unwrap();
    assert_eq!(woman.sex(), Some(Sex::Female));
    assert_eq!(woman.birth_dates(TODAY), [date(1983, 12, 1)]);
    assert!(woman.is_born_on(date(1983, 12, 1)));
    assert!(!woman.is_born_on(date(1983, 12, 2)));
}

#[test]
fn the_century_stays_open_where_both_are_possible() {
    let code = TaxCode::parse("FOXDRA26C24H872Y").unwrap();
    assert_eq!(code.birth_dates(TODAY), [date(2026, 3, 24), date(1926, 3, 24)]);
    assert_eq!(code.birth_dates(date(2026, 3, 24)), [date(2026, 3, 24), date(1926, 3, 24)]);
    assert_eq!(code.birth_dates(date(2026, 3, 23)), [date(1926, 3, 24)]);
    assert_eq!(TaxCode::parse("MRTNTN23M02D969P").unwrap().birth_dates(TODAY), [date(2023, 8, 2), date(1923, 8, 2)]);
    assert!(TaxCode::parse("00743110157").unwrap().birth_dates(TODAY).is_empty());
    let leap_day = TaxCode::parse(&omocode("RSSMRA00B29C573X", 0)).unwrap();
    assert_eq!(leap_day.birth_dates(TODAY), [date(2000, 2, 29)]);
}

#[test]
fn a_birthplace_is_refused_where_the_table_is_authoritative() {
    // Sangiano was part of another commune from 1928 to 1963.
    let absorbed = omocode("RSSMRA40A01H872X", 0);
    assert_eq!(TaxCode::parse_at(&absorbed, TODAY).unwrap_err(), TaxCodeProblem::PlaceNotAtThatDate);
    assert!(TaxCode::parse(&absorbed).is_ok(), "what is stored stays readable");
    let never = omocode("RSSMRA80A01A800X", 0);
    assert_eq!(TaxCode::parse_at(&never, TODAY).unwrap_err(), TaxCodeProblem::UnknownPlace);
    let masked = omocode("RSSMRA80A01A800X", 127);
    assert_eq!(TaxCode::parse_at(&masked, TODAY).unwrap_err(), TaxCodeProblem::UnknownPlace);
    // Born after the table ends: accepted, unverified.
    let later = TaxCode::parse_at(&omocode("RSSMRA21A01M432X", 0), TODAY).unwrap();
    assert_eq!(later.birthplace(TODAY), Some(PlaceCheck::Unverified));
}

#[test]
fn a_body_has_eleven_digits_and_nothing_of_a_person() {
    let body = TaxCode::parse_at("00743110157", TODAY).unwrap();
    assert!(!body.is_person());
    assert_eq!((body.canonical(), body.sex(), body.place_code(), body.birthplace(TODAY)), ("00743110157", None, None, None));
    assert!(!body.matches_names("", ""));
}

#[test]
fn names_are_compared_by_their_letters() {
    for (code, given, family) in [
        ("RSSMRA80A01C573D", "Mario", "Rossi"),
        ("BNCLRA85B41C573Q", "laura", "BIANCHI"),
        ("VRDGPP70C15I304O", "Giuseppe", "Verdi"),
        ("NRELCU75H50I304V", "Lucia", "Neri"),
        ("CNTCHR83T41D969D", "Chiara", "Conti"),
        ("CCCFBA85D03L219P", "Fabio", "Caccamo"),
        ("RSSMRAQRCMNFNLRG", "Mario", "Rossi"),
    ] {
        assert!(TaxCode::parse(code).unwrap().matches_names(given, family), "{code}");
        assert!(!TaxCode::parse(code).unwrap().matches_names(family, given), "{code}");
    }
}

proptest! {
    #[test]
    fn one_wrong_letter_of_the_names_never_passes(at in 0_usize..6, letter in b'A'..=b'Z') {
        let mut bytes = b"RSSMRA80A01C573D".to_vec();
        prop_assume!(bytes[at] != letter);
        bytes[at] = letter;
        prop_assert!(TaxCode::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
    }

    #[test]
    fn parsing_never_panics(text in "\\PC{0,24}") {
        let _ = TaxCode::parse_at(&text, TODAY);
        let _ = TaxCode::from_claim(&text);
    }

    #[test]
    fn codes_made_by_the_rules_are_read_back(
        names in "[A-Z]{6}", days in 0_i32..36_000, female: bool, mask in 0_usize..128
    ) {
        let born = date(1927, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let day = born.day() + if female { FEMALE_DAY } else { 0 };
        let month = char::from(MONTHS[usize::try_from(born.month() - 1).unwrap()]);
        let code = omocode(&format!("{names}{:02}{month}{day:02}C573X", born.year() % 100), mask);
        let parsed = TaxCode::parse(&code).unwrap();
        prop_assert!(parsed.is_born_on(born));
        prop_assert_eq!(parsed.sex() == Some(Sex::Female), female);
        prop_assert_eq!(parsed.birth_dates(born)[0], born);
    }
}
