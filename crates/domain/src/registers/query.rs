//! What a request asks a register: a person by fiscal code or by names, a property by its parcel; or everything that is wrong with it.

use std::sync::Arc;

use jiff::civil::Date;

use super::land::{Parcel, Registry};
use crate::{
    identity::{Sex, TaxCode, places},
    refusal::{Code, Fault, Message, Refusal},
};

/// What was sent about a person; each may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedPerson {
    /// The fiscal code.
    pub tax_code: Option<Arc<str>>,
    /// Given name.
    pub given_name: Option<Arc<str>>,
    /// Family name.
    pub family_name: Option<Arc<str>>,
    /// The day of birth.
    pub birth_date: Option<Date>,
    /// The sex.
    pub sex: Option<Sex>,
    /// Belfiore code of the birthplace, or `Z` and three digits.
    pub birth_place: Option<Arc<str>>,
    /// One of the candidates of an earlier answer.
    pub candidate: Option<Arc<str>>,
}

/// What was sent about a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedParcel {
    /// `land` or `buildings`.
    pub registry: Registry,
    /// Belfiore code.
    pub municipality: Arc<str>,
    /// Section.
    pub section: Option<Arc<str>>,
    /// Sheet.
    pub sheet: Arc<str>,
    /// Parcel.
    pub parcel: Arc<str>,
    /// Denominator.
    pub denominator: Option<Arc<str>>,
    /// Subaltern.
    pub subaltern: Option<Arc<str>>,
}

/// Whom a register is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The person with this code, as it was given out.
    Code(Arc<str>),
    /// People of these names.
    Names(Names),
}

/// Names and what narrows them down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// The day of birth.
    pub birth_date: Option<Date>,
    /// The sex.
    pub sex: Option<Sex>,
    /// The birthplace's code.
    pub birth_place: Option<Arc<str>>,
    /// One of the candidates of an earlier answer.
    pub candidate: Option<Arc<str>>,
}

impl Names {
    /// Whether somebody fits, whatever the case of letters and the accents' neighbours; a part that was not asked for fits all.
    pub fn fit(&self, given: &str, family: &str, born: Date, sex: Option<Sex>, place: &str) -> bool {
        let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
        same(&self.given_name, given)
            && same(&self.family_name, family)
            && self.birth_date.is_none_or(|day| day == born)
            && self.sex.is_none_or(|asked| sex.is_none_or(|sex| sex == asked))
            && self.birth_place.as_deref().is_none_or(|asked| asked == place)
    }
}

/// Whom a request asks about.
///
/// ```
/// # use sportello_domain::registers::query::{AskedPerson, whom};
/// # use jiff::civil::date;
/// let asked = AskedPerson { family_name: Some("Rossi".into()), ..AskedPerson::default() };
/// let refusal = whom(asked, date(2026, 5, 4)).unwrap_err();
/// assert_eq!((refusal.faults[0].pointer.as_str(), refusal.faults[0].code), ("/given_name", "required"));
/// ```
pub fn whom(asked: AskedPerson, today: Date) -> Result<Whom, Refusal> {
    let AskedPerson { tax_code, given_name, family_name, birth_date, sex, birth_place, candidate } = asked;
    let by_names = given_name.is_some() || family_name.is_some();
    let narrowed = birth_date.is_some() || sex.is_some() || birth_place.is_some() || candidate.is_some();
    let mut faults = Vec::new();
    if let Some(code) = tax_code {
        if by_names || narrowed {
            faults.push(fault(
                "/tax_code",
                "not_together",
                "Cerca per codice fiscale oppure per cognome e nome, non insieme.",
                "Search by tax code or by family and given name, not by both.",
            ));
        }
        return match TaxCode::parse_at(&code, today) {
            Ok(code) if faults.is_empty() && code.is_person() => Ok(Whom::Code(code.as_entered().into())),
            Ok(code) if faults.is_empty() => Err(refuse(vec![fault(
                "/tax_code",
                "person_expected",
                &format!("«{}» è il codice di un'organizzazione: qui si cercano persone.", code.as_entered()),
                &format!("“{}” is the code of an organisation: people are looked for here.", code.as_entered()),
            )])),
            Ok(_) => Err(refuse(faults)),
            Err(problem) => {
                faults.push(Fault { pointer: "/tax_code".to_owned(), code: problem.code(), message: problem.into() });
                Err(refuse(faults))
            }
        };
    }
    if !by_names && !narrowed {
        let (it, en) = (
            "Indica chi cercare: tax_code, oppure family_name e given_name.",
            "Say whom to look for: tax_code, or family_name and given_name.",
        );
        return Err(refuse(vec![fault("", "required", it, en)]));
    }
    for (name, missing) in [("/family_name", family_name.is_none()), ("/given_name", given_name.is_none())] {
        if missing {
            let (it, en) =
                ("Senza codice fiscale servono sia il cognome sia il nome.", "Without a tax code both family and given name are needed.");
            faults.push(fault(name, "required", it, en));
        }
    }
    if birth_date.is_some_and(|day| day > today) {
        let (it, en) = ("La data di nascita è nel futuro: correggila.", "The date of birth is in the future: correct it.");
        faults.push(fault("/birth_date", "in_future", it, en));
    }
    faults.extend(birth_place.as_deref().and_then(|code| unknown_place("/birth_place", code, birth_date, today)));
    match (given_name, family_name) {
        (Some(given_name), Some(family_name)) if faults.is_empty() => {
            Ok(Whom::Names(Names { given_name, family_name, birth_date, sex, birth_place, candidate }))
        }
        _ => Err(refuse(faults)),
    }
}

