//! The demonstration: people that do not exist, a believable day, and what one needs to look around.

mod answers;
mod day;
mod people;

use std::sync::Arc;

use serde_json::json;
use sportello_connect::tokens::DemoPerson;
use sportello_domain::permissions::Role;
use sportello_domain::tenant::{People, Tenant, TenantKind};
use sportello_engine::{Identity, assignments};

use crate::commands::token::Wanted;
use crate::compose::Composed;
use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

pub(crate) use day::fill;

/// The communes of the demonstration: every municipality with services.
fn communes(composed: &Composed) -> Vec<Arc<Tenant>> {
    composed.fleet.all().into_iter().filter(|tenant| tenant.kind == TenantKind::Municipality && !tenant.services.is_empty()).collect()
}

/// A token for who is wanted, who is made to exist with the role.
pub(crate) async fn token(composed: &Composed, tenant: &Arc<Tenant>, wanted: &Wanted<'_>) -> Outcome<String> {
    let Some(issuer) = &composed.issuer else { return Err(broken("the built-in issuer is off")) };
    let people = if wanted.role.is_staff() { People::Staff } else { People::Citizens };
    let person = people::who(wanted.role, wanted.tax_code, wanted.level);
    let now = composed.engine.now();
    let token = issuer.mint(&tenant.slug, people, &person, now).map_err(|error| broken(&error.to_string()))?;
    if people == People::Staff {
        let identity = identity(tenant, people, &person);
        assignments::ensure(&composed.engine, tenant, &identity, wanted.role, wanted.office.map(Into::into))
            .await
            .map_err(|failure| broken(failure.code().id()))?;
    }
    Ok(token)
}

fn broken(detail: &str) -> Stop {
    Stop::new(
        format!("La dimostrazione non riesce a preparare i dati ({detail}): prova con una cartella nuova, --data CARTELLA."),
        format!("The demonstration cannot prepare its data ({detail}): try with a new folder, --data DIR."),
    )
}

/// What a token of the built-in issuer proves.
fn identity(tenant: &Tenant, people: People, person: &DemoPerson) -> Identity {
    Identity {
        issuer: sportello_connect::tokens::DEMO_ISSUER.into(),
        subject: person.subject.as_str().into(),
        tax_code: person.tax_code.as_deref().map(Into::into),
        given_name: person.given_name.as_str().into(),
        family_name: person.family_name.as_str().into(),
        email: person.email.as_deref().map(Into::into),
        level: person.level,
        people,
        home: tenant.id,
    }
}

/// Who is there to be tried: the name in the shell, the role, and what it is called.
const SHOWN: [(&str, Role, &str, &str); 4] = [
    ("CITIZEN", Role::Citizen, "cittadino", "citizen"),
    ("OPERATOR", Role::Operator, "operatore", "operator"),
    ("ADMINISTRATOR", Role::Administrator, "amministratore", "administrator"),
    ("SUPPORT", Role::Support, "assistenza", "support person"),
];

/// Prints addresses, tokens, and lines that work; for a program, addresses and tokens as one line of JSON.
pub(crate) async fn welcome(ui: Ui, composed: &Composed, base: &str) -> Outcome {
    let communes = communes(composed);
    let Some(first) = communes.first() else { return Ok(()) };
    let support = composed.fleet.support().unwrap_or_else(|| Arc::clone(first));
    let mut shown = Vec::new();
    for entry in SHOWN {
        let tenant = if entry.1 == Role::Support { &support } else { first };
        let wanted = Wanted { tenant: &tenant.slug, role: entry.1, tax_code: None, office: None, level: 2 };
        shown.push((entry, &tenant.slug, token(composed, tenant, &wanted).await?));
    }
    let root = |tenant: &Tenant| format!("{base}/v1/tenants/{}", tenant.slug);
    if ui.json {
        let tenants: Vec<_> = communes.iter().map(|tenant| json!({ "slug": tenant.slug, "href": root(tenant) })).collect();
        let tokens: Vec<_> =
            shown.iter().map(|((_, role, ..), tenant, token)| json!({ "role": role.id(), "tenant": tenant, "token": token })).collect();
        ui.line(json!({ "address": base, "docs": format!("{base}/docs"), "tenants": tenants, "tokens": tokens }).to_string());
        return Ok(());
    }
    ui.line("");
    ui.line(ui.pick("Sportello risponde su ", "Sportello answers on ").to_owned() + base);
    ui.line(format!("  {base}/docs"));
    for tenant in &communes {
        ui.line(format!("  {}  {}", root(tenant), tenant.name.get(ui.language)));
    }
    for ((variable, _, it, en), tenant, token) in &shown {
        ui.line("");
        ui.line(format!("# {} ({tenant})", ui.pick(it, en)));
        ui.line(format!("{variable}={token}"));
    }
    let tokens: Vec<String> = shown.into_iter().map(|(_, _, token)| token).collect();
    curls(ui, first, base, &tokens);
    Ok(())
}

/// Five lines that work as they stand.
fn curls(ui: Ui, tenant: &Tenant, base: &str, tokens: &[String]) {
    let root = format!("{base}/v1/tenants/{}", tenant.slug);
    let service = tenant.services.keys().next().map(ToString::to_string).unwrap_or_default();
    let [citizen, operator, ..] = tokens else { return };
    ui.line("");
    ui.line(ui.pick("# Cinque righe da provare", "# Five lines to try"));
    ui.line(format!("curl -s {root}/services"));
    ui.line(format!("curl -s {root}/services/{service}"));
    ui.line(format!("curl -s {base}/v1/me -H 'Authorization: Bearer {citizen}'"));
    ui.line(format!(
        "curl -s {root}/cases -H 'Authorization: Bearer {citizen}' -H 'Idempotency-Key: '$(date +%s%N) -H 'Content-Type: application/json' -d '{{\"service\": \"{service}\"}}'"
    ));
    ui.line(format!("curl -s {root}/inbox -H 'Authorization: Bearer {operator}'"));
    ui.line("");
}
