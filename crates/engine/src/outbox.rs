//! What must leave the system: sent after its transaction, at least once, under an id that stays the same.

use jiff::Timestamp;
use sportello_domain::{
    case::{Case, Person},
    ids::{CaseId, MessageId, OutboxId},
    permissions::Role,
    tenant::Tenant,
    text::Language,
    workflow::Recipient,
};
use sportello_store::{TenantTx, cases, messages, outbox::Outgoing, work};

use crate::{
    Broken, Engine, Failure,
    jobs::retry,
    notices::{LETTER, NOTICE, announcement, letter as letter_by},
    ports::{Mail, PortProblem},
};

/// Sends something and writes down what became of it. Its row is looked at again before: it may have been sent since it was listed.
/// Answers whether it was due.
pub(crate) async fn send(engine: &Engine, tenant: &Tenant, id: OutboxId) -> Result<bool, Failure> {
    let tx = engine.stores().read(tenant.id).await?;
    let Some(outgoing) = work::find_due::<Outgoing>(&tx, id, engine.now()).await? else {
        tx.rollback().await?;
        return Ok(false);
    };
    let letter = letter(&tx, tenant, &outgoing).await;
    tx.rollback().await?;
    let sent = hand_over(engine, &outgoing, letter).await;
    let now = engine.now();
    let tx = engine.stores().write(tenant.id).await?;
    match sent {
        Ok(()) => {
            work::done::<Outgoing>(&tx, id, now).await?;
            tx.commit().await?;
            engine.meter().outbox.done();
        }
        Err(error) => {
            tracing::warn!(outgoing = %id, %error, "a notice was not sent");
            let again = retry(outgoing.attempts, now);
            work::failed::<Outgoing>(&tx, id, "not_sent", again, now).await?;
            tx.commit().await?;
            engine.meter().outbox.failed(again.is_none());
        }
    }
    Ok(true)
}

/// Hands a letter to the mailer; what stands for none is as good as sent.
async fn hand_over(engine: &Engine, outgoing: &Outgoing, letter: Result<Option<Mail>, Failure>) -> Result<(), PortProblem> {
    match letter {
        Ok(Some(letter)) => engine.ports().mailer.send(&letter).await,
        Ok(None) => Ok(()),
        Err(failure) => {
            tracing::error!(outgoing = %outgoing.id, ?failure, "a notice cannot be made");
            Err(PortProblem("it cannot be made".to_owned()))
        }
    }
}

/// When the next thing of a tenant is to be sent.
pub async fn next_due(engine: &Engine, tenant: &Tenant) -> Result<Option<Timestamp>, Failure> {
    let tx = engine.stores().read(tenant.id).await?;
    let next = work::next_due::<Outgoing>(&tx).await?;
    tx.rollback().await?;
    Ok(next)
}

/// The letter that a row stands for; none where nobody can be written to.
async fn letter(tx: &TenantTx, tenant: &Tenant, outgoing: &Outgoing) -> Result<Option<Mail>, Failure> {
    let id = |name: &str| outgoing.payload.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let broken = || Failure::Broken(Broken::Inconsistent("an outbox row names nothing"));
    let case: CaseId = id("case").parse().map_err(|_| broken())?;
    if &*outgoing.kind == LETTER {
        let Some(case) = cases::find(tx, case).await? else { return Ok(None) };
        let to = reader(tenant, &case, Recipient::from_id(id("to")).ok_or_else(broken)?);
        let (subject, body) = letter_by(tenant, &case, id("template"));
        return Ok(to.map(|to| mail(tenant, outgoing, to, subject, body)));
    }
    if &*outgoing.kind != NOTICE {
        return Ok(None);
    }
    let message: MessageId = id("message").parse().map_err(|_| broken())?;
    let (Some(case), Some(message)) = (cases::find(tx, case).await?, messages::find(tx, message).await?) else { return Ok(None) };
    let (subject, body) = match message.role {
        Role::System => (message.subject.as_deref().unwrap_or_default().to_owned(), message.body.to_string()),
        _ => announcement(&case),
    };
    let address = reader(tenant, &case, Recipient::Applicant);
    Ok(address.map(|to| mail(tenant, outgoing, to, subject, body)))
}

fn mail(tenant: &Tenant, outgoing: &Outgoing, to: String, subject: String, body: String) -> Mail {
    Mail { id: outgoing.id, tenant: tenant.id, from: tenant.name.get(Language::It).to_owned(), to, subject, body }
}

/// Where a recipient is written to; none where no address is known.
fn reader(tenant: &Tenant, case: &Case, recipient: Recipient) -> Option<String> {
    let person = |person: Option<&Person>| person.and_then(|person| person.email.as_deref()).map(str::to_owned);
    match recipient {
        Recipient::Applicant => address(&case.answers).or_else(|| person(Some(&case.applicant))),
        Recipient::Delegate => person(case.delegate.as_ref()),
        Recipient::Office => tenant.offices.get(&case.office).and_then(|office| office.email.as_deref()).map(str::to_owned),
        Recipient::Assignee => person(case.assignee.as_ref()),
    }
}

/// The address that the applicant gave in the case comes before the one of the log-in.
fn address(answers: &serde_json::Value) -> Option<String> {
    answers.get("applicant")?.get("email")?.as_str().map(str::to_owned)
}