/// Which property a request asks about.
pub fn parcel(asked: AskedParcel) -> Result<Parcel, Refusal> {
    let AskedParcel { registry, municipality, section, sheet, parcel, denominator, subaltern } = asked;
    let mut faults = Vec::new();
    // A registry may still name a commune that is gone, so any day does.
    if municipality.starts_with('Z') || places::last_known(&municipality).is_none() {
        faults.push(not_a_commune(&municipality));
    }
    if registry == Registry::Land && subaltern.is_some() {
        let (it, en) =
            ("Il subalterno c'è solo nel catasto fabbricati: toglilo.", "Only the buildings registry has subalterns: remove it.");
        faults.push(fault("/property/subaltern", "not_applicable", it, en));
    }
    if !faults.is_empty() {
        return Err(refuse(faults));
    }
    let trimmed = |text: Arc<str>| -> Arc<str> { text.trim().trim_start_matches('0').to_uppercase().into() };
    Ok(Parcel {
        registry,
        municipality,
        section: section.map(|section| section.trim().to_uppercase().into()),
        sheet: trimmed(sheet),
        parcel: trimmed(parcel),
        denominator: denominator.map(trimmed),
        subaltern: subaltern.map(trimmed),
    })
}

fn not_a_commune(code: &str) -> Fault {
    fault(
        "/property/municipality",
        "unknown_place",
        &format!("«{code}» non è il codice catastale di un comune: è una lettera e tre cifre, come C573."),
        &format!("“{code}” is not the cadastral code of a municipality: it is a letter and three digits, such as C573."),
    )
}

fn unknown_place(pointer: &str, code: &str, on: Option<Date>, today: Date) -> Option<Fault> {
    let known = places::last_known(code).is_some() || places::foreign_state(code).is_some();
    match on {
        _ if !known => Some(fault(
            pointer,
            "unknown_place",
            &format!("«{code}» non è il codice di un comune né di uno Stato: è una lettera e tre cifre, come C573."),
            &format!("“{code}” is the code of no municipality and no state: it is a letter and three digits, such as C573."),
        )),
        Some(day) if day <= today && places::check(code, day).is_refused() => Some(fault(
            pointer,
            "not_at_that_date",
            &format!("Il comune «{code}» il {day} non esisteva: controlla il codice o la data di nascita."),
            &format!("The municipality “{code}” did not exist on {day}: check the code or the date of birth."),
        )),
        _ => None,
    }
}

fn fault(pointer: &str, code: &'static str, it: &str, en: &str) -> Fault {
    Fault { pointer: pointer.to_owned(), code, message: Message::new(it, en) }
}

