//! The demonstration: people that do not exist, a believable day, and what one needs to look around.

mod answers;
mod day;
mod people;

use std::sync::Arc;

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

/// Prints addresses, tokens, and lines that work.
pub(crate) async fn welcome(ui: Ui, composed: &Composed, base: &str) -> Outcome {
    let communes = communes(composed);
    let Some(first) = communes.first() else { return Ok(()) };
    ui.line("");
    ui.line(ui.pick("Sportello risponde su ", "Sportello answers on ").to_owned() + base);
    ui.line(format!("  {base}/docs"));
    for tenant in &communes {
        ui.line(format!("  {base}/v1/tenants/{}  {}", tenant.slug, tenant.name.get(ui.language)));
    }
    let support = composed.fleet.support().unwrap_or_else(|| Arc::clone(first));
    let mut tokens = Vec::new();
    for (variable, role, tenant, it, en) in [
        ("CITIZEN", Role::Citizen, first, "cittadino", "citizen"),
        ("OPERATOR", Role::Operator, first, "operatore", "operator"),
        ("ADMINISTRATOR", Role::Administrator, first, "amministratore", "administrator"),
        ("SUPPORT", Role::Support, &support, "assistenza", "support person"),
    ] {
        let wanted = Wanted { tenant: &tenant.slug, role, tax_code: None, office: None, level: 2 };
        let token = token(composed, tenant, &wanted).await?;
        ui.line("");
        ui.line(format!("# {} ({})", ui.pick(it, en), tenant.slug));
        ui.line(format!("{variable}={token}"));
        tokens.push(token);
    }
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
