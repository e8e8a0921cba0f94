//! Services: what citizens can ask for, and the public sheet that describes it.
//!
//! The sheet carries the thirteen mandatory items of the national model of municipal sites (criterion C.SI.1.3), in its order:
//! category, title, status, summary, audience, how, needs, outcome, timing, channels, conditions, contacts (the office) and topics.
//! These types are what remains after the layers of the configuration were resolved.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{
    condition::{Condition, Expression},
    fees::Fee,
    form::Form,
    registers::Lookup,
    sourced::Sourced,
    text::Text,
};

/// An id of the configuration: kebab-case, `[a-z0-9-]`.
pub type Key = Arc<str>;

/// A service of one tenant, resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The id, the same at every tenant that took the service over.
    pub id: Key,
    /// The version in the release it comes from; absent while it is a draft or the tenant's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Arc<str>>,
    /// Categoria.
    pub category: Category,
    /// Titolo.
    pub title: Text,
    /// Stato.
    #[serde(default)]
    pub status: ServiceStatus,
    /// Motivo dello stato, where the service is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<Text>,
    /// Descrizione breve, at most 160 characters.
    pub summary: Text,
    /// A chi è rivolto.
    pub audience: Text,
    /// Come fare.
    pub how: Text,
    /// Cosa serve: the introduction; the list comes from `documents`.
    pub needs: Text,
    /// Cosa si ottiene.
    pub outcome: Text,
    /// Tempi e scadenze, in words; the figure is `term_days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Text>,
    /// Accedi al servizio: the channels that are open.
    pub channels: BTreeMap<Channel, bool>,
    /// Condizioni di servizio.
    pub conditions: Text,
    /// Casi particolari.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions: Option<Text>,
    /// Contatti: the role of the office that answers for it.
    pub office: Key,
    /// Argomenti.
    #[serde(default)]
    pub topics: BTreeMap<Key, bool>,
    /// Life events of the open vocabulary.
    #[serde(default)]
    pub life_events: BTreeMap<Key, bool>,
    /// The SPID level that is asked; 0 = none.
    #[serde(default)]
    pub assurance_level: u8,
    /// Minutes at the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk_minutes: Option<u16>,
    /// Days to conclude (L. 241/1990 art. 2); 0 = at once.
    pub term_days: Sourced<u16>,
    /// What silence means when the term has passed.
    #[serde(default)]
    pub silence: Silence,
    /// How the term may be suspended (L. 241/1990 art. 2 c. 7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// What a request for integration does to the term.
    #[serde(default)]
    pub integration: Integration,
    /// What is to be paid.
    #[serde(with = "crate::ordered", default)]
    pub fees: IndexMap<Key, Fee>,
    /// What is to be attached.
    #[serde(with = "crate::ordered", default)]
    pub documents: IndexMap<Key, DocumentRequirement>,
    /// What is asked.
    pub form: Form,
    /// How often it may be asked.
    #[serde(with = "crate::ordered", default)]
    pub limits: IndexMap<Key, Limit>,
    /// Rules of its own.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub checks: IndexMap<Key, Check>,
    /// What is asked of the registers.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub lookups: IndexMap<Key, Lookup>,
    /// How somebody acts for another; where nothing is said, no mandate is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegates: Option<Delegates>,
    /// The workflow that a case of it follows.
    pub workflow: Key,
    /// The retention rule's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Key>,
}

impl Service {
    /// Whether the channel is open.
    pub fn offers(&self, channel: Channel) -> bool {
        self.channels.get(&channel).copied().unwrap_or(false)
    }
}

/// Whether a service can be asked for now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceStatus {
    /// It can.
    #[default]
    Active,
    /// It cannot for now; the sheet says why.
    Suspended,
}

/// What silence means after the term (L. 241/1990 art. 20; for access to files art. 25 c. 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Nothing.
    #[default]
    None,
    /// Consent.
    Consent,
    /// Refusal.
    Refusal,
}

/// The bounds of a suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// The longest it may last, in days.
    pub max_days: u16,
    /// How often.
    pub times: u8,
}

/// What a request for integration does to the term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integration {
    /// The term waits and goes on with what was left.
    #[default]
    Suspends,
    /// The term begins again (access to files).
    Restarts,
}

/// A document that an application needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRequirement {
    /// Its name.
    pub title: Text,
    /// What it must show, in more words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Whether an application without it is incomplete (where `when` holds).
    #[serde(default)]
    pub required: bool,
    /// The file types that are taken.
    pub types: BTreeMap<FileType, bool>,
    /// The largest size, in MiB.
    pub max_mb: u16,
    /// How many files at the most; 1 where nothing is said.
    #[serde(default = "one")]
    pub max_count: u16,
    /// Whether it shows special categories of data (GDPR art. 9).
    #[serde(default)]
    pub privacy: Privacy,
    /// When it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

const fn one() -> u16 {
    1
}

/// The largest file that is taken, in MiB: the server reads no more, so no service can promise more.
pub const LARGEST_FILE_MIB: u16 = 20;

