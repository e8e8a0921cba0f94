//! Proves that a workflow can be lived with, before any case enters it.
//!
//! One start; every state can be reached and can end, whatever the offices that are asked say; no dead passage; every wait has a term
//! or says why it has none; what happens by itself is a passage that the product may take from there, and never goes round in a
//! circle. To add a rule: a function that pushes problems, and its broken example in the tests.

mod sound;

use std::collections::{BTreeSet, VecDeque};

use crate::{
    case::CaseStatus,
    opinion::PENDING,
    permissions::Role,
    refusal::Message,
    service::Key,
    workflow::{OpinionRequest, State, Transition, Workflow},
};

pub use sound::MOST_MARKINGS;

/// Something wrong in a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowProblem {
    /// Stable code.
    pub code: &'static str,
    /// Where: `states.integration.on_limit`.
    pub path: String,
    /// What is wrong.
    pub message: Message,
    /// How to mend it.
    pub remedy: Message,
}

/// Everything that is wrong in a workflow, in the order of its file.
pub fn check(workflow: &Workflow) -> Vec<WorkflowProblem> {
    let mut problems = Vec::new();
    if !workflow.states.contains_key(&workflow.start) {
        problems.push(problem(
            "workflow_start_unknown",
            "start",
            (format!("lo stato iniziale '{}' non esiste", workflow.start), format!("the start state '{}' does not exist", workflow.start)),
            ("indica uno degli stati elencati in states", "name one of the states listed in states"),
        ));
    }
    for (id, transition) in &workflow.transitions {
        check_transition(workflow, id, transition, &mut problems);
        check_automatic(workflow, id, transition, &mut problems);
    }
    check_on_due(workflow, &mut problems);
    for (id, state) in &workflow.states {
        check_wait(workflow, id, state, &mut problems);
        check_end(workflow, id, state, &mut problems);
        for (name, asked) in &state.opinions {
            check_opinion(id, name, asked, &mut problems);
        }
    }
    check_reach(workflow, &mut problems);
    if problems.is_empty() {
        // What is broken one by one would only be found again in every situation.
        sound::explore(workflow, &mut problems);
    }
    problems
}

fn problem(code: &'static str, path: impl Into<String>, message: (String, String), remedy: (&str, &str)) -> WorkflowProblem {
    WorkflowProblem { code, path: path.into(), message: Message::new(message.0, message.1), remedy: Message::new(remedy.0, remedy.1) }
}

fn starts(transition: &Transition) -> impl Iterator<Item = &Key> {
    transition.from.iter().filter(|(_, on)| **on).map(|(state, _)| state)
}

fn check_transition(workflow: &Workflow, id: &Key, transition: &Transition, problems: &mut Vec<WorkflowProblem>) {
    for state in starts(transition).filter(|state| !workflow.states.contains_key(*state)) {
        problems.push(problem(
            "workflow_state_unknown",
            format!("transitions.{id}.from.{state}"),
            (
                format!("il passaggio '{id}' parte da '{state}', che non esiste"),
                format!("transition '{id}' starts in '{state}', which does not exist"),
            ),
            ("correggi il nome o aggiungi lo stato", "correct the name or add the state"),
        ));
    }
    if !workflow.states.contains_key(&transition.to) {
        problems.push(problem(
            "workflow_state_unknown",
            format!("transitions.{id}.to"),
            (
                format!("il passaggio '{id}' porta a '{}', che non esiste", transition.to),
                format!("transition '{id}' leads to '{}', which does not exist", transition.to),
            ),
            ("correggi il nome o aggiungi lo stato", "correct the name or add the state"),
        ));
    }
    if starts(transition).next().is_none() {
        problems.push(problem(
            "workflow_transition_dead",
            format!("transitions.{id}.from"),
            (format!("il passaggio '{id}' non parte da nessuno stato"), format!("transition '{id}' starts nowhere")),
            ("indica in from almeno uno stato con true", "name at least one state with true in from"),
        ));
    }
    if !transition.by.values().any(|on| *on) {
        problems.push(problem(
            "workflow_transition_dead",
            format!("transitions.{id}.by"),
            (format!("nessuno può fare il passaggio '{id}'"), format!("nobody can take transition '{id}'")),
            ("indica in by almeno un ruolo con true", "name at least one role with true in by"),
        ));
    }
}

