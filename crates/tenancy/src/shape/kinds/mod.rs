//! Every kind of document, and where it stands in `tenants/`.

mod body;
mod catalogue;
mod desk;
mod form;
mod ledger;
mod registers;
mod service;
mod tenant;
mod workflow;

pub use body::{BRANDING, CALENDAR, OFFICES};
pub use catalogue::{ACT, PARAMETER, PARAMETERS, POLICIES, ROLES, TEMPLATE};
pub use desk::DESK;
pub use form::{FIELD, SECTION};
pub use ledger::{DECISIONS, LOCK, RELEASE};
pub use registers::REGISTERS;
pub use service::{CHANNELS, SERVICE};
pub use tenant::{IDENTITY, LOCAL_PARAMETERS, PLATFORM, TENANT};
pub use workflow::{STEP, WORKFLOW};

use super::{Field, Leaf, Record, Shape, field};

/// The format of files that this version reads and writes.
pub const FORMAT: i64 = 1;

/// The key that every file begins with.
pub(super) const FORMAT_FIELD: Field =
    field("format", Shape::Leaf(Leaf::Integer(1, i64::MAX)), "formato, sempre 1", "version of the file format, always 1")
        .required()
        .internal();

pub(super) const TEXTS: Shape = Shape::Texts(0);
pub(super) const LINE: Shape = Shape::Leaf(Leaf::Text(200));
pub(super) const BOOL: Shape = Shape::Leaf(Leaf::Bool);
pub(super) const ID: Shape = Shape::Leaf(Leaf::Id);
pub(super) const NOTE: Shape = Shape::Leaf(Leaf::Text(500));
pub(super) const CONFIRMED: Shape = Shape::Record(&service::CONFIRMED);
pub(super) const WHEN: Shape = Shape::Leaf(Leaf::Condition);
pub(super) const EXPRESSION: Shape = Shape::Leaf(Leaf::Expression);

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `platform.yaml`
    Platform,
    /// `tenant.yaml`
    Tenant,
    /// `branding.yaml`
    Branding,
    /// `offices.yaml`
    Offices,
    /// `calendar.yaml`
    Calendar,
    /// `parameters.yaml` of a catalogue: which there are.
    Parameters,
    /// `parameters.yaml` of a tenant: their values.
    LocalParameters,
    /// `identity.yaml`
    Identity,
    /// `desk.yaml`
    Desk,
    /// `registers.yaml`
    Registers,
    /// `services/<id>.yaml`
    Service,
    /// `workflows/<id>.yaml`
    Workflow,
    /// `steps/<id>.yaml`
    Step,
    /// `acts/<id>.yaml`
    Act,
    /// `sections/<id>.yaml`
    Section,
    /// `templates/<id>.yaml`
    Template,
    /// `roles.yaml`
    Roles,
    /// `policies.yaml`
    Policies,
    /// `RELEASE.yaml`
    Release,
    /// `lock.yaml`
    Lock,
    /// `decisions/<date>-<release>.yaml`
    Decisions,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 21] = [
        Self::Platform,
        Self::Tenant,
        Self::Branding,
        Self::Offices,
        Self::Calendar,
        Self::Parameters,
        Self::LocalParameters,
        Self::Identity,
        Self::Desk,
        Self::Registers,
        Self::Service,
        Self::Workflow,
        Self::Step,
        Self::Act,
        Self::Section,
        Self::Template,
        Self::Roles,
        Self::Policies,
        Self::Release,
        Self::Lock,
        Self::Decisions,
    ];

    /// Its shape.
    pub fn record(self) -> &'static Record {
        match self {
            Self::Platform => &PLATFORM,
            Self::Tenant => &TENANT,
            Self::Branding => &BRANDING,
            Self::Offices => &OFFICES,
            Self::Calendar => &CALENDAR,
            Self::Parameters => &PARAMETERS,
            Self::LocalParameters => &LOCAL_PARAMETERS,
            Self::Identity => &IDENTITY,
            Self::Desk => &DESK,
            Self::Registers => &REGISTERS,
            Self::Service => &SERVICE,
            Self::Workflow => &WORKFLOW,
            Self::Step => &STEP,
            Self::Act => &ACT,
            Self::Section => &SECTION,
            Self::Template => &TEMPLATE,
            Self::Roles => &ROLES,
            Self::Policies => &POLICIES,
            Self::Release => &RELEASE,
            Self::Lock => &LOCK,
            Self::Decisions => &DECISIONS,
        }
    }

    /// Its name: also that of its schema for editors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Tenant => "tenant",
            Self::Branding => "branding",
            Self::Offices => "offices",
            Self::Calendar => "calendar",
            Self::Parameters => "parameters",
            Self::LocalParameters => "local-parameters",
            Self::Identity => "identity",
            Self::Desk => "desk",
            Self::Registers => "registers",
            Self::Service => "service",
            Self::Workflow => "workflow",
            Self::Step => "step",
            Self::Act => "act",
            Self::Section => "section",
            Self::Template => "template",
            Self::Roles => "roles",
            Self::Policies => "policies",
            Self::Release => "release",
            Self::Lock => "lock",
            Self::Decisions => "decisions",
        }
    }
}
