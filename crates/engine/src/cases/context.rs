//! What decisions about a case are made from: its definition, all of its answers, and what conditions see.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use sportello_domain::{
    case::{Case, CaseStatus, Payment, PaymentStatus, Person},
    condition::Scope,
    definition::Definition,
    form::{changes, computed, special},
    ids::DocumentId,
    opinion::{Verdict, as_seen},
    refusal::Code,
    service::Key,
    tenant::{ActiveService, Tenant},
};
use sportello_store::{TenantTx, definitions, documents, opinions, payments};

use super::CaseView;
use crate::{
    Broken, Engine, Failure, civil_day,
    desk::{Desk, Reached},
    rome,
    vault::Opened,
};

/// A case with everything around it.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// What it runs under; for a draft, what is in force now.
    pub(crate) definition: Arc<Definition>,
    /// The definition's hash.
    pub(crate) hash: Arc<str>,
    /// All answers, special ones in their places.
    pub(crate) answers: Value,
    /// What registers said and was kept, by lookup.
    pub(crate) lookups: BTreeMap<String, Value>,
    /// What conditions see.
    pub(crate) scope: Scope,
    /// How many documents there are of each kind.
    pub(crate) attached: BTreeMap<Key, u16>,
    /// The acts by kind.
    pub(crate) acts: BTreeMap<Key, DocumentId>,
    /// How many payments are open.
    pub(crate) due: usize,
}

/// Where and when a decision is made, whoever makes it: a caller or the product itself.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) tx: &'a TenantTx,
    pub(crate) tenant: &'a Tenant,
    pub(crate) today: Date,
}

impl Desk<'_> {
    /// Where and when the caller's decisions are made.
    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground { engine: self.engine, tx: &self.tx, tenant: self.tenant(), today: self.today }
    }
}

impl Context {
    /// Gathers what belongs to a case.
    pub(crate) async fn of(desk: &Desk<'_>, case: &Case) -> Result<Self, Failure> {
        Self::gather(desk.ground(), case).await
    }

    /// The same for answers that are not saved (yet).
    pub(crate) async fn with(desk: &Desk<'_>, case: &Case, answers: Value) -> Result<Self, Failure> {
        let opened = Opened::of(desk.engine, &desk.tx, case.id).await?;
        Self::gather_with(desk.ground(), case, answers, opened.lookups).await
    }

    /// The same for the product itself.
    pub(crate) async fn gather(ground: Ground<'_>, case: &Case) -> Result<Self, Failure> {
        let Opened { answers, lookups } = Opened::of(ground.engine, ground.tx, case.id).await?;
        let answers = special::join(case.answers.clone(), &answers);
        let answers = match earlier_form(ground, case).await? {
            Some((before, now)) => changes::carry(&before.form, &now.form, &answers),
            None => answers,
        };
        Self::gather_with(ground, case, answers, lookups).await
    }

