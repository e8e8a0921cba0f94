//! One module for each command: it asks the other crates and says the answer, nothing else.

pub(crate) mod catalogue;
pub(crate) mod db;
pub(crate) mod openapi;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod tenant;
pub(crate) mod token;

use sportello_tenancy::problem::Problems;

use crate::stop::{Stop, finding};

/// How a command ended that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nothing to object.
    Fine,
    /// It was asked to look for errors, and found some.
    FoundErrors,
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
