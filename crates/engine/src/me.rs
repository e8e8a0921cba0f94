//! Who the caller is, where and as what.

use std::sync::Arc;

use sportello_domain::{
    permissions::{Relation, Role},
    refusal::Code,
    service::Key,
    tenant::{People, Tenant},
    text::Language,
};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Identity, IfMatch, Page,
    cases::CaseView,
    desk::{Desk, Mode},
    inbox::{self, Inbox, InboxQuery},
};

/// How many cases of a tenant the work of a day begins with.
const FIRST: u64 = 20;

/// A caller as the product knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The tenant whose issuer vouches, by slug.
    pub home: Key,
    /// What the caller is, and where.
    pub memberships: Vec<Membership>,
}

/// A role at a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The tenant, by slug.
    pub tenant: Key,
    /// The role.
    pub role: Role,
    /// The office that it is bound to.
    pub office: Option<Key>,
}

/// The work at one tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The tenant, by slug.
    pub tenant: Key,
    /// How much is open.
    pub open: i64,
    /// How much is late.
    pub overdue: i64,
    /// How much falls due within a week.
    pub due_soon: i64,
    /// What falls due first.
    pub cases: Vec<CaseView>,
}

/// Who is asking. A proven person without any role is told so, not refused.
#[instrument(name = "me.who", skip_all)]
pub async fn who(engine: &Engine, identity: &Identity) -> Result<Who, Failure> {
    let call = home(engine, identity)?;
    let slug = call.tenant.slug.clone();
    let memberships = match Desk::enter(engine, &call, Mode::Read).await {
        Ok(desk) => {
            let member = |role, office: Option<Key>| Membership { tenant: slug.clone(), role, office };
            let found = if desk.relation == Relation::Citizen {
                vec![member(Role::Citizen, None)]
            } else {
                desk.assignments.iter().map(|held| member(held.role, held.office.clone())).collect()
            };
            desk.leave(Ok(found)).await?
        }
        Err(failure) if failure.code() == Code::NotFound => Vec::new(),
        Err(failure) => return Err(failure),
    };
    Ok(Who { home: slug, memberships })
}

/// The work over all tenants that the caller serves; none for who serves nowhere.
#[instrument(name = "me.inbox", skip_all)]
pub async fn inbox(engine: &Engine, identity: &Identity) -> Result<Vec<Work>, Failure> {
    if identity.people == People::Citizens {
        return Ok(Vec::new());
    }
    let call = home(engine, identity)?;
    let page = Page { limit: FIRST, cursor: None };
    match inbox::page(engine, &call, InboxQuery::default(), page).await {
        Ok(inbox) => Ok(vec![work(&call.tenant, inbox)]),
        Err(failure) if matches!(failure.code(), Code::NotFound | Code::Forbidden) => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

fn work(tenant: &Arc<Tenant>, inbox: Inbox) -> Work {
    let Inbox { page, counts, overdue, due_soon } = inbox;
    Work { tenant: tenant.slug.clone(), open: counts.values().sum(), overdue, due_soon, cases: page.items }
}

/// A call at the caller's home.
pub(crate) fn home(engine: &Engine, identity: &Identity) -> Result<Call, Failure> {
    let tenant = engine.fleet().by_id(identity.home).ok_or(Code::TenantUnavailable)?;
    Ok(Call {
        tenant,
        identity: Some(identity.clone()),
        language: Language::It,
        request_id: engine.new_id(),
        idempotency_key: None,
        if_match: IfMatch::Missing,
    })
}