    async fn gather_with(ground: Ground<'_>, case: &Case, answers: Value, lookups: BTreeMap<String, Value>) -> Result<Self, Failure> {
        let Ground { engine: _, tx, tenant: _, today } = ground;
        let (definition, hash) = definition(ground, case).await?;
        let payments = payments::of_case(tx, case.id).await?;
        let due = payments.iter().filter(|payment| payment.status == PaymentStatus::Due).count();
        let attached = documents::counts(tx, case.id).await?;
        let acts = documents::acts(tx, case.id).await?;
        let said = opinions::of_case(tx, case.id).await?;
        // Of an opinion that was asked for again the last word counts.
        let said: BTreeMap<&str, Option<Verdict>> =
            said.iter().map(|opinion| (&*opinion.request, opinion.given.as_ref().map(|given| given.verdict))).collect();
        let mut scope = Scope {
            answers: Value::Null,
            applicant: person(&case.applicant),
            delegate: case.delegate.as_ref().map_or(Value::Null, person),
            today: Some(today),
            payments: json!({
                "due": due,
                "paid": payments.len() - due,
                "paid_on": paid_at(&payments).map(|at| civil_day(at).to_string()),
                "paid_at": paid_at(&payments).map(|at| at.to_zoned_datetime(rome()).strftime("%H:%M").to_string()),
            }),
            parameters: definition
                .parameters
                .iter()
                .map(|(id, value)| (id.to_string(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            documents: attached.iter().map(|(kind, count)| (kind.to_string(), json!(count))).collect::<serde_json::Map<_, _>>().into(),
            opinions: as_seen(said),
            registers: Value::Null,
            case: facts(case),
            data: Value::Null,
            item: Value::Null,
        };
        scope.answers = answers;
        scope.registers = super::lookups::seen(&lookups, &definition, &scope);
        let answers = scope.answers.take();
        // What was submitted stays as it was submitted.
        let answers = if case.status == CaseStatus::Draft { computed::fill(&definition.form, answers, &scope) } else { answers };
        scope.answers = answers.clone();
        Ok(Self { definition, hash, answers, lookups, scope, attached, acts, due })
    }
}

/// The form that a draft was last saved under and the one in force, where they are two.
async fn earlier_form(ground: Ground<'_>, case: &Case) -> Result<Option<(Definition, Arc<Definition>)>, Failure> {
    let changed = |active: &&Arc<ActiveService>| case.status == CaseStatus::Draft && active.definition_hash != case.definition;
    let Some(active) = ground.tenant.service(&case.service).filter(changed) else { return Ok(None) };
    let Some(stored) = definitions::get(ground.tx, &case.definition).await? else { return Ok(None) };
    Ok(Some((Definition::read(stored.format, &stored.content)?, Arc::clone(&active.definition))))
}

/// What conditions see of the case itself.
fn facts(case: &Case) -> Value {
    json!({
        "code": case.code,
        "register_number": case.register_number,
        "submitted_on": case.submitted_at.map(|at| civil_day(at).to_string()),
        "channel": case.channel.id(),
    })
}

/// When the last of what was due was paid; none while something is due or nothing ever was.
fn paid_at(payments: &[Payment]) -> Option<Timestamp> {
    let moments: Option<Vec<Timestamp>> = payments.iter().map(|payment| payment.paid_at).collect();
    moments?.into_iter().max()
}

/// What conditions see of a person.
fn person(person: &Person) -> Value {
    json!({"tax_code": person.tax_code, "given_name": person.given_name, "family_name": person.family_name})
}

/// What a case runs under: a draft under what is in force, a case under what was pinned.
pub(crate) async fn definition(ground: Ground<'_>, case: &Case) -> Result<(Arc<Definition>, Arc<str>), Failure> {
    let active = ground.tenant.service(&case.service);
    if let Some(active) = active.filter(|active| case.status == CaseStatus::Draft || active.definition_hash == case.definition) {
        return Ok((Arc::clone(&active.definition), active.definition_hash.clone()));
    }
    if case.status == CaseStatus::Draft {
        return Err(Code::ServiceSuspended.into());
    }
    let stored = definitions::get(ground.tx, &case.definition).await?;
    let stored = stored.ok_or(Failure::Broken(Broken::Inconsistent("a pinned definition is gone")))?;
    Ok((Arc::new(Definition::read(stored.format, &stored.content)?), case.definition.clone()))
}

/// The case as the caller may see it.
pub(crate) async fn view(desk: &Desk<'_>, reached: Reached, replayed: bool) -> Result<CaseView, Failure> {
    let Reached { mut case, roles: _, special: sees } = reached;
    if sees {
        case.answers = special::join(case.answers, &Opened::of(desk.engine, &desk.tx, case.id).await?.answers);
    }
    if desk.is_citizen() && case.applicant.id != desk.person.id {
        // A delegate learns no address that the applicant gave elsewhere.
        case.applicant.email = None;
    }
    let mut changes = Vec::new();
    if let Some((before, now)) = earlier_form(desk.ground(), &case).await? {
        changes = changes::changes(&before.form, &now.form, &case.answers);
        case.answers = changes::carry(&before.form, &now.form, &case.answers);
    }
    let (known, lookups) = super::lookups::offered(desk, &case, sees).await?;
    let slug = |id| desk.engine.fleet().by_id(id).map_or_else(|| desk.tenant().slug.clone(), |tenant| tenant.slug.clone());
    Ok(CaseView {
        tenant_slug: desk.tenant().slug.clone(),
        serving_slug: slug(case.serving_tenant),
        case,
        changes,
        known,
        lookups,
        replayed,
    })
}

#[cfg(test)]
mod tests {
    use sportello_domain::{
        ids::{CaseId, PaymentId},
        money::Money,
        text::Text,
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_case_is_paid_when_the_last_payment_came() {
        let payment = |paid_at: Option<&str>| Payment {
            id: PaymentId::new(Uuid::from_u128(1)),
            case: CaseId::new(Uuid::from_u128(2)),
            fee: "f".into(),
            title: Text::new("t", "t"),
            amount: Money::from_cents(100),
            status: if paid_at.is_some() { PaymentStatus::PaidOnline } else { PaymentStatus::Due },
            receipt: None,
            paid_at: paid_at.map(|at| at.parse().unwrap()),
        };
        assert_eq!(paid_at(&[]), None);
        assert_eq!(paid_at(&[payment(Some("2026-05-04T09:00:00Z")), payment(None)]), None);
        let last = payment(Some("2026-05-04T23:30:00Z"));
        assert_eq!(paid_at(&[last.clone(), payment(Some("2026-05-04T09:00:00Z"))]), last.paid_at);
    }
}