fn check_wait(workflow: &Workflow, id: &Key, state: &State, problems: &mut Vec<WorkflowProblem>) {
    let waits = matches!(state.status, CaseStatus::SuspendedApplicant | CaseStatus::SuspendedAdministration);
    if waits && state.limit_days.is_none() && state.no_limit.is_none() && state.opinions.is_empty() {
        problems.push(problem(
            "workflow_wait_without_term",
            format!("states.{id}"),
            (format!("lo stato '{id}' aspetta senza un termine"), format!("state '{id}' waits without a term")),
            (
                "aggiungi limit_days e on_limit, oppure spiega in no_limit perché non c'è",
                "add limit_days and on_limit, or say in no_limit why there is none",
            ),
        ));
    }
    match (&state.limit_days, &state.on_limit) {
        (None, None) => {}
        (Some(_), Some(transition)) => check_on_limit(workflow, id, transition, problems),
        _ => problems.push(problem(
            "workflow_limit_incomplete",
            format!("states.{id}"),
            (
                format!("lo stato '{id}' ha solo uno fra limit_days e on_limit"),
                format!("state '{id}' has only one of limit_days and on_limit"),
            ),
            ("scrivi tutti e due", "write both"),
        )),
    }
}

fn check_on_limit(workflow: &Workflow, id: &Key, name: &Key, problems: &mut Vec<WorkflowProblem>) {
    let fits = workflow.transitions.get(name).is_some_and(|transition| transition.starts_in(id) && transition.open_to(Role::System));
    if !fits {
        problems.push(problem(
            "workflow_limit_unusable",
            format!("states.{id}.on_limit"),
            (
                format!("allo scadere del termine '{id}' dovrebbe prendere il passaggio '{name}', ma questo non parte da lì o non è aperto a system"),
                format!("when its time is over '{id}' should take transition '{name}', but that does not start there or is not open to system"),
            ),
            ("scrivi un passaggio con quello stato in from e system: true in by", "write a transition with that state in from and system: true in by"),
        ));
    }
}

/// What happens by itself is open to the product, and never leads back to where it began by itself.
fn check_automatic(workflow: &Workflow, id: &Key, transition: &Transition, problems: &mut Vec<WorkflowProblem>) {
    if !transition.automatic {
        return;
    }
    if !transition.open_to(Role::System) {
        problems.push(problem(
            "workflow_automatic_unusable",
            format!("transitions.{id}.automatic"),
            (
                format!("il passaggio '{id}' è automatico ma non è aperto a system"),
                format!("transition '{id}' is automatic but not open to system"),
            ),
            ("scrivi system: true in by, o togli automatic", "write system: true in by, or remove automatic"),
        ));
    }
    let onwards = walk([transition.to.clone()], |state| {
        let automatic = workflow.transitions.values().filter(|next| next.automatic && next.starts_in(state));
        automatic.map(|next| next.to.clone()).collect()
    });
    if starts(transition).any(|state| onwards.contains(state)) {
        problems.push(problem(
            "workflow_automatic_circle",
            format!("transitions.{id}.automatic"),
            (
                format!("il passaggio automatico '{id}' fa parte di un giro di passaggi automatici che non si ferma mai"),
                format!("the automatic transition '{id}' is part of a circle of automatic transitions that never stops"),
            ),
            ("fai compiere a una persona uno dei passaggi del giro", "let a person take one of the transitions of the circle"),
        ));
    }
}

/// What silence means is a passage that the product may take, from somewhere, to an end.
fn check_on_due(workflow: &Workflow, problems: &mut Vec<WorkflowProblem>) {
    let Some(name) = &workflow.on_due else { return };
    let fits = workflow.transitions.get(name).is_some_and(|transition| {
        let ends = workflow.states.get(&transition.to).is_some_and(|state| state.status.is_concluded());
        ends && transition.open_to(Role::System) && starts(transition).next().is_some()
    });
    if !fits {
        problems.push(problem(
            "workflow_on_due_unusable",
            "on_due",
            (
                format!("scaduto il termine dovrebbe avvenire '{name}', ma non è un passaggio aperto a system che conclude la pratica"),
                format!("when the term has passed '{name}' should happen, but that is no transition open to system that ends the case"),
            ),
            (
                "indica un passaggio con system: true in by verso uno stato concluso",
                "name a transition with system: true in by towards a concluded state",
            ),
        ));
    }
}