/// File types that can be taken, known by their first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileType {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// A signed envelope, `CAdES`.
    P7m,
}

impl FileType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Jpeg, Self::Png, Self::P7m];

    /// The media type under which it is declared and served.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::P7m => "application/pkcs7-mime",
        }
    }

    /// The type that the first bytes show, if it is one of ours.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            // DER: SEQUENCE with a long or indefinite length, then the OID of signedData, 1.2.840.113549.1.7.2.
            [0x30, ..] if signed_data_oid(bytes) => Some(Self::P7m),
            _ => None,
        }
    }
}

fn signed_data_oid(bytes: &[u8]) -> bool {
    const OID: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    bytes[..bytes.len().min(32)].windows(OID.len()).any(|window| window == OID)
}

/// Whether a value is of a special category (GDPR art. 9: health and the like).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Personal, not special.
    #[default]
    Ordinary,
    /// Special: encrypted apart, seen only by those who decide.
    Special,
}

/// A limit over past cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// In which span.
    pub per: Per,
    /// Counted over what.
    pub key: Expression,
    /// The day that says which span it is; the day of the submission where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Expression>,
    /// What the citizen is told.
    pub refusal: Text,
}

/// The span in which a limit counts, by the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// One day.
    Day,
    /// One month of a year.
    Month,
    /// One year.
    Year,
    /// All time.
    Ever,
}

/// A rule of the service's own over answers, documents and what else expressions see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What must hold. A rule that cannot be decided, because an answer is missing, is not broken.
    pub holds: Condition,
    /// What is said where it does not hold.
    pub refusal: Text,
    /// The answer or document that it is said at, as expressions name it: `answers.request.day`, `documents.photo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Arc<str>>,
}

impl Check {
    /// The JSON pointer of `at`.
    pub fn pointer(&self) -> String {
        self.at.as_ref().map_or_else(|| "/answers".to_owned(), |at| format!("/{}", at.replace('.', "/")))
    }
}

/// Who may act for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegates {
    /// The document that shows the mandate, among the service's documents; it is required as soon as somebody acts for another.
    pub document: Key,
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $style:literal { $($variant:ident = $id:literal, $it:literal, $en:literal, $code:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = $style)]
        #[expect(missing_docs, reason = "the labels beside each id say what it is")]
        pub enum $name { $($variant),+ }

        impl $name {
            /// Every term, in the order of the vocabulary.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The id in configuration and API.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// The label that people read.
            pub const fn label(self, language: crate::text::Language) -> &'static str {
                match self { $(Self::$variant => language.pick($it, $en)),+ }
            }

            /// The code in the open vocabulary of public services.
            pub const fn open_code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The term with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|term| term.id() == id)
            }
        }
    };
}

vocabulary! {
    /// The fifteen categories of municipal services (`VocabolariControllati`, public-services-subject-matters, CC BY 4.0).
    Category, "kebab-case" {
        AgricultureAndFishing = "agriculture-and-fishing", "Agricoltura e pesca", "Agriculture and fishing", "15";
        Environment = "environment", "Ambiente", "Environment", "11";
        RegistryAndCivilStatus = "registry-and-civil-status", "Anagrafe e stato civile", "Registry and civil status", "6";
        PublicProcurement = "public-procurement", "Appalti pubblici", "Public procurement", "14";
        Authorisations = "authorisations", "Autorizzazioni", "Authorisations", "13";
        LandRegistryAndPlanning = "land-registry-and-planning", "Catasto e urbanistica", "Land registry and planning", "5";
        CultureAndLeisure = "culture-and-leisure", "Cultura e tempo libero", "Culture and leisure", "10";
        Education = "education", "Educazione e formazione", "Education and training", "1";
        JusticeAndPublicSafety = "justice-and-public-safety", "Giustizia e sicurezza pubblica", "Justice and public safety", "8";
        BusinessAndTrade = "business-and-trade", "Imprese e commercio", "Business and trade", "12";
        MobilityAndTransport = "mobility-and-transport", "Mobilità e trasporti", "Mobility and transport", "4";
        HealthWelfareAndAssistance = "health-welfare-and-assistance", "Salute, benessere e assistenza", "Health, welfare and assistance", "2";
        TaxesFinancesAndFines = "taxes-finances-and-fines", "Tributi, finanze e contravvenzioni", "Taxes, finances and fines", "9";
        Tourism = "tourism", "Turismo", "Tourism", "7";
        WorkingLife = "working-life", "Vita lavorativa", "Working life", "3";
    }
}

vocabulary! {
    /// The channels over which a service is reached, each with its code in the open vocabulary (channel, CC BY 4.0).
    Channel, "snake_case" {
        Online = "online", "Online", "Online", "02";
        Desk = "desk", "Sportello", "Desk", "01.1.1";
        Phone = "phone", "Telefono", "Telephone", "03.1";
        Email = "email", "Posta elettronica", "E-mail", "04.2";
        CertifiedEmail = "certified_email", "Posta elettronica certificata", "Certified e-mail", "04.1";
        Post = "post", "Posta", "Post", "01.2.1";
        App = "app", "App", "App", "05.1";
    }
}
