//! Which passages a case may take now, and what taking one means.
//!
//! Two rules hold whatever a workflow says: a case never concludes positively without its act, nor, where a fee is due, without
//! its payment. The rest is the workflow's: state, role, condition, form, act.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::Value;

use crate::{
    case::{Case, CaseStatus},
    condition::Scope,
    definition::Definition,
    form::check::{Depth, check_fields},
    ids::DocumentId,
    permissions::Role,
    refusal::{Code, Refusal},
    service::Key,
    text::Language,
    workflow::{Clock, OpinionRequest, Recipient, Transition},
};

/// What a decision about a passage is made from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The case as it stands.
    pub case: &'a Case,
    /// What it was submitted under.
    pub definition: &'a Definition,
    /// What the caller is to this case: assignments that reach it, `citizen` for the applicant, `delegate` for who acts for them.
    pub roles: &'a [Role],
    /// What conditions see.
    pub scope: &'a Scope,
    /// The acts on the case by kind.
    pub acts: &'a BTreeMap<Key, DocumentId>,
    /// How many payments are open.
    pub due: usize,
}

/// A passage that state and role allow.
#[derive(Clone, Debug)]
pub struct Move<'a> {
    /// Its id.
    pub id: &'a Key,
    /// The passage.
    pub transition: &'a Transition,
    /// Why it cannot be taken yet.
    pub obstacle: Option<Refusal>,
}

/// What taking a passage means.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The passage.
    pub transition: Key,
    /// The state that was left.
    pub from: Key,
    /// The new state.
    pub to: Key,
    /// Its category.
    pub status: CaseStatus,
    /// Whether the term runs there.
    pub clock: Clock,
    /// After how many days the wait there ends by itself, and how.
    pub limit: Option<(u16, Key)>,
    /// What other offices are asked there.
    pub opinions: IndexMap<Key, OpinionRequest>,
    /// Who is told, by which template.
    pub notify: Vec<(Recipient, Key)>,
    /// The act that the product draws up for it.
    pub draws_up: Option<Key>,
    /// The act that it rests on, where it is among the documents already.
    pub act: Option<DocumentId>,
}

/// The passages that the caller may take from where the case stands, each with what still stands in its way. One that is not open is
/// shown where the workflow says why; of several among which a condition chooses only the fitting one is.
pub fn available<'a>(facts: &Facts<'a>) -> Vec<Move<'a>> {
    facts
        .definition
        .workflow
        .transitions
        .iter()
        .filter(|(_, transition)| fits(facts, transition))
        .filter(|(_, transition)| transition.refusal.is_some() || waits_for_payment(facts, transition) || is_open(facts, transition))
        .map(|(id, transition)| Move { id, transition, obstacle: obstacle(facts, transition) })
        .collect()
}

/// The passage that the product takes by itself now: the first automatic one that is open to it and that nothing stands in the way of.
pub fn automatic<'a>(facts: &Facts<'a>) -> Option<&'a Key> {
    let mut open = facts.definition.workflow.transitions.iter().filter(|(_, transition)| transition.automatic);
    open.find(|(_, transition)| fits(facts, transition) && obstacle(facts, transition).is_none()).map(|(id, _)| id)
}

/// Decides whether a passage is taken.
///
/// # Errors
///
/// `transition_not_available` where state, role or condition do not allow it (and where there is no such passage);
/// `payment_due`, `act_missing`, `invalid_answers` where something is missing.
pub fn take(facts: &Facts<'_>, id: &str, data: Option<&Value>, today: Date) -> Result<Moved, Refusal> {
    let (id, transition) = facts
        .definition
        .workflow
        .transitions
        .get_key_value(id)
        .filter(|(_, transition)| fits(facts, transition))
        .ok_or_else(|| Refusal::new(Code::TransitionNotAvailable))?;
    if let Some(refusal) = obstacle(facts, transition) {
        return Err(refusal);
    }
    check_data(facts, transition, data, today)?;
    let Some(state) = facts.definition.workflow.states.get(&transition.to) else {
        return Err(Code::TransitionNotAvailable.into());
    };
    Ok(Moved {
        transition: id.clone(),
        from: facts.case.state.clone(),
        to: transition.to.clone(),
        status: state.status,
        clock: state.clock,
        limit: state.limit_days.zip(state.on_limit.clone()),
        opinions: state.opinions.clone(),
        notify: transition.notify.iter().map(|(who, template)| (*who, template.clone())).collect(),
        draws_up: transition.draws_up.clone(),
        act: act(facts, transition),
    })
}

