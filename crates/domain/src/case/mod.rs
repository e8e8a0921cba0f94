//! Cases: one request of a citizen and all that happens to it.

pub mod moves;

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ids::{CaseId, PersonId, TenantId},
    service::{Channel, Key},
    text::Language,
};

/// The official categories of a case's state (Stati pratica of the national model of municipal sites).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// In bozza.
    Draft,
    /// Processo in corso.
    InProgress,
    /// Processo sospeso: si richiede un'azione da parte dell'utente.
    SuspendedApplicant,
    /// Processo sospeso: si richiede un'azione da parte della Pubblica Amministrazione.
    SuspendedAdministration,
    /// Processo concluso: esito positivo.
    ConcludedPositive,
    /// Processo concluso: esito negativo.
    ConcludedNegative,
}

impl CaseStatus {
    /// Every category.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::InProgress,
        Self::SuspendedApplicant,
        Self::SuspendedAdministration,
        Self::ConcludedPositive,
        Self::ConcludedNegative,
    ];

    /// The id in configuration, rows and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InProgress => "in_progress",
            Self::SuspendedApplicant => "suspended_applicant",
            Self::SuspendedAdministration => "suspended_administration",
            Self::ConcludedPositive => "concluded_positive",
            Self::ConcludedNegative => "concluded_negative",
        }
    }

    /// The category with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.id() == id)
    }

    /// Whether nothing more happens to the case.
    pub const fn is_concluded(self) -> bool {
        matches!(self, Self::ConcludedPositive | Self::ConcludedNegative)
    }
}

/// A person as a tenant knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Its id at the tenant.
    pub id: PersonId,
    /// The fiscal code as it was given; staff may have none.
    pub tax_code: Option<Arc<str>>,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// Where it can be written to.
    pub email: Option<Arc<str>>,
}

/// A case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The tenant that decides it.
    pub tenant: TenantId,
    /// `CES-2026-0000123`; a draft has none.
    pub code: Option<Arc<str>>,
    /// `0000123`; a draft has none.
    pub register_number: Option<Arc<str>>,
    /// The service's id.
    pub service: Key,
    /// SHA-256 of the definition: that of the last save while a draft, pinned by submission.
    pub definition: Arc<str>,
    /// The official category of its state.
    pub status: CaseStatus,
    /// The workflow's state; `draft` before submission.
    pub state: Key,
    /// Section → field → value; what is special stands apart and is null here for who may not see it.
    pub answers: Value,
    /// Whom it is for.
    pub applicant: Person,
    /// Who acts for the applicant, with a mandate.
    pub delegate: Option<Person>,
    /// The language in which the applicant is written to.
    pub language: Language,
    /// How it came in.
    pub channel: Channel,
    /// The tenant whose desk served; the deciding one unless another desk did.
    pub serving_tenant: TenantId,
    /// The operator who served at the desk.
    pub operator: Option<PersonId>,
    /// The office that decides, by id.
    pub office: Key,
    /// The officer who handles it.
    pub assignee: Option<Person>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything last changed.
    pub updated_at: Timestamp,
    /// When it became a case.
    pub submitted_at: Option<Timestamp>,
    /// The last day to conclude it.
    pub due_date: Option<Date>,
    /// When it ended.
    pub concluded_at: Option<Timestamp>,
    /// The transition that ended it and its note.
    pub outcome: Option<Outcome>,
    /// Grows by one with each change; the `ETag`.
    pub version: i64,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The transition.
    pub transition: Key,
    /// What the officer wrote.
    #[serde(default)]
    pub note: Option<Arc<str>>,
    /// The document that is the act.
    #[serde(default)]
    pub act: Option<crate::ids::DocumentId>,
}

impl Case {
    /// The human code: the tenant's letters, the year, and a number of at least seven digits.
    ///
    /// ```
    /// assert_eq!(sportello_domain::case::Case::code("CES", 2026, 123), "CES-2026-0000123");
    /// ```
    pub fn code(tenant: &str, year: i16, number: u64) -> String {
        format!("{tenant}-{year}-{number:07}")
    }
}

/// A step in a case's timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: crate::ids::EventId,
    /// The case.
    pub case: CaseId,
    /// Its place in the timeline, from 1.
    pub sequence: i64,
    /// What happened: `created`, `submitted`, `transition`, `assigned`, `document_added`, `message`, `payment`…
    pub kind: Key,
    /// When.
    pub at: Timestamp,
    /// In which role it was done.
    pub role: crate::permissions::Role,
    /// Who did it; none for the product itself.
    pub actor: Option<PersonId>,
    /// Particulars, nothing special in them.
    pub data: Value,
}

/// A file of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: crate::ids::DocumentId,
    /// The case.
    pub case: CaseId,
    /// The requirement that it answers, or the kind of act that it is.
    pub kind: Key,
    /// Whether it is an act of the administration.
    pub is_act: bool,
    /// The name that it was sent under, cleaned.
    pub name: Arc<str>,
    /// Its type.
    pub file_type: crate::service::FileType,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 in hexadecimal.
    pub sha256: Arc<str>,
    /// Whether it shows special categories of data.
    pub privacy: crate::service::Privacy,
    /// Who sent it.
    pub uploaded_by: PersonId,
    /// When.
    pub uploaded_at: Timestamp,
}

