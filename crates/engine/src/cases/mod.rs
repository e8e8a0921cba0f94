//! Cases: from the draft to the outcome.
//!
//! `draft` begins and saves, `check` tells what is missing, `submit` makes a case of a draft, `moves` lets people carry it on,
//! `passage` does what that means, `read` shows it.

mod check;
mod context;
mod draft;
mod limits;
mod lookups;
mod moves;
mod passage;
mod read;
mod receipt;
mod submit;
mod term;

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;
use sportello_domain::{
    case::{Case, CaseStatus, Document},
    definition::Definition,
    fees::Due,
    form::changes::Change,
    ids::PersonId,
    refusal::{Fault, Refusal},
    registers::lookup::{self, Known},
    service::Key,
    workflow::Transition,
};

pub use check::{summary, validate};
pub(crate) use context::view;
pub(crate) use context::{Context, Ground, definition};
pub use draft::{create, discard, save};
pub use moves::{assign, take, transitions};
pub(crate) use moves::{hand_over, receiver};
pub(crate) use passage::{CASE_DUE, CASE_LIMIT, OPINION_LIMIT, Passages};
pub use read::{events, get, page, search};
pub(crate) use read::{submitted, views};
pub use receipt::{Receipt, receipt};
pub(crate) use submit::REGISTER;
pub use submit::submit;
pub use term::term;

/// A case as the caller may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseView {
    /// The case; special answers are null for who may not see them.
    pub case: Case,
    /// The deciding tenant's slug.
    pub tenant_slug: Key,
    /// The serving tenant's slug.
    pub serving_slug: Key,
    /// For a draft: what became of the form since it was last saved.
    pub changes: Vec<Change>,
    /// What registers know of the form: offered for a draft, and where an answer comes from.
    pub known: Vec<Known>,
    /// For a draft: what became of what was asked of the registers.
    pub lookups: Vec<lookup::Outcome>,
    /// Whether this repeats the answer of an earlier request with the same key.
    pub replayed: bool,
}

/// A draft to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCase {
    /// The service's id.
    pub service: Key,
    /// Section → field → value, as far as they are known.
    pub answers: Value,
    /// Whom it is for, where that is not the caller.
    pub on_behalf_of: Option<NewPerson>,
    /// Who came to the desk in that person's place.
    pub delegate: Option<NewPerson>,
}

/// A person whom a case is for, or who acts for that person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// Fiscal code.
    pub tax_code: Arc<str>,
    /// E-mail.
    pub email: Option<Arc<str>>,
}

/// Which cases are listed; each that is set narrows the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// Of this service.
    pub service: Option<Key>,
    /// In one of these categories; in any where it is empty.
    pub status: Vec<CaseStatus>,
}

/// Whose cases are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSearch {
    /// The fiscal code of applicant or delegate.
    pub tax_code: Arc<str>,
    /// Of this service.
    pub service: Option<Key>,
    /// In this category.
    pub status: Option<CaseStatus>,
}

/// A transition to take.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// Its id.
    pub transition: Key,
    /// The answers to its form.
    pub data: Option<Value>,
    /// A note for the timeline and the outcome.
    pub note: Option<Arc<str>>,
}

/// Who handles a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assign {
    /// The officer; none for nobody.
    pub assignee: Option<PersonId>,
}

/// A transition that the caller may take now.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Its id.
    pub id: Key,
    /// What it is.
    pub transition: Transition,
    /// Why it cannot be taken yet.
    pub obstacle: Option<Refusal>,
}

/// Everything on one screen, right before a draft is submitted (criterion C.SE.1.4).
#[derive(Clone, Debug)]
pub struct Summary {
    /// What it is asked under.
    pub definition: Arc<Definition>,
    /// The answers as the caller may see them.
    pub answers: Value,
    /// The documents that are attached, as far as the caller may know of them.
    pub documents: Vec<Document>,
    /// What is due.
    pub fees: Vec<Due>,
    /// The last day to conclude, if it were submitted today; that of the case where it was.
    pub due_date: Option<Date>,
    /// What is missing or wrong.
    pub problems: Vec<Fault>,
}
