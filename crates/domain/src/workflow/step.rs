//! Steps that a catalogue offers and a body puts at a point of a workflow.
//!
//! A step is a piece of a workflow. In it `point` stands for the state that it begins in and `done` for the state that it leads to,
//! which bears the point's name in the whole. The passages that the point gates start from there instead: nobody decides before the
//! step is done. What the applicant could do at the point, such as withdraw, stays possible all along.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Point, State, Transition, Workflow};
use crate::{permissions::Role, service::Key, text::Text};

/// The name of the state that a step begins in.
const POINT: &str = "point";
/// The name of the state that a step leads to.
const DONE: &str = "done";

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it is.
    pub title: Text,
    /// What people read when it is done.
    pub done: Text,
    /// Its states.
    #[serde(with = "crate::ordered", default)]
    pub states: IndexMap<Key, State>,
    /// Its transitions.
    #[serde(with = "crate::ordered")]
    pub transitions: IndexMap<Key, Transition>,
}

/// Why a step cannot be put at a point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotInsert {
    /// The workflow has no such point.
    #[error("the workflow has no point '{0}'")]
    NoPoint(Key),
    /// The point's state does not exist.
    #[error("the point's state '{0}' does not exist")]
    NoState(Key),
    /// A state or transition of the step is called like one of the workflow.
    #[error("'{0}' is in the step and in the workflow")]
    Taken(Key),
}

impl Point {
    /// The state that a step at this point begins in.
    pub fn begins(&self, name: &str) -> Key {
        self.state.clone().unwrap_or_else(|| name.strip_prefix("after-").unwrap_or(name).into())
    }

    /// Whether a transition from there waits until the step is done.
    fn gates(&self, transition: &str, workflow: &Workflow) -> bool {
        if !self.gates.is_empty() {
            return self.gates.get(transition).copied().unwrap_or(false);
        }
        let Some(transition) = workflow.transitions.get(transition) else { return false };
        let decides = !transition.open_to(Role::Citizen) && !transition.open_to(Role::Delegate);
        decides && workflow.states.get(&transition.to).is_some_and(|state| state.status.is_concluded())
    }
}

impl Workflow {
    /// The workflow with a step at one of its points.
    ///
    /// # Errors
    ///
    /// Where there is no such point, its state does not exist, or a name is taken.
    pub fn with_step(&self, point: &str, step: &Step) -> Result<Self, CannotInsert> {
        let (name, said) = self.points.get_key_value(point).ok_or_else(|| CannotInsert::NoPoint(point.into()))?;
        let at = &said.begins(name);
        let begins = self.states.get(at).ok_or_else(|| CannotInsert::NoState(at.clone()))?;
        let mut woven = self.clone();
        let gated = |id: &Key| said.gates(id, self);
        let inside: Vec<&Key> = step.states.keys().chain([name]).collect();
        for (id, transition) in woven.transitions.iter_mut().filter(|(_, transition)| transition.starts_in(at)) {
            if gated(id) {
                transition.from.remove(at);
                transition.from.insert(name.clone(), true);
            } else if transition.open_to(Role::Citizen) || transition.open_to(Role::Delegate) {
                transition.from.extend(inside.iter().map(|state| ((*state).clone(), true)));
            }
        }
        let done = State {
            title: step.done.clone(),
            status: begins.status,
            clock: begins.clock,
            limit_days: None,
            on_limit: None,
            no_limit: begins.no_limit.clone(),
            opinions: IndexMap::new(),
        };
        for (id, state) in step.states.iter().chain([(name, &done)]) {
            if woven.states.insert(id.clone(), state.clone()).is_some() {
                return Err(CannotInsert::Taken(id.clone()));
            }
        }
        let named = |id: &Key| match &**id {
            POINT => at.clone(),
            DONE => name.clone(),
            _ => id.clone(),
        };
        for (id, transition) in &step.transitions {
            let from = transition.from.iter().map(|(state, on)| (named(state), *on)).collect();
            let transition = Transition { from, to: named(&transition.to), ..transition.clone() };
            if woven.transitions.insert(id.clone(), transition).is_some() {
                return Err(CannotInsert::Taken(id.clone()));
            }
        }
        Ok(woven)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::workflow::check::{check, tests::sound};

    fn workflow() -> Workflow {
        let mut value = sound();
        value["points"] = json!({"before-decision": {"state": "submitted", "gates": {"grant": true}, "offers": {"committee": true}}});
        value["transitions"]["withdraw"] =
            json!({"title": {"it": "Ritira"}, "from": {"submitted": true}, "to": "refused", "by": {"citizen": true}});
        serde_json::from_value(value).unwrap()
    }

    fn step() -> Step {
        serde_json::from_value(json!({
            "title": {"it": "Parere"}, "done": {"it": "Parere acquisito"},
            "states": {"committee": {"title": {"it": "In commissione"}, "status": "in_progress"}},
            "transitions": {
                "ask-committee": {"title": {"it": "Chiedi"}, "from": {"point": true}, "to": "committee", "by": {"case_officer": true}},
                "committee-says": {"title": {"it": "Esprimi"}, "from": {"committee": true}, "to": "done", "by": {"case_officer": true}}
            }
        }))
        .unwrap()
    }

    #[test]
    fn nobody_decides_before_the_step_is_done() {
        let woven = workflow().with_step("before-decision", &step()).unwrap();
        let starts = |id: &str| woven.transitions[id].from.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(starts("grant"), ["before-decision"]);
        assert_eq!(starts("ask-committee"), ["submitted"]);
        assert_eq!(woven.transitions["committee-says"].to, "before-decision".into());
        assert_eq!(woven.states["before-decision"].title.it, "Parere acquisito".into());
        assert_eq!(starts("withdraw"), ["before-decision", "committee", "submitted"]);
        assert_eq!(check(&woven), []);
        // What is not gated goes on as before.
        assert_eq!(starts("ask"), ["submitted"]);
    }

    #[test]
    fn a_point_is_after_the_state_that_it_is_named_for_and_gates_what_concludes() {
        let mut workflow = workflow();
        workflow.points = [(Key::from("after-submitted"), Point::default())].into_iter().collect();
        let woven = workflow.with_step("after-submitted", &step()).unwrap();
        assert_eq!(woven.transitions["grant"].from.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["after-submitted"]);
        assert_eq!(woven.transitions["ask"].from.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["submitted"]);
    }

    #[test]
    fn a_step_that_does_not_fit_is_refused_by_name() {
        let refused = |point: &str, step: &Step| workflow().with_step(point, step).unwrap_err().to_string();
        assert_eq!(refused("elsewhere", &step()), "the workflow has no point 'elsewhere'");
        let mut taken = step();
        taken.transitions.insert("grant".into(), step().transitions["ask-committee"].clone());
        assert_eq!(refused("before-decision", &taken), "'grant' is in the step and in the workflow");
        let mut lost = workflow();
        lost.points["before-decision"].state = Some("nowhere".into());
        assert_eq!(lost.with_step("before-decision", &step()).unwrap_err().to_string(), "the point's state 'nowhere' does not exist");
    }
}
