//! What a case's service asks the registers: asked between two transactions, kept sealed with the case, offered as known data, and asked
//! again before a submission.
//!
//! An answer is kept under the fingerprint of its question and counts only while that is still the question, so an answer about
//! somebody else never stands for one about this person.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sportello_domain::{
    case::{Case, CaseStatus},
    condition::Scope,
    definition::Definition,
    ids::CaseId,
    permissions::Action,
    refusal::{Code, Fault, Message, Refusal},
    registers::{
        Register,
        lookup::{Known, Outcome, Question, known, outcomes, unknown},
        query::Whom,
    },
    service::{Channel, Key},
};

use super::{Context, context::definition};
use crate::{
    Call, Engine, Failure,
    desk::{Desk, Mode},
    registers, vault,
};

/// Which questions are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that have no answer yet.
    Open,
    /// All of them.
    All,
}

/// Something to ask.
struct Open {
    lookup: Key,
    register: Register,
    question: Question,
}

/// What expressions see of the registers: kept answers to the questions as they now are.
pub(super) fn seen(kept: &BTreeMap<String, Value>, definition: &Definition, scope: &Scope) -> Value {
    let mut seen = serde_json::Map::new();
    for (id, lookup) in definition.lookups() {
        let answer = lookup.question(scope).and_then(|question| answer(kept, id, &question)).cloned();
        seen.insert(id.to_string(), answer.unwrap_or_else(unknown));
    }
    seen.into()
}

fn answer<'k>(kept: &'k BTreeMap<String, Value>, lookup: &str, question: &Question) -> Option<&'k Value> {
    let kept = kept.get(lookup)?;
    (kept.get("question").and_then(Value::as_str) == Some(&*question.fingerprint())).then(|| kept.get("says"))?
}

/// Asks what a draft needs to know and keeps it. Answers what it had taken from a register that the register no longer says: told
/// once, for then the answer is the applicant's own.
///
/// Where the caller may not change the draft nothing is asked; the command that follows says why.
pub(super) async fn refresh(engine: &Engine, call: &Call, id: CaseId, which: Which) -> Result<Vec<Fault>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = questions(&desk, id, which).await;
    let open = match desk.leave(result).await {
        Err(Failure::Refused(refusal)) if refusal.code != Code::TooManyRequests => return Ok(Vec::new()),
        other => other?,
    };
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let mut said = BTreeMap::new();
    for Open { lookup, register, question } in &open {
        let says = match registers::ask(engine, call, *register, question).await {
            // A register that is down holds nobody up: what it said before counts, or nobody knows.
            Err(Failure::Refused(Refusal { code: Code::RegisterUnavailable, .. })) => continue,
            says => says?,
        };
        // Where nothing is connected nothing was asked, and there is nothing to keep or to tell.
        if says != unknown() {
            said.insert(lookup.to_string(), json!({"question": question.fingerprint(), "as_of": engine.now(), "says": says}));
        }
    }
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = keep(&desk, id, &open, &said).await;
    desk.leave(result).await
}

async fn questions(desk: &Desk<'_>, id: CaseId, which: Which) -> Result<Vec<Open>, Failure> {
    let reached = desk.case(id, Action::EditDraft).await?;
    if reached.case.status != CaseStatus::Draft {
        return Ok(Vec::new());
    }
    if which == Which::All {
        // What has changed is told once: not to a request that is refused for something else.
        desk.key()?;
        desk.matches(reached.case.version)?;
    }
    let (form, _) = definition(desk.ground(), &reached.case).await?;
    if form.lookups().next().is_none() {
        return Ok(Vec::new());
    }
    let context = Context::of(desk, &reached.case).await?;
    let mut open = Vec::new();
    for (lookup, asked) in context.definition.lookups() {
        let Some(question) = asked.question(&context.scope).filter(|_| may_ask(&reached.case, asked.register)) else { continue };
        if which == Which::All || answer(&context.lookups, lookup, &question).is_none() {
            open.push(Open { lookup: lookup.clone(), register: asked.register, question });
        }
    }
    let own = |open: &Open| matches!(&open.question, Question::Person(Whom::Code(code)) if desk.identity.tax_code.as_ref() == Some(code));
    if desk.is_citizen() && !open.iter().all(own) {
        registers::within_measure(desk).await?;
    }
    Ok(open)
}