fn refuse(faults: Vec<Fault>) -> Refusal {
    Refusal::with_faults(Code::Unprocessable, faults)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn faults(asked: AskedPerson) -> Vec<(String, &'static str, String)> {
        let refusal = whom(asked, date(2026, 5, 4)).unwrap_err();
        assert_eq!(refusal.code, Code::Unprocessable);
        refusal.faults.into_iter().map(|fault| (fault.pointer, fault.code, fault.message.it)).collect()
    }

    fn one(pointer: &str, code: &'static str, it: &str) -> Vec<(String, &'static str, String)> {
        vec![(pointer.to_owned(), code, it.to_owned())]
    }

    fn text<'t>(text: impl Into<Option<&'t str>>) -> Option<Arc<str>> {
        text.into().map(Into::into)
    }

    fn names() -> AskedPerson {
        AskedPerson { given_name: text("Mario"), family_name: text("Rossi"), ..AskedPerson::default() }
    }

    #[test]
    fn a_person_is_asked_for_in_one_way() {
        assert_eq!(faults(AskedPerson::default()), one("", "required", "Indica chi cercare: tax_code, oppure family_name e given_name."));
        let both = AskedPerson { tax_code: text("RSSMRA80A01C573D"), ..names() };
        assert_eq!(faults(both), one("/tax_code", "not_together", "Cerca per codice fiscale oppure per cognome e nome, non insieme."));
        let company = AskedPerson { tax_code: text("00743110157"), ..AskedPerson::default() };
        assert_eq!(
            faults(company),
            one("/tax_code", "person_expected", "«00743110157» è il codice di un'organizzazione: qui si cercano persone.")
        );
        let letter = AskedPerson { tax_code: text("RSSMRA80A01C573A"), ..AskedPerson::default() };
        assert_eq!(faults(letter)[0].1, "check_letter");
        let omocode = AskedPerson { tax_code: text(" rssmra80a01c57pz "), ..AskedPerson::default() };
        assert_eq!(whom(omocode, date(2026, 5, 4)), Ok(Whom::Code("RSSMRA80A01C57PZ".into())));
    }

    #[test]
    fn names_come_in_pairs_and_places_exist() {
        let alone = AskedPerson { family_name: text("Rossi"), ..AskedPerson::default() };
        assert_eq!(faults(alone), one("/given_name", "required", "Senza codice fiscale servono sia il cognome sia il nome."));
        let nobody = AskedPerson { birth_date: Some(date(1980, 1, 1)), ..AskedPerson::default() };
        assert_eq!(faults(nobody).len(), 2);
        let unborn = AskedPerson { birth_date: Some(date(2027, 1, 1)), ..names() };
        assert_eq!(faults(unborn), one("/birth_date", "in_future", "La data di nascita è nel futuro: correggila."));
        let nowhere = AskedPerson { birth_place: text("X999"), ..names() };
        assert_eq!(
            faults(nowhere),
            one(
                "/birth_place",
                "unknown_place",
                "«X999» non è il codice di un comune né di uno Stato: è una lettera e tre cifre, come C573."
            )
        );
        let merged = AskedPerson { birth_place: text("G755"), birth_date: Some(date(2015, 1, 1)), ..names() };
        assert_eq!(
            faults(merged),
            one(
                "/birth_place",
                "not_at_that_date",
                "Il comune «G755» il 2015-01-01 non esisteva: controlla il codice o la data di nascita."
            )
        );
        let before = AskedPerson { birth_place: text("G755"), birth_date: Some(date(1968, 4, 2)), ..names() };
        assert!(whom(before, date(2026, 5, 4)).is_ok());
    }

    #[test]
    fn what_was_not_asked_for_fits_everybody() {
        let Whom::Names(rossi) = whom(names(), date(2026, 5, 4)).unwrap() else { panic!("names") };
        assert!(rossi.fit("MARIO", "rossi ", date(1962, 7, 19), Some(Sex::Male), "F205"));
        assert!(!rossi.fit("Maria", "Rossi", date(1962, 7, 19), Some(Sex::Female), "F205"));
        let younger = Names { birth_date: Some(date(1980, 1, 1)), sex: Some(Sex::Male), birth_place: text("C573"), ..rossi };
        assert!(younger.fit("Mario", "Rossi", date(1980, 1, 1), None, "C573"));
        assert!(!younger.fit("Mario", "Rossi", date(1962, 7, 19), Some(Sex::Male), "C573"));
    }

    #[test]
    fn a_parcel_is_of_a_commune_that_is_or_was() {
        let asked = |registry, municipality: &str, subaltern| AskedParcel {
            registry,
            municipality: municipality.into(),
            section: text(" a"),
            sheet: " 0126".into(),
            parcel: "345".into(),
            denominator: None,
            subaltern,
        };
        let found = parcel(asked(Registry::Buildings, "C573", text("007"))).unwrap();
        assert_eq!((&*found.sheet, found.subaltern.as_deref(), found.section.as_deref()), ("126", Some("7"), Some("A")));
        assert!(parcel(asked(Registry::Land, "G755", None)).is_ok());
        for (code, told) in [("X999", "unknown_place"), ("Z129", "unknown_place"), ("cesena", "unknown_place")] {
            let refusal = parcel(asked(Registry::Land, code, None)).unwrap_err();
            assert_eq!((refusal.faults[0].pointer.as_str(), refusal.faults[0].code), ("/property/municipality", told), "{code}");
        }
        let refusal = parcel(asked(Registry::Land, "C573", text("1"))).unwrap_err();
        assert_eq!(refusal.faults[0].message.it, "Il subalterno c'è solo nel catasto fabbricati: toglilo.");
    }
}
