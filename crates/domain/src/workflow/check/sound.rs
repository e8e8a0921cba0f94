//! Soundness by exploration: whatever the offices that are asked say, and whenever they say it, the case can go on and can end.
//!
//! A marking is a state with what each opinion there has become. From the start every passage that could be open is followed, and
//! in a state with opinions every word that each office could say. A condition over opinions alone is decided; what depends on
//! anything else may be open. The exploration is bounded: a workflow with more markings than [`MOST_MARKINGS`] is refused, for
//! nobody could say what it does.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::{WorkflowProblem, problem};
use crate::{
    opinion::{Verdict, as_seen},
    service::Key,
    workflow::Workflow,
};

/// The most markings that are looked at.
pub const MOST_MARKINGS: usize = 20_000;

/// A state and what its opinions have become; `None` is still waited for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Marking {
    state: Key,
    opinions: BTreeMap<Key, Option<Verdict>>,
}

/// Markings that the case cannot leave or end from.
pub(super) fn explore(workflow: &Workflow, problems: &mut Vec<WorkflowProblem>) {
    let Some(begins) = marking(workflow, &workflow.start) else { return };
    let mut before: BTreeMap<Marking, BTreeSet<Marking>> = BTreeMap::new();
    let mut queue = VecDeque::from([begins.clone()]);
    before.insert(begins, BTreeSet::new());
    while let Some(at) = queue.pop_front() {
        for next in successors(workflow, &at) {
            let new = !before.contains_key(&next);
            before.entry(next.clone()).or_default().insert(at.clone());
            if new {
                queue.push_back(next);
            }
        }
        if before.len() > MOST_MARKINGS {
            problems.push(too_large());
            return;
        }
    }
    report(workflow, &before, problems);
}

fn too_large() -> WorkflowProblem {
    problem(
        "workflow_too_large",
        "states",
        (
            format!("il flusso ha più di {MOST_MARKINGS} situazioni possibili: nessuno può dire se si conclude sempre"),
            format!("the workflow has more than {MOST_MARKINGS} possible situations: nobody can say whether it always ends"),
        ),
        ("chiedi meno pareri nello stesso stato", "ask for fewer opinions in one state"),
    )
}

/// Says for each state the first situation from which no end can be reached.
fn report(workflow: &Workflow, before: &BTreeMap<Marking, BTreeSet<Marking>>, problems: &mut Vec<WorkflowProblem>) {
    let concluded = |at: &&Marking| workflow.states.get(&at.state).is_some_and(|state| state.status.is_concluded());
    let mut ending: BTreeSet<&Marking> = before.keys().filter(concluded).collect();
    let mut queue: VecDeque<&Marking> = ending.iter().copied().collect();
    while let Some(at) = queue.pop_front() {
        for earlier in &before[at] {
            if ending.insert(earlier) {
                queue.push_back(earlier);
            }
        }
    }
    let mut said = BTreeSet::new();
    for stuck in before.keys().filter(|at| !ending.contains(at) && !at.opinions.is_empty()) {
        if said.insert(&stuck.state) {
            problems.push(cannot_end(stuck));
        }
    }
}

fn cannot_end(stuck: &Marking) -> WorkflowProblem {
    let word = |verdict: &Option<Verdict>| verdict.map_or("pending", Verdict::id);
    let said: Vec<String> = stuck.opinions.iter().map(|(id, verdict)| format!("{id} = {}", word(verdict))).collect();
    let said = said.join(", ");
    problem(
        "workflow_opinions_stuck",
        format!("states.{}.opinions", stuck.state),
        (
            format!("nello stato '{}', con i pareri {said}, la pratica non può più concludersi", stuck.state),
            format!("in state '{}', with the opinions {said}, the case can no longer end", stuck.state),
        ),
        (
            "aggiungi un passaggio che valga anche in questo caso, o un termine ai pareri che si aspettano",
            "add a transition that is open in this situation too, or a term to the opinions that are waited for",
        ),
    )
}

/// A state as it is entered.
fn marking(workflow: &Workflow, state: &Key) -> Option<Marking> {
    let asked = workflow.states.get(state)?.opinions.keys().map(|id| (id.clone(), None)).collect();
    Some(Marking { state: state.clone(), opinions: asked })
}

