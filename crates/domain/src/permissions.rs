//! Who may do what: one table, one function that reads it.
//!
//! A caller stands in a [`Relation`] to the tenant of the path and holds [`Role`]s there. [`allowed`] answers how far an
//! [`Action`] reaches for a role; nothing else in the product decides about access. The table is printed to a committed
//! snapshot, so that a changed policy is a difference that a person reads.

use serde::{Deserialize, Serialize};

/// The roles that a person may hold at a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Acts for oneself.
    Citizen,
    /// Acts for another, with a mandate.
    Delegate,
    /// Acts for clients, as a profession.
    Professional,
    /// Serves people at the desk.
    Operator,
    /// Responsabile del procedimento.
    CaseOfficer,
    /// Heads an office.
    OfficeHead,
    /// Runs the desk.
    DeskManager,
    /// Administers the tenant.
    Administrator,
    /// Reads what happened.
    Auditor,
    /// Staff of the support body.
    Support,
    /// Another system.
    ServiceAccount,
    /// The product itself; nobody holds it.
    System,
}

impl Role {
    /// The roles that can be assigned to a person.
    pub const ASSIGNABLE: [Self; 11] = [
        Self::Citizen,
        Self::Delegate,
        Self::Professional,
        Self::Operator,
        Self::CaseOfficer,
        Self::OfficeHead,
        Self::DeskManager,
        Self::Administrator,
        Self::Auditor,
        Self::Support,
        Self::ServiceAccount,
    ];

    /// The id in configuration and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Delegate => "delegate",
            Self::Professional => "professional",
            Self::Operator => "operator",
            Self::CaseOfficer => "case_officer",
            Self::OfficeHead => "office_head",
            Self::DeskManager => "desk_manager",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Support => "support",
            Self::ServiceAccount => "service_account",
            Self::System => "system",
        }
    }

    /// The role with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ASSIGNABLE.iter().copied().chain([Self::System]).find(|role| role.id() == id)
    }

    /// Whether an assignment of it allows anything at all. What does not is reserved for what is still to come.
    ///
    /// ```
    /// # use sportello_domain::permissions::Role;
    /// assert!(Role::Auditor.gives_something());
    /// assert!(!Role::Professional.gives_something());
    /// ```
    pub fn gives_something(self) -> bool {
        Action::ALL.into_iter().any(|action| allowed(action, self, Relation::Own) != Reach::Nothing)
    }

    /// Whether who holds it works for a body rather than asks something of it.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Citizen | Self::Delegate | Self::Professional | Self::System)
    }
}

/// How a caller stands to the tenant of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Holds an assignment there.
    Own,
    /// A citizen whom one of the tenant's issuers vouches for.
    Citizen,
    /// None.
    None,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Begin a case.
    CreateCase,
    /// Read a case, its timeline, its messages and the list of its documents.
    ReadCase,
    /// Change a draft or throw it away, submit it.
    EditDraft,
    /// Take a transition (the workflow then says which).
    MoveCase,
    /// Give a case to an officer.
    AssignCase,
    /// See the office's work.
    ReadInbox,
    /// Look cases up by person.
    SearchCases,
    /// Attach a document.
    AddDocument,
    /// Attach an act of the administration.
    AddAct,
    /// Read what is of a special category, after submission.
    ReadSpecial,
    /// Write a message on a case.
    WriteMessage,
    /// Say what one thought of the service.
    RateCase,
    /// Read what was thought of services.
    ReadRatings,
    /// Say what one's office thinks of another office's case, where it was asked.
    GiveOpinion,
    /// Keep notes on a case for colleagues.
    Annotate,
    /// Record a payment at the desk.
    RecordPayment,
    /// Pay online what a case owes.
    PayOnline,
    /// Tell that money has arrived.
    SettlePayment,
    /// Read what money arrived.
    ReadSettlements,
    /// Look a person up in the population register.
    SearchPopulation,
    /// Look holdings or a property up in the land registry.
    SearchLand,
    /// Read the protocol register.
    ReadRegister,
    /// Annul an entry of the register.
    AnnulEntry,
    /// See who holds which role.
    ReadAssignments,
    /// Give and take roles.
    ManageAssignments,
    /// See timers and letters that were given up.
    ReadDeadLetters,
    /// Have them tried again, or drop them.
    MendDeadLetters,
    /// See every tenant's state.
    ReadFleet,
    /// Take the configuration in again.
    Reload,
}

impl Action {
    /// Every action, in the order of the table.
    pub const ALL: [Self; 29] = [
        Self::CreateCase,
        Self::ReadCase,
        Self::EditDraft,
        Self::MoveCase,
        Self::AssignCase,
        Self::ReadInbox,
        Self::SearchCases,
        Self::AddDocument,
        Self::AddAct,
        Self::ReadSpecial,
        Self::WriteMessage,
        Self::RateCase,
        Self::ReadRatings,
        Self::GiveOpinion,
        Self::Annotate,
        Self::RecordPayment,
        Self::PayOnline,
        Self::SettlePayment,
        Self::ReadSettlements,
        Self::SearchPopulation,
        Self::SearchLand,
        Self::ReadRegister,
        Self::AnnulEntry,
        Self::ReadAssignments,
        Self::ManageAssignments,
        Self::ReadDeadLetters,
        Self::MendDeadLetters,
        Self::ReadFleet,
        Self::Reload,
    ];
}

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What is the caller's own: as applicant or as delegate.
    Mine,
    /// What belongs to the office of the assignment; an assignment without office reaches all of the tenant.
    Office,
    /// All of the tenant.
    Tenant,
}