fn fits(facts: &Facts<'_>, transition: &Transition) -> bool {
    transition.starts_in(&facts.case.state) && facts.roles.iter().any(|role| transition.open_to(*role))
}

fn is_open(facts: &Facts<'_>, transition: &Transition) -> bool {
    transition.when.as_ref().is_none_or(|when| when.holds(facts.scope))
}

fn concludes_positively(facts: &Facts<'_>, transition: &Transition) -> bool {
    facts.definition.workflow.states.get(&transition.to).is_some_and(|state| state.status == CaseStatus::ConcludedPositive)
}

/// Money is said first and by name: a condition over payments alone would only say that the passage is closed.
fn waits_for_payment(facts: &Facts<'_>, transition: &Transition) -> bool {
    facts.due > 0 && concludes_positively(facts, transition)
}

fn obstacle(facts: &Facts<'_>, transition: &Transition) -> Option<Refusal> {
    if waits_for_payment(facts, transition) {
        return Some(Code::PaymentDue.into());
    }
    if !is_open(facts, transition) {
        let why = transition.refusal.as_ref();
        let why = why.map(|why| Refusal::because(Code::TransitionNotAvailable, why.get(Language::It), why.get(Language::En)));
        return Some(why.unwrap_or_else(|| Code::TransitionNotAvailable.into()));
    }
    let draws = |kind: Option<&Key>| transition.draws_up.is_some() && kind.is_none_or(|kind| transition.draws_up.as_ref() == Some(kind));
    let needs_act = transition.requires.act.is_some() || concludes_positively(facts, transition);
    if needs_act && !draws(transition.requires.act.as_ref()) && act(facts, transition).is_none() {
        return Some(missing_act(transition));
    }
    None
}

/// The act that a passage rests on: the kind it names, any act where it names none.
fn act(facts: &Facts<'_>, transition: &Transition) -> Option<DocumentId> {
    match &transition.requires.act {
        Some(kind) => facts.acts.get(kind).copied(),
        None if concludes_positively(facts, transition) => facts.acts.values().next_back().copied(),
        None => None,
    }
}

fn missing_act(transition: &Transition) -> Refusal {
    transition.requires.act.as_ref().map_or_else(
        || Code::ActMissing.into(),
        |kind| {
            Refusal::because(
                Code::ActMissing,
                format!("Per questo passaggio serve un atto di tipo «{kind}» tra i documenti della pratica."),
                format!("This transition needs an act of kind “{kind}” among the case's documents."),
            )
        },
    )
}

