//! Who the caller is, where and as what.

use std::sync::Arc;

use sportello_domain::{
    case::{Case, CaseStatus},
    permissions::{Relation, Role},
    refusal::Code,
    service::Key,
    tenant::{People, Tenant},
    text::Language,
};
use sportello_store::{
    cases::{self, CaseCounts, CaseFilter, CaseOrder},
    payments,
};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Identity, IfMatch, Page, Paged,
    cases::{CaseView, views},
    desk::{Desk, Mode},
    inbox::{self, Inbox, InboxQuery},
};

/// How many open cases of a citizen are looked through.
const MOST_ASKS: u64 = 200;
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

/// What is asked of a citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// To answer: the office waits.
    Answer,
    /// To pay what is due.
    Pay,
    /// To finish a draft.
    Finish,
}

impl Ask {
    /// The id in the API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Pay => "pay",
            Self::Finish => "finish",
        }
    }
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
    /// What is asked of a citizen, the most urgent first.
    pub asked: Vec<(Ask, CaseView)>,
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

/// The work over all tenants that the caller serves, none for who serves nowhere; for a citizen, what is asked of him.
#[instrument(name = "me.inbox", skip_all)]
pub async fn inbox(engine: &Engine, identity: &Identity) -> Result<Vec<Work>, Failure> {
    if identity.people == People::Citizens {
        return Ok(vec![asked(engine, identity).await?]);
    }
    let call = home(engine, identity)?;
    let page = Page { limit: FIRST, cursor: None };
    match inbox::page(engine, &call, InboxQuery::default(), page).await {
        Ok(inbox) => Ok(vec![work(&call.tenant, inbox)]),
        Err(failure) if matches!(failure.code(), Code::NotFound | Code::Forbidden) => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

async fn asked(engine: &Engine, identity: &Identity) -> Result<Work, Failure> {
    let call = home(engine, identity)?;
    let desk = Desk::enter(engine, &call, Mode::Read).await?;
    let result = asks(&desk).await;
    desk.leave(result).await
}

async fn asks(desk: &Desk<'_>) -> Result<Work, Failure> {
    let mine = CaseFilter { applicant_or_delegate: Some(desk.person.id), ..CaseFilter::default() };
    let open = CaseFilter { status: CaseStatus::ALL.into_iter().filter(|status| !status.is_concluded()).collect(), ..mine };
    let found = cases::page(&desk.tx, &open, CaseOrder::Due, None, MOST_ASKS).await?.items;
    let ids: Vec<_> = found.iter().map(|case| case.id).collect();
    let due = payments::due_among(&desk.tx, &ids).await?;
    let CaseCounts { by_status, overdue, due_soon } = cases::counts(&desk.tx, &open, desk.today, desk.today).await?;
    let in_hand = by_status.iter().filter(|(status, _)| **status != CaseStatus::Draft).map(|(_, count)| *count).sum();
    let ask = |case: &Case| match case.status {
        CaseStatus::Draft => Some(Ask::Finish),
        CaseStatus::SuspendedApplicant => Some(Ask::Answer),
        _ if due.contains(&case.id) => Some(Ask::Pay),
        _ => None,
    };
    let (kinds, wanted): (Vec<Ask>, Vec<Case>) = found.iter().filter_map(|case| Some((ask(case)?, case.clone()))).unzip();
    let views = views(desk, Paged { items: wanted, next: None }).items;
    let mut asked: Vec<_> = kinds.into_iter().zip(views).collect();
    asked.sort_by_key(|(ask, _)| *ask);
    let figure = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(Work {
        tenant: desk.tenant().slug.clone(),
        open: figure(in_hand),
        overdue: figure(overdue),
        due_soon: figure(due_soon),
        cases: Vec::new(),
        asked,
    })
}

fn work(tenant: &Arc<Tenant>, inbox: Inbox) -> Work {
    let Inbox { page, counts, overdue, due_soon } = inbox;
    Work { tenant: tenant.slug.clone(), open: counts.values().sum(), overdue, due_soon, cases: page.items, asked: Vec::new() }
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
