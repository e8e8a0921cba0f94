//! Notices to the applicant: a message in the personal area, and the same on one more channel (criterion C.SE.1.2).
//!
//! The message is written in the command's transaction; what leaves the system follows from the outbox row, which names the
//! message and holds nothing personal.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use sportello_domain::{
    case::{Case, CaseMessage},
    ids::{MessageId, OutboxId},
    permissions::Role,
    placeholders,
    service::Key,
    tenant::{Template, Tenant},
    text::{Language, Text},
    workflow::Recipient,
};
use sportello_store::{
    TenantTx, messages,
    outbox::{self, Outgoing},
};

use crate::{Call, Engine, Failure, desk::Desk};

/// The kind of outbox rows that carry a notice.
pub(crate) const NOTICE: &str = "notice";
/// The kind of outbox rows that carry a letter to somebody else who has to do with a case.
pub(crate) const LETTER: &str = "letter";

/// Tells the applicant by a template of the tenant; one that the tenant does not have is told in the product's own words, so that
/// nobody goes without a receipt (L. 241/1990 art. 18-bis).
pub(crate) async fn to_applicant(desk: &Desk<'_>, case: &Case, template: &str) -> Result<(), Failure> {
    write(desk.engine, &desk.tx, desk.call, case, template, desk.now).await
}

/// The same, for the product itself.
pub(crate) async fn write(engine: &Engine, tx: &TenantTx, call: &Call, case: &Case, template: &str, at: Timestamp) -> Result<(), Failure> {
    let own = own_words();
    let template = call.tenant.templates.get(template).unwrap_or_else(|| {
        tracing::warn!(case = %case.id, template, "a notice has no template");
        &own
    });
    let language = case.language;
    let message = CaseMessage {
        id: MessageId::new(engine.new_id()),
        case: case.id,
        role: Role::System,
        author: None,
        subject: Some(fill(template.subject.get(language), &call.tenant, case, language)),
        body: fill(template.body.get(language), &call.tenant, case, language),
        at,
    };
    messages::insert(tx, &message).await?;
    post(engine, tx, &message).await
}

/// Puts a message up to be announced to the applicant outside.
pub(crate) async fn post(engine: &Engine, tx: &TenantTx, message: &CaseMessage) -> Result<(), Failure> {
    let payload = json!({"case": message.case, "message": message.id});
    let outgoing = Outgoing { id: OutboxId::new(engine.new_id()), kind: NOTICE.into(), payload, created_at: message.at, attempts: 0 };
    Ok(outbox::enqueue(tx, &outgoing).await?)
}

/// Tells somebody who has to do with a case, by a template of the tenant.
pub(crate) async fn tell(
    engine: &Engine,
    tx: &TenantTx,
    call: &Call,
    case: &Case,
    (recipient, template): (Recipient, &Key),
    at: Timestamp,
) -> Result<(), Failure> {
    if recipient == Recipient::Applicant {
        return write(engine, tx, call, case, template, at).await;
    }
    let payload = json!({"case": case.id, "template": template, "to": recipient.id()});
    let outgoing = Outgoing { id: OutboxId::new(engine.new_id()), kind: LETTER.into(), payload, created_at: at, attempts: 0 };
    Ok(outbox::enqueue(tx, &outgoing).await?)
}

/// Subject and text of a letter by a template, in both languages where the reader's is not known.
pub(crate) fn letter(tenant: &Tenant, case: &Case, template: &str) -> (String, String) {
    let own = own_words();
    let template = tenant.templates.get(template).unwrap_or(&own);
    let both = |text: &Text, between: &str| {
        let it = fill(text.get(Language::It), tenant, case, Language::It);
        match &text.en {
            Some(en) => format!("{it}{between}{}", fill(en, tenant, case, Language::En)),
            None => it.to_string(),
        }
    };
    (both(&template.subject, " – "), both(&template.body, "\n\n"))
}

fn own_words() -> Template {
    Template {
        subject: Text::new("Pratica {{case.code}}: aggiornamento", "Case {{case.code}}: update"),
        body: Text::new(
            "La pratica {{case.code}}, protocollo {{case.register_number}}, per il servizio «{{case.service}}» di {{tenant.name}} è stata aggiornata. La scadenza è il {{case.due_date}}.",
            "Case {{case.code}}, register number {{case.register_number}}, for the service “{{case.service}}” of {{tenant.name}} has been updated. It falls due on {{case.due_date}}.",
        ),
    }
}

/// A text of the tenant's templates, filled in for a case, to be sent as it is or changed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The template's id.
    pub id: Key,
    /// The subject line.
    pub subject: Arc<str>,
    /// The text.
    pub body: Arc<str>,
}

/// The texts that an officer may begin a message with, in the language in which the applicant is written to.
pub(crate) fn prepared(call: &Call, case: &Case) -> Vec<Prepared> {
    let fill = |text: &Text| fill(text.get(case.language), &call.tenant, case, case.language);
    call.tenant
        .templates
        .iter()
        .map(|(id, template)| Prepared { id: id.clone(), subject: fill(&template.subject), body: fill(&template.body) })
        .collect()
}

/// Subject and text of the letter that announces what somebody wrote on a case: what was written is read there, by who may.
pub(crate) fn announcement(case: &Case) -> (String, String) {
    let code = case.code.as_deref().unwrap_or_default();
    let subject = format!("Pratica {code}: nuovo messaggio – Case {code}: new message");
    let it = format!("C'è un nuovo messaggio sulla pratica {code}. Per leggerlo e rispondere apri la pratica.");
    let en = format!("There is a new message on case {code}. Open the case to read it and to answer.");
    (subject, format!("{it}\n\n{en}"))
}

fn fill(text: &str, tenant: &Tenant, case: &Case, language: Language) -> Arc<str> {
    let service = tenant.service(&case.service).map_or(&*case.service, |active| active.service.title.get(language));
    let about =
        placeholders::About { code: case.code.as_deref(), register_number: case.register_number.as_deref(), service, due: case.due_date };
    let office = tenant.offices.get(&case.office);
    placeholders::fill_about(text, tenant, office, Some(&about), language).into()
}
