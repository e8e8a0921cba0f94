//! Giving many cases to an officer at once: each is given, or says why not; the others do not wait for it.

use std::collections::BTreeSet;

use sportello_domain::{
    ids::{CaseId, PersonId},
    permissions::Action,
    refusal::{Code, Fault, Message, Refusal},
};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Unread,
    cases::{CaseView, hand_over, receiver, view},
    desk::{Desk, Mode},
};

/// How many cases can be given at once.
pub const MOST_AT_ONCE: usize = 100;

/// Cases to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignMany {
    /// The cases.
    pub cases: Vec<CaseId>,
    /// The officer; none for nobody.
    pub assignee: Option<PersonId>,
}

/// What became of one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    /// The case that was asked for.
    pub case: CaseId,
    /// The case as it is now, or why it stayed as it was.
    pub outcome: Result<CaseView, Refusal>,
}

/// Gives cases to an officer, or to nobody. Whoever repeats the request gets the same, and nothing is done twice.
#[instrument(name = "inbox.assign", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn assign(engine: &Engine, call: &Call, body: Unread<AssignMany>) -> Result<Vec<Assigned>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = give(&desk, body).await;
    desk.leave(result).await
}

async fn give(desk: &Desk<'_>, body: Unread<AssignMany>) -> Result<Vec<Assigned>, Failure> {
    desk.may(Action::AssignCase)?;
    let repeated = desk.begin().await?.is_some();
    let AssignMany { cases, assignee } = body.read()?;
    let distinct: BTreeSet<_> = cases.iter().collect();
    if distinct.len() != cases.len() {
        let message = Message::new("Una pratica è indicata due volte.", "A case is named twice.");
        let fault = Fault { pointer: "/cases".to_owned(), code: "repeated", message };
        return Err(Refusal::with_faults(Code::Unprocessable, vec![fault]).into());
    }
    let mut given = Vec::new();
    for case in cases {
        let outcome = match one(desk, case, assignee, repeated).await {
            Ok(view) => Ok(view),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(broken) => return Err(broken),
        };
        given.push(Assigned { case, outcome });
    }
    desk.finish(200, desk.call.request_id, None).await?;
    Ok(given)
}

async fn one(desk: &Desk<'_>, id: CaseId, assignee: Option<PersonId>, repeated: bool) -> Result<CaseView, Failure> {
    let reached = desk.case(id, Action::AssignCase).await?;
    let held = reached.case.assignee.as_ref().map(|person| person.id);
    if held == assignee {
        return view(desk, reached, repeated).await;
    }
    if repeated {
        // What was refused is refused again; what was given has gone on to somebody else meanwhile.
        receiver(desk, &reached.case, assignee).await?;
        return view(desk, reached, repeated).await;
    }
    let reached = hand_over(desk, reached, assignee).await?;
    view(desk, reached, false).await
}