/// An opinion has a term or says why it has none, and a name that conditions can tell apart.
fn check_opinion(state: &Key, name: &Key, asked: &OpinionRequest, problems: &mut Vec<WorkflowProblem>) {
    if asked.limit_days.is_none() && asked.no_limit.is_none() {
        problems.push(problem(
            "workflow_wait_without_term",
            format!("states.{state}.opinions.{name}"),
            (format!("il parere '{name}' si aspetta senza un termine"), format!("opinion '{name}' is waited for without a term")),
            ("aggiungi limit_days, oppure spiega in no_limit perché non c'è", "add limit_days, or say in no_limit why there is none"),
        ));
    }
    if &**name == PENDING {
        problems.push(problem(
            "workflow_opinion_name",
            format!("states.{state}.opinions.{name}"),
            (
                "un parere non può chiamarsi 'pending': è il nome con cui le condizioni contano quelli attesi".to_owned(),
                "an opinion cannot be called 'pending': conditions count under that name those that are waited for".to_owned(),
            ),
            ("scegli un altro nome", "choose another name"),
        ));
    }
}

/// A concluded state is left only by what undoes a positive end, such as a revocation.
fn check_end(workflow: &Workflow, id: &Key, state: &State, problems: &mut Vec<WorkflowProblem>) {
    if !state.status.is_concluded() {
        return;
    }
    let ends_badly = |key: &Key| workflow.states.get(key).is_some_and(|to| to.status == CaseStatus::ConcludedNegative);
    for (name, transition) in workflow.transitions.iter().filter(|(_, transition)| transition.starts_in(id)) {
        if state.status == CaseStatus::ConcludedPositive && ends_badly(&transition.to) {
            continue;
        }
        problems.push(problem(
            "workflow_end_left",
            format!("transitions.{name}.from.{id}"),
            (
                format!("il passaggio '{name}' riapre '{id}', che è uno stato concluso"),
                format!("transition '{name}' reopens '{id}', which is a concluded state"),
            ),
            (
                "da uno stato concluso può partire solo una revoca verso un esito negativo",
                "only a revocation towards a negative end may leave a concluded state",
            ),
        ));
    }
}

fn check_reach(workflow: &Workflow, problems: &mut Vec<WorkflowProblem>) {
    // Without a beginning nothing can be reached; that was said once.
    let begins = workflow.states.contains_key(&workflow.start);
    let reached = walk([workflow.start.clone()], |state| {
        workflow.transitions.values().filter(|transition| transition.starts_in(state)).map(|transition| transition.to.clone()).collect()
    });
    let ends = workflow.states.iter().filter(|(_, state)| state.status.is_concluded()).map(|(id, _)| id.clone());
    let ending = walk(ends, |state| {
        workflow.transitions.values().filter(|transition| transition.to.as_ref() == state).flat_map(starts).cloned().collect()
    });
    for id in workflow.states.keys() {
        if begins && !reached.contains(id) {
            problems.push(problem(
                "workflow_state_unreachable",
                format!("states.{id}"),
                (format!("nessun passaggio porta allo stato '{id}'"), format!("no transition leads to state '{id}'")),
                ("aggiungi un passaggio che vi arrivi o togli lo stato", "add a transition that leads there or remove the state"),
            ));
        }
        if !ending.contains(id) {
            problems.push(problem(
                "workflow_dead_end",
                format!("states.{id}"),
                (format!("dallo stato '{id}' la pratica non può mai concludersi"), format!("from state '{id}' a case can never end")),
                ("aggiungi un passaggio verso uno stato concluso", "add a transition towards a concluded state"),
            ));
        }
    }
}