/// How far an action reaches for who holds a role in a relation to the tenant.
pub const fn allowed(action: Action, role: Role, relation: Relation) -> Reach {
    match relation {
        Relation::None => Reach::Nothing,
        Relation::Citizen => match role {
            Role::Citizen => as_citizen(action),
            _ => Reach::Nothing,
        },
        Relation::Own => as_staff(action, role),
    }
}

const fn as_citizen(action: Action) -> Reach {
    match action {
        Action::CreateCase
        | Action::ReadCase
        | Action::EditDraft
        | Action::MoveCase
        | Action::AddDocument
        | Action::ReadSpecial
        | Action::WriteMessage
        | Action::RateCase
        | Action::PayOnline
        | Action::SearchPopulation
        | Action::SearchLand => Reach::Mine,
        _ => Reach::Nothing,
    }
}

const fn as_staff(action: Action, role: Role) -> Reach {
    match role {
        Role::Operator => match action {
            Action::CreateCase
            | Action::ReadCase
            | Action::EditDraft
            | Action::MoveCase
            | Action::ReadInbox
            | Action::SearchCases
            | Action::AddDocument
            | Action::AddAct
            | Action::WriteMessage
            | Action::Annotate
            | Action::RecordPayment
            | Action::SearchPopulation
            | Action::SearchLand => Reach::Office,
            _ => Reach::Nothing,
        },
        Role::CaseOfficer => match action {
            Action::ReadCase
            | Action::MoveCase
            | Action::AssignCase
            | Action::ReadInbox
            | Action::SearchCases
            | Action::AddDocument
            | Action::AddAct
            | Action::ReadSpecial
            | Action::WriteMessage
            | Action::GiveOpinion
            | Action::Annotate
            | Action::RecordPayment
            | Action::SearchPopulation
            | Action::SearchLand
            | Action::ReadRegister => Reach::Office,
            _ => Reach::Nothing,
        },
        Role::OfficeHead => match action {
            Action::ReadCase
            | Action::MoveCase
            | Action::AssignCase
            | Action::ReadInbox
            | Action::SearchCases
            | Action::AddDocument
            | Action::AddAct
            | Action::ReadSpecial
            | Action::WriteMessage
            | Action::GiveOpinion
            | Action::Annotate
            | Action::RecordPayment
            | Action::SearchPopulation
            | Action::SearchLand
            | Action::ReadRegister => Reach::Office,
            Action::ReadAssignments | Action::ReadRatings => Reach::Tenant,
            _ => Reach::Nothing,
        },
        Role::DeskManager => match action {
            Action::ReadInbox | Action::ReadAssignments | Action::ReadRatings => Reach::Tenant,
            _ => Reach::Nothing,
        },
        Role::Administrator => match action {
            Action::ReadRegister
            | Action::AnnulEntry
            | Action::ReadAssignments
            | Action::ManageAssignments
            | Action::ReadSettlements
            | Action::ReadRatings
            | Action::ReadDeadLetters
            | Action::MendDeadLetters
            | Action::Reload => Reach::Tenant,
            _ => Reach::Nothing,
        },
        Role::Auditor => match action {
            Action::ReadRegister | Action::ReadAssignments => Reach::Tenant,
            _ => Reach::Nothing,
        },
        Role::Support => match action {
            Action::ReadFleet | Action::Reload => Reach::Tenant,
            _ => Reach::Nothing,
        },
        Role::ServiceAccount => match action {
            Action::SettlePayment | Action::ReadSettlements => Reach::Tenant,
            _ => Reach::Nothing,
        },
        Role::Citizen | Role::Delegate | Role::Professional | Role::System => Reach::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// The whole table as text: who reads a change of policy reads a difference of this.
    fn table() -> String {
        let mut out = String::from("# action: role → reach (in the relation that gives the role); what is not listed is nothing\n");
        for action in Action::ALL {
            let _ = writeln!(out, "{action:?}");
            for relation in [Relation::Citizen, Relation::Own, Relation::None] {
                for role in Role::ASSIGNABLE.into_iter().chain([Role::System]) {
                    let reach = allowed(action, role, relation);
                    if reach != Reach::Nothing {
                        let _ = writeln!(out, "    {relation:?} {}: {reach:?}", role.id());
                    }
                }
            }
        }
        out
    }

    #[test]
    fn the_policy_is_the_committed_one() {
        insta::assert_snapshot!("policy", table());
    }

    #[test]
    fn a_stranger_reaches_nothing() {
        for action in Action::ALL {
            for role in Role::ASSIGNABLE {
                assert_eq!(allowed(action, role, Relation::None), Reach::Nothing);
            }
        }
    }
}