fn successors(workflow: &Workflow, at: &Marking) -> Vec<Marking> {
    let mut next = Vec::new();
    for (id, _) in at.opinions.iter().filter(|(_, verdict)| verdict.is_none()) {
        let asked = workflow.states.get(&at.state).and_then(|state| state.opinions.get(id));
        let can_be_silent = asked.is_some_and(|asked| asked.limit_days.is_some());
        for verdict in Verdict::ALL.into_iter().filter(|verdict| can_be_silent || *verdict != Verdict::Silent) {
            let mut heard = at.clone();
            heard.opinions.insert(id.clone(), Some(verdict));
            next.push(heard);
        }
    }
    let seen = seen(at);
    let open = workflow.transitions.values().filter(|transition| {
        transition.starts_in(&at.state) && transition.when.as_ref().is_none_or(|when| when.decide_knowing("opinions", &seen) != Some(false))
    });
    next.extend(open.filter_map(|transition| marking(workflow, &transition.to)));
    next
}

fn seen(at: &Marking) -> Value {
    if at.opinions.is_empty() {
        return json!({"pending": 0});
    }
    as_seen(at.opinions.iter().map(|(id, verdict)| (&**id, *verdict)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::check::{check, tests::sound};

    fn conference(when: &[(&str, &str)], limit: bool) -> Vec<String> {
        let text = |it: &str| json!({"it": it, "en": it});
        let asked = |office: &str| {
            let mut asked = json!({"title": text("Parere"), "office": office});
            if limit {
                asked["limit_days"] = json!(20);
            } else {
                asked["no_limit"] = text("lo dice la legge");
            }
            asked
        };
        let mut value = sound();
        value["states"]["conference"] = json!({"title": text("Conferenza"), "status": "in_progress",
            "opinions": {"heritage": asked("heritage"), "works": asked("works")}});
        value["transitions"]["convene"] =
            json!({"title": text("Convoca"), "from": {"submitted": true}, "to": "conference", "by": {"case_officer": true}});
        for (id, when) in when {
            value["transitions"][id] = json!({"title": text("Chiudi"), "from": {"conference": true}, "to": "refused",
                "by": {"case_officer": true}, "when": when});
        }
        let workflow: Workflow = serde_json::from_value(value).unwrap();
        check(&workflow).into_iter().map(|problem| format!("{}: {}", problem.path, problem.message.en)).collect()
    }

    #[test]
    fn a_conference_that_can_end_whatever_is_said_is_sound() {
        let nothing = Vec::<String>::new();
        assert_eq!(conference(&[("end", "opinions.pending == 0")], true), nothing);
        let either = [
            ("well", "opinions.heritage in ['favourable', 'conditional'] && opinions.works != 'pending'"),
            ("badly", "opinions.heritage in ['unfavourable', 'silent'] && opinions.works != 'pending'"),
        ];
        assert_eq!(conference(&either, true), nothing);
        // What depends on more than the opinions may be open.
        assert_eq!(conference(&[("end", "answers.request.kind == 'x' && opinions.pending == 0")], true), nothing);
    }

    #[test]
    fn an_answer_that_nobody_thought_of_is_named() {
        let only_well = [("end", "opinions.pending == 0 && opinions.heritage == 'favourable' && opinions.works == 'favourable'")];
        assert_eq!(
            conference(&only_well, true),
            [
                "states.conference.opinions: in state 'conference', with the opinions heritage = pending, works = conditional, the case can no longer end"
            ]
        );
        let silent = [("end", "opinions.heritage == 'silent'")];
        assert_eq!(conference(&silent, true).len(), 1);
        assert_eq!(conference(&silent, false).len(), 1);
    }

    #[test]
    fn too_many_opinions_at_once_are_refused() {
        let text = json!({"it": "x", "en": "x"});
        let mut value = sound();
        let asked = json!({"title": text, "office": "works", "limit_days": 5});
        let opinions: serde_json::Map<_, _> = (0..8).map(|n| (format!("o{n}"), asked.clone())).collect();
        value["states"]["submitted"]["opinions"] = opinions.into();
        let workflow: Workflow = serde_json::from_value(value).unwrap();
        assert_eq!(check(&workflow).iter().map(|problem| problem.code).collect::<Vec<_>>(), ["workflow_too_large"]);
    }
}
