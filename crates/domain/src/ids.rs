//! Typed identifiers: one registry, so that a case's id can never be passed where a tenant's is meant.
//!
//! Ids are `UUIDv7` made by the caller's id source (never here). To extend: add a line to the list at the end.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to identify this kind of thing.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID, for the edge of the database.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// A tenant: a municipality or a union with data of its own.
    TenantId,
    /// A person as one tenant knows it.
    PersonId,
    /// A role held by a person at a tenant.
    AssignmentId,
    /// One request of a citizen and all that happens to it.
    CaseId,
    /// A step in a case's timeline.
    EventId,
    /// An uploaded file or an act.
    DocumentId,
    /// A message on a case.
    MessageId,
    /// A note that colleagues keep on a case.
    NoteId,
    /// A filter of the inbox that somebody keeps.
    FilterId,
    /// What is due for a case.
    PaymentId,
    /// An opinion that another office is asked for.
    OpinionId,
    /// What went out to be paid online.
    CheckoutId,
    /// Money that arrived.
    SettlementId,
    /// An entry of the protocol register.
    EntryId,
    /// A piece of work to be done later.
    JobId,
    /// Something that must leave the system.
    OutboxId,
    /// A job or something outgoing that was given up.
    DeadLetterId,
}