fn walk(from: impl IntoIterator<Item = Key>, next: impl Fn(&str) -> Vec<Key>) -> BTreeSet<Key> {
    let mut queue: VecDeque<Key> = from.into_iter().collect();
    let mut seen: BTreeSet<Key> = queue.iter().cloned().collect();
    while let Some(state) = queue.pop_front() {
        for key in next(&state) {
            if seen.insert(key.clone()) {
                queue.push_back(key);
            }
        }
    }
    seen
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    pub(in crate::workflow) fn sound() -> Value {
        let text = |it: &str| json!({"it": it, "en": it});
        json!({
            "id": "simple", "start": "submitted",
            "states": {
                "submitted": {"title": text("Presentata"), "status": "in_progress"},
                "integration": {"title": text("In attesa"), "status": "suspended_applicant", "clock": "suspended", "limit_days": 30, "on_limit": "close"},
                "granted": {"title": text("Accolta"), "status": "concluded_positive"},
                "refused": {"title": text("Respinta"), "status": "concluded_negative"}
            },
            "transitions": {
                "ask": {"title": text("Chiedi"), "from": {"submitted": true}, "to": "integration", "by": {"case_officer": true}},
                "answer": {"title": text("Rispondi"), "from": {"integration": true}, "to": "submitted", "by": {"citizen": true}},
                "grant": {"title": text("Accogli"), "from": {"submitted": true}, "to": "granted", "by": {"case_officer": true}, "requires": {"act": "permit"}},
                "close": {"title": text("Chiudi <ora>"), "from": {"integration": true}, "to": "refused", "by": {"system": true}},
                "revoke": {"title": text("Revoca"), "from": {"granted": true}, "to": "refused", "by": {"case_officer": true}}
            }
        })
    }

    fn codes(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut value = sound();
        change(&mut value);
        let workflow: Workflow = serde_json::from_value(value).unwrap();
        check(&workflow).into_iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect()
    }

    #[test]
    fn a_sound_workflow_has_no_problem() {
        assert_eq!(codes(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn each_break_is_named_where_it_stands() {
        assert!(codes(|w| w["start"] = json!("nowhere")).contains(&"workflow_start_unknown start".to_owned()));
        assert_eq!(
            codes(|w| w["transitions"]["grant"]["by"] = json!({"case_officer": false})),
            ["workflow_transition_dead transitions.grant.by"]
        );
        assert_eq!(codes(|w| w["transitions"]["answer"]["from"] = json!({})), ["workflow_transition_dead transitions.answer.from"]);
        assert_eq!(
            codes(|w| w["transitions"]["ask"]["to"] = json!("lost")),
            ["workflow_state_unknown transitions.ask.to", "workflow_state_unreachable states.integration"]
        );
        assert_eq!(
            codes(|w| w["transitions"]["close"]["by"] = json!({"operator": true})),
            ["workflow_limit_unusable states.integration.on_limit"]
        );
        assert_eq!(codes(|w| w["transitions"]["revoke"]["to"] = json!("submitted")), ["workflow_end_left transitions.revoke.from.granted"]);
    }

    #[test]
    fn a_wait_without_term_says_why_or_is_refused() {
        let untimed = |w: &mut Value| {
            w["states"]["integration"].as_object_mut().unwrap().retain(|key, _| !key.contains("limit"));
        };
        assert_eq!(codes(untimed), ["workflow_wait_without_term states.integration"]);
        assert_eq!(
            codes(|w| {
                untimed(w);
                w["states"]["integration"]["no_limit"] = json!({"it": "lo decide il giudice", "en": "the court decides"});
            }),
            Vec::<String>::new()
        );
        assert_eq!(
            codes(|w| {
                w["states"]["integration"].as_object_mut().unwrap().remove("on_limit");
            }),
            ["workflow_limit_incomplete states.integration"]
        );
    }

    #[test]
    fn a_state_that_cannot_end_is_a_dead_end() {
        let found = codes(|w| {
            w["states"]["limbo"] = json!({"title": {"it": "Limbo", "en": "Limbo"}, "status": "in_progress"});
            w["transitions"]["sink"] =
                json!({"title": {"it": "x", "en": "x"}, "from": {"submitted": true}, "to": "limbo", "by": {"case_officer": true}});
        });
        assert_eq!(found, ["workflow_dead_end states.limbo"]);
    }

    #[test]
    fn what_happens_by_itself_is_open_to_the_product_and_stops() {
        assert_eq!(
            codes(|w| w["transitions"]["grant"]["automatic"] = json!(true)),
            ["workflow_automatic_unusable transitions.grant.automatic"]
        );
        let circle = |w: &mut Value| {
            for id in ["ask", "answer"] {
                w["transitions"][id]["automatic"] = json!(true);
                w["transitions"][id]["by"]["system"] = json!(true);
            }
        };
        assert_eq!(
            codes(circle),
            ["workflow_automatic_circle transitions.ask.automatic", "workflow_automatic_circle transitions.answer.automatic"]
        );
        assert_eq!(codes(|w| w["on_due"] = json!("grant")), ["workflow_on_due_unusable on_due"]);
        assert_eq!(codes(|w| w["on_due"] = json!("close")), Vec::<String>::new());
    }

    #[test]
    fn an_opinion_has_a_term_and_a_name_of_its_own() {
        let asked = json!({"title": {"it": "Parere", "en": "Opinion"}, "office": "works"});
        assert_eq!(
            codes(|w| w["states"]["submitted"]["opinions"] = json!({"pending": asked})),
            ["workflow_wait_without_term states.submitted.opinions.pending", "workflow_opinion_name states.submitted.opinions.pending"]
        );
    }
}
