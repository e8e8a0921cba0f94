//! The public sheet of a service: the thirteen mandatory items of the national model (criterion C.SI.1.3) in its order, then
//! what the law and the desk add.

use jiff::civil::Date;
use serde::Serialize;
use sportello_domain::{
    fees::Fee,
    placeholders::fill,
    service::{Channel, DocumentRequirement, Integration, Service, ServiceStatus, Silence, Suspension},
    tenant::{ActiveService, Office},
    text::Text,
};
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    places::contact::OfficeView,
    views::{Amount, Links, SourcedNumber, Term, chosen},
};

/// Speaks the texts of one service with the names and figures of the body.
pub(super) struct Words<'a> {
    place: &'a Place,
    office: Option<(&'a str, &'a Office)>,
}

impl<'a> Words<'a> {
    /// The words of a service: its office is that which the body bound to the role.
    pub(super) fn of(place: &'a Place, service: &Service) -> Self {
        Self { place, office: place.tenant.office_for(&service.office).map(|(id, office)| (&**id, office)) }
    }

    /// The text in the reader's language, filled.
    pub(super) fn say(&self, text: &Text) -> String {
        let language = self.place.language;
        fill(text.get(language), &self.place.tenant, self.office.map(|(_, office)| office), language)
    }

    fn may_say(&self, text: Option<&Text>) -> Option<String> {
        text.map(|text| self.say(text))
    }
}

/// A service sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceSheet {
    /// The id, the same at every body.
    #[schema(max_length = 64, pattern = "^[a-z0-9-]+$", example = "pink-badge")]
    id: String,
    /// Categoria, by id.
    #[schema(max_length = 64, example = "mobility-and-transport")]
    category: &'static str,
    /// Titolo.
    #[schema(max_length = 200, example = "Bollino rosa")]
    title: String,
    /// Stato: `active` or `suspended`.
    #[schema(max_length = 16, pattern = "^(active|suspended)$", example = "active")]
    status: &'static str,
    /// Motivo dello stato, where the service is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, example = "Il servizio riprende a settembre.")]
    status_reason: Option<String>,
    /// Descrizione breve.
    #[schema(max_length = 160, example = "Parcheggia gratis sulle strisce blu durante la gravidanza.")]
    summary: String,
    /// A chi è rivolto.
    #[schema(max_length = 8000, example = "Alle donne in gravidanza che risiedono nel territorio di questo ente.")]
    audience: String,
    /// Come fare.
    #[schema(max_length = 8000, example = "Compila la domanda online con la tua identità digitale, oppure vieni allo sportello.")]
    how: String,
    /// Cosa serve: the introduction; the list is `documents`.
    #[schema(max_length = 8000, example = "Serve un documento che attesti la gravidanza o la nascita.")]
    needs: String,
    /// Cosa si ottiene.
    #[schema(max_length = 8000, example = "Un contrassegno numerato e personale, valido 12 mesi.")]
    outcome: String,
    /// Tempi e scadenze, in words; the figure is `term_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 8000, example = "Allo sportello il bollino si rilascia di norma subito.")]
    timing: Option<String>,
    /// Accedi al servizio: the open channels, by id.
    #[schema(max_items = 7, inline, example = json!(["online", "desk"]))]
    channels: Vec<&'static str>,
    /// Condizioni di servizio.
    #[schema(max_length = 16000, example = "Il servizio è gratuito. Il bollino va esposto in modo ben visibile.")]
    conditions: String,
    /// Contatti: the office that answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<OfficeView>,
    /// Argomenti, by id.
    #[schema(max_items = 64, inline, example = json!(["parking"]))]
    topics: Vec<String>,
    /// The category with its words and its code in the open vocabulary.
    category_details: Term,
    /// The open channels with their words and their codes in the open vocabulary.
    #[schema(max_items = 7)]
    channel_details: Vec<Term>,
    /// Life events, by id.
    #[schema(max_items = 64, inline, example = json!(["birth"]))]
    life_events: Vec<String>,
    /// Casi particolari.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 8000, example = "Furto: allega la denuncia.")]
    exceptions: Option<String>,
    /// The SPID level that is asked; 0 = none.
    #[schema(minimum = 0, maximum = 3, example = 2)]
    assurance_level: i32,
    /// Minutes at the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 65535, example = 5)]
    desk_minutes: Option<i32>,
    /// Days to conclude (L. 241/1990 art. 2); 0 = at once.
    term_days: SourcedNumber,
    /// What silence means when the term has passed: `none`, `consent`, `refusal`.
    #[schema(max_length = 16, pattern = "^(none|consent|refusal)$", example = "none")]
    silence: &'static str,
    /// The longest suspension of the term, in days; absent where it cannot be suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 65535, example = 30)]
    suspension_max_days: Option<i32>,
    /// What a request for integration does to the term: `suspends`, `restarts`.
    #[schema(max_length = 16, pattern = "^(suspends|restarts)$", example = "suspends")]
    integration: &'static str,
    /// What is to be paid, with the amounts in force today.
    #[schema(max_items = 100)]
    fees: Vec<FeeView>,
    /// What is to be attached.
    #[schema(max_items = 100)]
    documents: Vec<RequirementView>,
    /// The version of the service in the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32, example = "1.0.0")]
    version: Option<String>,
    /// SHA-256 of what a submission made now would freeze.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    definition: String,
    /// What belongs to the sheet.
    #[serde(rename = "_links")]
    links: Links,
}

