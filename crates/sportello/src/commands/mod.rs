//! One module for each command: it asks the other crates and says the answer, nothing else.

pub(crate) mod admin;
mod backup;
pub(crate) mod carry;
pub(crate) mod catalogue;
pub(crate) mod db;
pub(crate) mod doctor;
pub(crate) mod openapi;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod tenant;
pub(crate) mod token;
pub(crate) mod work;
pub(crate) mod worker;

use std::sync::Arc;

use jiff::civil::Date;
use sportello_connect::clock::SystemClock;
use sportello_domain::identity::TaxCode;
use sportello_domain::tenant::Tenant;
use sportello_domain::text::Language;
use sportello_engine::civil_day;
use sportello_engine::fleet::Found;
use sportello_engine::ports::Clock as _;
use sportello_tenancy::problem::Problems;

use crate::compose::Composed;
use crate::stop::{Outcome, Stop, finding};

/// How a command ended that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nothing to object.
    Fine,
    /// It was asked to look for errors, and found some.
    FoundErrors,
    /// It was told twice to end, and did so at once, with this status.
    Cut(u8),
}

/// Problems that prevented what was asked.
pub(crate) fn sentence_of(problems: Problems) -> Stop {
    let problems = problems.sorted();
    if let [single] = problems.as_slice() {
        return single.clone().into();
    }
    Stop::new("Non è stato scritto nulla: correggi quanto elencato sopra.", "Nothing was written: correct what is listed above.")
        .with(problems.iter().map(finding).collect())
}

/// The body with this slug, which must run.
pub(crate) fn served(composed: &Composed, slug: &str) -> Outcome<Arc<Tenant>> {
    let Found::Ready(tenant) = composed.fleet.find(slug) else {
        let known: Vec<String> = composed.fleet.all().iter().map(|tenant| tenant.slug.to_string()).collect();
        let known = known.join(", ");
        return Err(Stop::new(
            format!("Non c'è un ente '{slug}' in servizio: gli enti sono {known}."),
            format!("There is no body '{slug}' in service: the bodies are {known}."),
        ));
    };
    Ok(tenant)
}

/// The day on which the command runs.
pub(crate) fn today() -> Date {
    civil_day(SystemClock.now())
}

/// The fiscal code of a person that an option brings.
pub(crate) fn tax_code(option: &str, code: &str, today: Date) -> Outcome<TaxCode> {
    let refused = |it: &str, en: &str| {
        Stop::new(format!("'{code}' non va bene per {option}. {it}"), format!("'{code}' does not do for {option}. {en}"))
    };
    let parsed = TaxCode::parse_at(code, today).map_err(|problem| refused(&problem.text(Language::It), &problem.text(Language::En)))?;
    if !parsed.is_person() {
        return Err(refused(
            "È il codice di un ente: serve quello di una persona.",
            "It is the code of a body: that of a person is needed.",
        ));
    }
    Ok(parsed)
}