fn check_data(facts: &Facts<'_>, transition: &Transition, data: Option<&Value>, today: Date) -> Result<(), Refusal> {
    let empty = Value::Object(serde_json::Map::new());
    let no_fields = IndexMap::new();
    let fields = transition.form.as_ref().map_or(&no_fields, |form| &form.fields);
    let scope = Scope { today: Some(today), ..facts.scope.clone() };
    let faults = check_fields(fields, data.unwrap_or(&empty), &scope, Depth::Submission, "/data");
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::InvalidAnswers, faults)) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::case::tests::{a_case, a_definition};

    fn with<T>(state: &str, roles: &[Role], acts: &[&str], due: usize, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
        let scope = Scope { payments: json!({"due": due}), ..Scope::default() };
        let acts = acts.iter().map(|kind| (Key::from(*kind), DocumentId::new(Uuid::from_u128(7)))).collect();
        ask(&Facts { case: &a_case(state), definition: &a_definition(), roles, scope: &scope, acts: &acts, due })
    }

    fn taken(state: &str, roles: &[Role], acts: &[&str], due: usize, id: &str, data: Option<&Value>) -> Result<Key, Code> {
        with(state, roles, acts, due, |facts| take(facts, id, data, date(2026, 5, 4)).map(|moved| moved.to).map_err(|refusal| refusal.code))
    }

    #[test]
    fn what_is_offered_fits_state_role_and_condition() {
        let ids = |state, roles: &[Role]| {
            with(state, roles, &[], 0, |facts| available(facts).iter().map(|m| m.id.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(ids("submitted", &[Role::CaseOfficer]), ["ask", "grant", "grant-any", "grant-later", "grant-drawn"]);
        assert_eq!(ids("submitted", &[Role::Citizen]), ["withdraw"]);
        assert_eq!(ids("waiting", &[Role::CaseOfficer]), Vec::<String>::new());
        assert_eq!(ids("granted", &[Role::Citizen, Role::CaseOfficer]), Vec::<String>::new());
    }

    #[test]
    fn no_positive_end_without_its_act_and_its_payment() {
        let officer = [Role::CaseOfficer];
        assert_eq!(taken("submitted", &officer, &["permit"], 1, "grant", None), Err(Code::PaymentDue));
        assert_eq!(taken("submitted", &officer, &["permit"], 1, "grant-any", None), Err(Code::PaymentDue));
        assert_eq!(taken("submitted", &officer, &[], 0, "grant", None), Err(Code::ActMissing));
        assert_eq!(taken("submitted", &officer, &["other"], 0, "grant", None), Err(Code::ActMissing));
        assert_eq!(taken("submitted", &officer, &[], 0, "grant-any", None), Err(Code::ActMissing));
        assert_eq!(taken("submitted", &officer, &["permit"], 0, "grant", None), Ok("granted".into()));
        assert_eq!(taken("submitted", &officer, &["other"], 0, "grant-any", None), Ok("granted".into()));
    }

    #[test]
    fn a_stranger_to_the_passage_is_told_that_it_is_not_open() {
        assert_eq!(taken("submitted", &[Role::Citizen], &["permit"], 0, "grant", None), Err(Code::TransitionNotAvailable));
        assert_eq!(taken("waiting", &[Role::CaseOfficer], &["permit"], 0, "grant", None), Err(Code::TransitionNotAvailable));
        assert_eq!(taken("submitted", &[Role::CaseOfficer], &["permit"], 0, "grant-never", None), Err(Code::TransitionNotAvailable));
        assert_eq!(taken("submitted", &[Role::CaseOfficer], &[], 0, "fly", None), Err(Code::TransitionNotAvailable));
        assert_eq!(taken("waiting", &[Role::System], &[], 0, "close", None), Ok("refused".into()));
    }

    #[test]
    fn the_form_of_a_passage_is_checked_with_its_pointers() {
        let refusal =
            with("submitted", &[Role::CaseOfficer], &[], 0, |facts| take(facts, "ask", Some(&json!({})), date(2026, 5, 4)).unwrap_err());
        assert_eq!((refusal.code, refusal.faults[0].pointer.as_str()), (Code::InvalidAnswers, "/data/request"));
        let moved = with("submitted", &[Role::CaseOfficer], &[], 0, |facts| {
            take(facts, "ask", Some(&json!({"request": "x"})), date(2026, 5, 4)).unwrap()
        });
        assert_eq!(moved.limit, Some((30, "close".into())));
        assert_eq!(moved.clock, Clock::Suspended);
        assert_eq!(moved.notify, [(Recipient::Applicant, "integration-request".into())]);
    }

    #[test]
    fn what_is_not_open_yet_says_why_where_the_workflow_does() {
        let officer = [Role::CaseOfficer];
        let why = with("submitted", &officer, &[], 0, |facts| {
            let offered = available(facts).into_iter().find(|offered| &**offered.id == "grant-later").unwrap();
            (offered.obstacle.unwrap(), take(facts, "grant-later", None, date(2026, 5, 4)).unwrap_err())
        });
        assert_eq!(why.0.code, Code::TransitionNotAvailable);
        assert_eq!(why.0.detail.unwrap().en, "The committee has not said its opinion.");
        assert_eq!(why.1.detail.unwrap().it, "Manca il parere della commissione.");
    }

    #[test]
    fn an_act_that_is_drawn_up_need_not_be_there() {
        let moved = with("submitted", &[Role::CaseOfficer], &[], 0, |facts| take(facts, "grant-drawn", None, date(2026, 5, 4)).unwrap());
        assert_eq!((moved.draws_up, moved.act), (Some("badge".into()), None));
        assert_eq!(taken("submitted", &[Role::CaseOfficer], &[], 1, "grant-drawn", None), Err(Code::PaymentDue));
    }

    #[test]
    fn the_product_goes_on_by_itself_as_soon_as_it_may() {
        let system = [Role::System];
        let alone = |kind: &str, due: usize| {
            let scope = Scope { answers: json!({"request": {"kind": kind}}), ..Scope::default() };
            let (case, definition, acts) = (a_case("submitted"), a_definition(), BTreeMap::new());
            automatic(&Facts { case: &case, definition: &definition, roles: &system, scope: &scope, acts: &acts, due }).cloned()
        };
        assert_eq!(alone("first", 0), Some("grant-alone".into()));
        assert_eq!(alone("first", 1), None);
        assert_eq!(alone("duplicate", 0), None);
    }
}