/// A message on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMessage {
    /// Its id.
    pub id: crate::ids::MessageId,
    /// The case.
    pub case: CaseId,
    /// In which role it was written; `system` for notices.
    pub role: crate::permissions::Role,
    /// Who wrote it.
    pub author: Option<PersonId>,
    /// The subject line.
    pub subject: Option<Arc<str>>,
    /// The text.
    pub body: Arc<str>,
    /// When.
    pub at: Timestamp,
}

/// What is due for a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: crate::ids::PaymentId,
    /// The case.
    pub case: CaseId,
    /// The fee's id.
    pub fee: Key,
    /// What it is for.
    pub title: crate::text::Text,
    /// How much.
    pub amount: crate::money::Money,
    /// Whether it is settled.
    pub status: PaymentStatus,
    /// The receipt that the desk gave.
    pub receipt: Option<Arc<str>>,
    /// When it was settled.
    pub paid_at: Option<Timestamp>,
}

/// Whether an amount is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Not yet.
    Due,
    /// Paid at the desk.
    PaidAtDesk,
    /// Paid online.
    PaidOnline,
}

impl PaymentStatus {
    /// The id in rows and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::PaidAtDesk => "paid_at_desk",
            Self::PaidOnline => "paid_online",
        }
    }

    /// The status with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Due, Self::PaidAtDesk, Self::PaidOnline].into_iter().find(|status| status.id() == id)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::definition::Definition;

    pub(crate) fn a_definition() -> Definition {
        let text = |it: &str| json!({"it": it, "en": it});
        serde_json::from_value(json!({
            "service": "loc-bees", "title": text("Api"), "conditions": text("-"), "office": "environment", "assurance_level": 2,
            "term_days": {"value": 30}, "silence": "none", "integration": "suspends", "fees": {}, "documents": {}, "form": {"sections": {}},
            "limits": {}, "parameters": {},
            "workflow": {
                "id": "simple", "start": "submitted",
                "states": {
                    "submitted": {"title": text("Presentata"), "status": "in_progress"},
                    "waiting": {"title": text("In attesa"), "status": "suspended_applicant", "clock": "suspended", "limit_days": 30, "on_limit": "close"},
                    "granted": {"title": text("Accolta"), "status": "concluded_positive"},
                    "refused": {"title": text("Respinta"), "status": "concluded_negative"}
                },
                "transitions": {
                    "ask": {"title": text("Chiedi"), "from": {"submitted": true}, "to": "waiting", "by": {"case_officer": true},
                        "form": {"fields": {"request": {"type": "long_text", "title": text("Che cosa"), "required": true}}},
                        "notify": {"applicant": "integration-request"}},
                    "grant": {"title": text("Accogli"), "from": {"submitted": true}, "to": "granted", "by": {"case_officer": true},
                        "when": "payments.due == 0", "requires": {"act": "permit"}},
                    "grant-any": {"title": text("Accogli"), "from": {"submitted": true}, "to": "granted", "by": {"case_officer": true}},
                    "grant-never": {"title": text("Accogli"), "from": {"submitted": true}, "to": "granted", "by": {"case_officer": true}, "when": "false"},
                    "grant-later": {"title": text("Accogli"), "from": {"submitted": true}, "to": "granted", "by": {"case_officer": true}, "when": "false",
                        "refusal": {"it": "Manca il parere della commissione.", "en": "The committee has not said its opinion."}},
                    "grant-drawn": {"title": text("Rilascia"), "from": {"submitted": true}, "to": "granted", "by": {"case_officer": true}, "draws_up": "badge"},
                    "grant-alone": {"title": text("Rilascia"), "from": {"submitted": true}, "to": "granted", "by": {"system": true},
                        "automatic": true, "draws_up": "badge", "when": "answers.request.kind == 'first'"},
                    "close": {"title": text("Chiudi"), "from": {"waiting": true}, "to": "refused", "by": {"system": true}},
                    "withdraw": {"title": text("Ritira"), "from": {"submitted": true, "waiting": true}, "to": "refused", "by": {"citizen": true}}
                }
            }
        }))
        .unwrap()
    }

    pub(crate) fn a_case(state: &str) -> Case {
        let id = Uuid::from_u128(1);
        let person = Person { id: PersonId::new(id), tax_code: None, given_name: "A".into(), family_name: "B".into(), email: None };
        Case {
            id: CaseId::new(id),
            tenant: TenantId::new(id),
            code: Some("CES-2026-0000001".into()),
            register_number: Some("0000001".into()),
            service: "loc-bees".into(),
            definition: "".into(),
            status: CaseStatus::InProgress,
            state: state.into(),
            answers: json!({}),
            applicant: person,
            delegate: None,
            language: Language::It,
            channel: Channel::Online,
            serving_tenant: TenantId::new(id),
            operator: None,
            office: "environment".into(),
            assignee: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            submitted_at: None,
            due_date: None,
            concluded_at: None,
            outcome: None,
            version: 1,
        }
    }
}