/// What is to be paid.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeeView {
    /// Its id.
    #[schema(max_length = 64, example = "issue")]
    id: String,
    /// What it is for.
    #[schema(max_length = 400, example = "Diritti di segreteria")]
    title: String,
    /// How much today.
    amount: Amount,
    /// What the amount is for one of, where it is due several times.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "anno")]
    unit: Option<String>,
    /// Whether it depends on the answers.
    conditional: bool,
    /// False until somebody confirms the amount.
    verified: bool,
    /// The act that set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400, example = "delibera GC 12/2026")]
    source: Option<String>,
    /// When it changes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_change: Option<NextChange>,
}

/// An amount that is not yet in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextChange {
    /// Its first day.
    #[schema(format = Date, max_length = 10, example = "2027-01-01")]
    from: String,
    /// How much.
    amount: Amount,
}

/// What is to be attached.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequirementView {
    /// Its kind, as uploads name it.
    #[schema(max_length = 64, example = "medical-certificate")]
    kind: String,
    /// Its name.
    #[schema(max_length = 400, example = "Certificato medico")]
    title: String,
    /// What it must show.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000, example = "Con la data presunta del parto.")]
    help: Option<String>,
    /// Whether a submission without it is incomplete.
    required: bool,
    /// Whether it depends on the answers.
    conditional: bool,
    /// The media types that are taken.
    #[schema(max_items = 4, inline, example = json!(["application/pdf"]))]
    types: Vec<&'static str>,
    /// The largest size of a file, in bytes.
    #[schema(minimum = 1, maximum = 20_971_520, example = 5_242_880)]
    max_bytes: i64,
    /// How many files at the most.
    #[schema(minimum = 1, maximum = 65535, example = 1)]
    max_count: i32,
}

/// The sheet of a service on a day.
pub(super) fn sheet(place: &Place, active: &ActiveService, day: Date) -> ServiceSheet {
    let service = &active.service;
    let words = Words::of(place, service);
    let path = |rest: &str| place.under(&format!("services/{}{rest}", service.id));
    ServiceSheet {
        id: service.id.to_string(),
        category: service.category.id(),
        title: words.say(&service.title),
        status: match service.status {
            ServiceStatus::Active => "active",
            ServiceStatus::Suspended => "suspended",
        },
        status_reason: words.may_say(service.status_reason.as_ref()),
        summary: words.say(&service.summary),
        audience: words.say(&service.audience),
        how: words.say(&service.how),
        needs: words.say(&service.needs),
        outcome: words.say(&service.outcome),
        timing: words.may_say(service.timing.as_ref()),
        channels: open(service).map(Channel::id).collect(),
        conditions: words.say(&service.conditions),
        contacts: words.office.map(|(id, office)| OfficeView::of(place, id, office)),
        topics: chosen(&service.topics),
        category_details: Term::category(service.category, place.language),
        channel_details: open(service).map(|channel| Term::channel(channel, place.language)).collect(),
        life_events: chosen(&service.life_events),
        exceptions: words.may_say(service.exceptions.as_ref()),
        assurance_level: i32::from(service.assurance_level),
        desk_minutes: service.desk_minutes.map(i32::from),
        term_days: SourcedNumber::from(&service.term_days),
        silence: match service.silence {
            Silence::None => "none",
            Silence::Consent => "consent",
            Silence::Refusal => "refusal",
        },
        suspension_max_days: service.suspension.as_ref().map(|Suspension { max_days, times: _ }| i32::from(*max_days)),
        integration: match service.integration {
            Integration::Suspends => "suspends",
            Integration::Restarts => "restarts",
        },
        fees: service.fees.iter().map(|(id, fee)| FeeView::of(id, fee, &words, day)).collect(),
        documents: service.documents.iter().map(|(kind, document)| RequirementView::of(kind, document, &words)).collect(),
        version: service.version.as_deref().map(str::to_owned),
        definition: active.definition_hash.to_string(),
        links: Links::new([("self", path("")), ("form", path("/form")), ("workflow", path("/workflow")), ("up", place.under("services"))]),
    }
}

fn open(service: &Service) -> impl Iterator<Item = Channel> {
    Channel::ALL.iter().copied().filter(|channel| service.offers(*channel))
}

impl FeeView {
    fn of(id: &str, fee: &Fee, words: &Words<'_>, day: Date) -> Self {
        let next = day.tomorrow().ok().and_then(|tomorrow| fee.changes.range(tomorrow..).next());
        Self {
            id: id.to_owned(),
            title: words.say(&fee.title),
            amount: fee.amount_on(day).into(),
            unit: words.may_say(fee.unit.as_ref()),
            conditional: fee.when.is_some() || fee.times.is_some(),
            verified: fee.verified,
            source: fee.source.as_deref().map(str::to_owned),
            next_change: next.map(|(from, change)| NextChange { from: from.to_string(), amount: change.amount.into() }),
        }
    }
}

impl RequirementView {
    fn of(kind: &str, document: &DocumentRequirement, words: &Words<'_>) -> Self {
        let DocumentRequirement { title, help, required, types, max_mb, max_count, privacy: _, when } = document;
        Self {
            kind: kind.to_owned(),
            title: words.say(title),
            help: words.may_say(help.as_ref()),
            required: *required,
            conditional: when.is_some(),
            types: types.iter().filter(|(_, taken)| **taken).map(|(file_type, _)| file_type.media_type()).collect(),
            max_bytes: i64::from(*max_mb) * 1024 * 1024,
            max_count: i32::from(*max_count),
        }
    }
}
