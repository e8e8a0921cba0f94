//! Assignments: who holds which role at a tenant, since when and until when.
//!
//! They are rows of the tenant, read in the transaction of each command, so what is given or taken acts at once.

use jiff::{Timestamp, civil::Date};

use crate::{
    case::Person,
    ids::{AssignmentId, PersonId},
    permissions::Role,
    service::Key,
};

/// A role that a person holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// Who holds it.
    pub person: Person,
    /// The role.
    pub role: Role,
    /// The office that it is bound to; none reaches all of the tenant.
    pub office: Option<Key>,
    /// First day.
    pub valid_from: Date,
    /// Last day; none is open-ended.
    pub valid_until: Option<Date>,
    /// Who gave it; none for the product itself.
    pub granted_by: Option<PersonId>,
    /// When it was given.
    pub granted_at: Timestamp,
    /// Grows by one with each change; the `ETag`.
    pub version: i64,
}

impl Assignment {
    /// Whether it counts on a day: both ends do.
    ///
    /// ```
    /// # use sportello_domain::{assignment::Assignment, case::Person, ids::*, permissions::Role};
    /// # let id = uuid::Uuid::nil();
    /// # let person = Person { id: PersonId::new(id), tax_code: None, given_name: "Ada".into(), family_name: "Neri".into(), email: None };
    /// let assignment = Assignment {
    ///     id: AssignmentId::new(id), person, role: Role::Operator, office: None,
    ///     valid_from: "2026-01-01".parse().unwrap(), valid_until: Some("2026-06-30".parse().unwrap()),
    ///     granted_by: None, granted_at: "2026-01-01T08:00:00Z".parse().unwrap(), version: 1,
    /// };
    /// assert!(assignment.counts_on("2026-06-30".parse().unwrap()));
    /// assert!(!assignment.counts_on("2026-07-01".parse().unwrap()));
    /// ```
    pub fn counts_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|last| day <= last)
    }
}