/// Who acts for another online learns nothing of that person from the population register.
fn may_ask(case: &Case, register: Register) -> bool {
    register != Register::Population || case.delegate.is_none() || case.channel == Channel::Desk
}

async fn keep(desk: &Desk<'_>, id: CaseId, open: &[Open], said: &BTreeMap<String, Value>) -> Result<Vec<Fault>, Failure> {
    let reached = desk.case(id, Action::EditDraft).await?;
    if reached.case.status != CaseStatus::Draft {
        return Ok(Vec::new());
    }
    let before = Context::of(desk, &reached.case).await?;
    vault::keep_lookups(desk.engine, &desk.tx, id, said).await?;
    for Open { lookup, register, question: _ } in open {
        let Some(result) = said.get(&**lookup).and_then(|said| said.pointer("/says/match")) else { continue };
        desk.event(id, "register_asked", reached.role(), json!({"lookup": lookup, "register": register, "result": result})).await?;
    }
    let after = Context::of(desk, &reached.case).await?;
    Ok(changed(&known(&before.definition, &before.scope), &known(&after.definition, &after.scope)))
}

/// What was taken from a register that now says something else.
fn changed(before: &[Known], after: &[Known]) -> Vec<Fault> {
    let now = |pointer: &str| after.iter().find(|known| known.pointer == pointer);
    let differs = |taken: &&Known| now(&taken.pointer).is_some_and(|now| now.value != taken.value);
    let fault = |taken: &Known| Fault { pointer: taken.pointer.clone(), code: "register_changed", message: says(now(&taken.pointer)) };
    before.iter().filter(|known| known.taken).filter(differs).map(fault).collect()
}

fn says(now: Option<&Known>) -> Message {
    let value = now.and_then(|known| known.value.as_str()).map(|value| format!(" «{value}»")).unwrap_or_default();
    Message::new(
        format!("Il registro da cui viene questo dato ora dice altro{value}: correggilo, o invia di nuovo per confermarlo come tuo."),
        format!("The register that this comes from now says something else{value}: correct it, or send again to confirm it as your own."),
    )
}

/// What registers know of a form, for who may see it, and what became of each lookup.
///
/// A delegate sees where an answer comes from that is there anyway, and nothing else of the applicant. To a citizen only the land
/// registry says what it found: of the population register even "nobody" would be an answer about somebody.
pub(super) async fn offered(desk: &Desk<'_>, case: &Case, special: bool) -> Result<(Vec<Known>, Vec<Outcome>), Failure> {
    // A draft of a service that is not offered any more has no form to fill.
    let Ok((definition, _)) = definition(desk.ground(), case).await else { return Ok((Vec::new(), Vec::new())) };
    if definition.lookups().next().is_none() {
        return Ok((Vec::new(), Vec::new()));
    }
    let context = Context::of(desk, case).await?;
    let draft = case.status == CaseStatus::Draft;
    let delegate = desk.is_citizen() && case.applicant.id != desk.person.id;
    let mut offered = known(&context.definition, &context.scope);
    offered.retain(|known| (special || !known.special) && (known.taken || (draft && !delegate)));
    let mut outcomes = if draft { outcomes(&context.definition, &context.scope) } else { Vec::new() };
    outcomes.retain(|outcome| !desk.is_citizen() || outcome.register == Register::Land);
    Ok((offered, outcomes))
}

/// The refusal of a submission whose known data have changed.
pub(super) fn refuse_changed(changed: Vec<Fault>) -> Result<(), Refusal> {
    if changed.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::InvalidAnswers, changed)) }
}
