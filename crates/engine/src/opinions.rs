//! Opinions of other offices on a case: asked for when the case comes to a state that wants them, given each on its own, and followed
//! by whatever the workflow makes of them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use sportello_domain::{
    case::Case,
    ids::{CaseId, OpinionId},
    opinion::{Given, Opinion, Verdict},
    permissions::{Action, Role},
    refusal::{Code, Fault, Message, Refusal},
    service::Key,
    text::Text,
};
use sportello_store::{TenantTx, cases as rows, opinions};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged, Unread,
    cases::{Ground, Passages, definition},
    desk::{Desk, Mode, append, cursor},
};

/// What an office says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiveOpinion {
    /// Which of the opinions that the case waits for.
    pub opinion: Key,
    /// The verdict.
    pub verdict: Verdict,
    /// Its reasons or conditions.
    pub note: Option<Arc<str>>,
}

/// An opinion with what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct OpinionView {
    /// The opinion.
    pub opinion: Opinion,
    /// What it is about; its name in the workflow where that is gone.
    pub title: Text,
    /// The code of the case.
    pub code: Option<Arc<str>>,
}

/// The opinions on a case; a case has few, so there is one page.
#[instrument(name = "opinion.page", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn page(engine: &Engine, call: &Call, case: CaseId, page: Page) -> Result<Paged<OpinionView>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, case, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, case: CaseId, page: &Page) -> Result<Paged<OpinionView>, Failure> {
    let case = desk.case(case, Action::ReadCase).await?.case;
    if desk.is_citizen() {
        // What offices think of a case is told by its outcome; until then it is theirs.
        return Err(Code::Forbidden.into());
    }
    cursor(page)?;
    let mut items = Vec::new();
    for opinion in opinions::of_case(&desk.tx, case.id).await? {
        items.push(view(desk, &case, opinion).await?);
    }
    Ok(Paged { items, next: None })
}

/// The opinions that the caller's offices, or one of them, are waited for.
#[instrument(name = "opinion.asked", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn asked(engine: &Engine, call: &Call, office: Option<Key>, page: Page) -> Result<Paged<OpinionView>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = waited_for(&desk, office, &page).await;
    desk.leave(result).await
}

async fn waited_for(desk: &Desk<'_>, office: Option<Key>, page: &Page) -> Result<Paged<OpinionView>, Failure> {
    desk.may(Action::GiveOpinion)?;
    let own = desk.offices(Action::GiveOpinion);
    let offices = match (office, own) {
        (Some(office), Some(own)) if !own.contains(&office) => return Err(Code::Forbidden.into()),
        (Some(office), _) => Some(vec![office]),
        (None, own) => own,
    };
    let found = opinions::pending(&desk.tx, offices.as_deref(), cursor(page)?.as_ref(), page.limit).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for opinion in found.items {
        if let Some(case) = rows::find(&desk.tx, opinion.case).await? {
            items.push(view(desk, &case, opinion).await?);
        }
    }
    Ok(Paged { items, next: found.next.map(|next| next.to_string()) })
}

/// Says what the caller's office thinks.
#[instrument(name = "opinion.give", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn give(engine: &Engine, call: &Call, case: CaseId, body: Unread<GiveOpinion>) -> Result<OpinionView, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = say(&desk, case, body).await;
    desk.leave(result).await
}

async fn say(desk: &Desk<'_>, case: CaseId, body: Unread<GiveOpinion>) -> Result<OpinionView, Failure> {
    let reached = desk.case(case, Action::GiveOpinion).await?;
    if let Some(first) = desk.begin().await? {
        let opinion = opinions::find(&desk.tx, OpinionId::new(first)).await?.ok_or(Code::NotFound)?;
        return view(desk, &reached.case, opinion).await;
    }
    let GiveOpinion { opinion: request, verdict, note } = body.read()?;
    let all = opinions::of_case(&desk.tx, case).await?;
    let asked = all.iter().rev().find(|opinion| opinion.request == request).ok_or_else(|| unknown(&request, &all))?;
    let own = desk.offices(Action::GiveOpinion);
    if own.is_some_and(|own| !own.contains(&asked.office)) {
        return Err(Code::Forbidden.into());
    }
    if verdict != Verdict::Favourable && note.as_deref().is_none_or(|note| note.trim().is_empty()) {
        return Err(without_reasons().into());
    }
    let given = Given { verdict, note, by: Some(desk.person.id), at: desk.now };
    if !opinions::give(&desk.tx, asked.id, &given).await? {
        return Err(Code::OpinionGiven.into());
    }
    let particulars = json!({"opinion": request});
    desk.event(case, "opinion", reached.role(), particulars).await?;
    desk.finish(201, asked.id.uuid(), None).await?;
    let opinion = Opinion { given: Some(given), ..asked.clone() };
    let case = desk.passages().follow_on(reached.case).await?;
    view(desk, &case, opinion).await
}

fn unknown(request: &str, all: &[Opinion]) -> Refusal {
    let known: Vec<&str> = all.iter().filter(|opinion| opinion.given.is_none()).map(|opinion| &*opinion.request).collect();
    let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
    let message = Message::new(
        format!("Per questa pratica non è chiesto il parere «{request}». Pareri attesi: {known}."),
        format!("The opinion “{request}” is not asked for on this case. Waited for: {known}."),
    );
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/opinion".to_owned(), code: "not_asked", message }])
}

fn without_reasons() -> Refusal {
    let message = Message::new(
        "Indica i motivi del parere, o le condizioni a cui è favorevole.",
        "Say the reasons for the opinion, or the conditions on which it is in favour.",
    );
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/note".to_owned(), code: "required", message }])
}

async fn view(desk: &Desk<'_>, case: &Case, opinion: Opinion) -> Result<OpinionView, Failure> {
    let (definition, _) = definition(desk.ground(), case).await?;
    let asked = definition.workflow.states.get(&opinion.state).and_then(|state| state.opinions.get(&opinion.request));
    let title = asked.map_or_else(|| Text::new(&*opinion.request, &*opinion.request), |asked| asked.title.clone());
    Ok(OpinionView { opinion, title, code: case.code.clone() })
}

/// Waits no longer for an opinion: it counts as silent, and what follows from that follows.
pub(crate) async fn end_wait(passages: &Passages<'_>, id: OpinionId) -> Result<(), Failure> {
    let Passages { ground: Ground { engine, tx, .. }, call: _, now } = *passages;
    let Some(opinion) = opinions::find(tx, id).await?.filter(|opinion| opinion.given.is_none()) else { return Ok(()) };
    opinions::give(tx, id, &Given { verdict: Verdict::Silent, note: None, by: None, at: now }).await?;
    tell_silence(engine, tx, &opinion, now).await?;
    if let Some(case) = rows::find(tx, opinion.case).await? {
        passages.follow_on(case).await?;
    }
    Ok(())
}

async fn tell_silence(engine: &Engine, tx: &TenantTx, opinion: &Opinion, now: Timestamp) -> Result<(), Failure> {
    let particulars = json!({"opinion": opinion.request});
    append(engine, tx, opinion.case, "opinion", Role::System, None, now, particulars).await?;
    Ok(())
}
