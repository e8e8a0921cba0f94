//! People that do not exist: their codes are well made and were given to nobody.

use sportello_connect::tokens::DemoPerson;
use sportello_domain::permissions::Role;

/// A resident: given name, family name, fiscal code, day of birth.
pub(super) type Resident = (&'static str, &'static str, &'static str, &'static str);

/// The residents who come by on the day.
pub(super) const RESIDENTS: [Resident; 18] = [
    ("Mario", "Rossi", "RSSMRA80A01C573D", "1980-01-01"),
    ("Clara", "Bianchi", "BNCCLR85B41C573U", "1985-02-01"),
    ("Adele", "Fabbri", "FBBDLA91L52C573I", "1991-07-12"),
    ("Bruno", "Casadei", "CSDBRN58C04C573M", "1958-03-04"),
    ("Elisa", "Magnani", "MGNLSE96S63C573W", "1996-11-23"),
    ("Dario", "Zoffoli", "ZFFDRA72P30C573D", "1972-09-30"),
    ("Gaia", "Montalti", "MNTGAI93E48C573P", "1993-05-08"),
    ("Ivo", "Ricci", "RCCVIO49T02C573F", "1949-12-02"),
    ("Marta", "Baldini", "BLDMRT88D57C573M", "1988-04-17"),
    ("Nino", "Severi", "SVRNNI01H25C573P", "2001-06-25"),
    ("Olga", "Gori", "GROLGO90R43I304R", "1990-10-03"),
    ("Piero", "Succi", "SCCPRI66M21I304L", "1966-08-21"),
    ("Rita", "Amati", "MTARTI94A54I304L", "1994-01-14"),
    ("Sauro", "Lombardi", "LMBSRA77B27I304F", "1977-02-27"),
    ("Tea", "Brigliadori", "BRGTEA89T49I304V", "1989-12-09"),
    ("Ugo", "Fellini", "FLLGUO55E19I304H", "1955-05-19"),
    ("Vera", "Pari", "PRAVRE97C71I304O", "1997-03-31"),
    ("Zeno", "Donati", "DNTZNE83L06I304S", "1983-07-06"),
];

/// A child, for what is asked for children.
pub(super) const CHILD: Resident = ("Lia", "Fabbri", "FBBLIA16P45C573V", "2016-09-05");

/// A resident as a log-in gives it.
pub(super) fn resident((given, family, code, _): Resident) -> DemoPerson {
    DemoPerson {
        subject: format!("demo-{}", code.to_ascii_lowercase()),
        tax_code: Some(code.to_owned()),
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        email: Some(format!("{}.{}@example.org", given.to_ascii_lowercase(), family.to_ascii_lowercase())),
        level: 2,
    }
}

/// Who stands for a role: a resident for citizens, one person for each role of the staff, or who is named by a fiscal code.
pub(crate) fn who(role: Role, tax_code: Option<&str>, level: u8) -> DemoPerson {
    let code = tax_code.map(|code| code.trim().to_ascii_uppercase());
    let known = RESIDENTS.into_iter().find(|(_, _, known, _)| code.as_deref().is_none_or(|code| code == *known));
    match (role.is_staff(), code) {
        (false, None) => DemoPerson { level, ..resident(RESIDENTS[0]) },
        (true, None) => DemoPerson {
            subject: format!("demo-{}", role.id()),
            tax_code: None,
            given_name: "Demo".to_owned(),
            family_name: role.id().replace('_', " "),
            email: None,
            level,
        },
        (_, Some(code)) => match known {
            Some(known) => DemoPerson { level, ..resident(known) },
            None => DemoPerson {
                subject: format!("demo-{}", code.to_ascii_lowercase()),
                tax_code: Some(code),
                given_name: "Persona".to_owned(),
                family_name: "Di Prova".to_owned(),
                email: None,
                level,
            },
        },
    }
}
