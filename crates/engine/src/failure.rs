//! How a command fails: refused, which the client is told, or broken, which only the log is.

use sportello_domain::{
    definition::DefinitionProblem,
    refusal::{Code, Refusal},
};
use sportello_store::StoreProblem;

use crate::ports::PortProblem;

/// Why a command was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// The client is told why.
    Refused(Refusal),
    /// Something broke on our side; the client learns nothing of it.
    Broken(Broken),
}

/// Something that broke. It has no words for clients.
#[derive(Debug)]
pub enum Broken {
    /// The rows.
    Store(StoreProblem),
    /// A definition that was stored.
    Definition(DefinitionProblem),
    /// The bytes of documents.
    Files(PortProblem),
    /// Something outside.
    Port(PortProblem),
    /// What was stored does not fit together.
    Inconsistent(&'static str),
}

impl Broken {
    /// What the client is told instead: for what passes or will be mended, that it may come again.
    pub const fn code(&self) -> Code {
        match self {
            Self::Store(problem) if problem.is_passing() => Code::StoreUnavailable,
            // What the operator of the installation mends, without anything of ours having changed.
            Self::Store(
                StoreProblem::Full { .. }
                | StoreProblem::Disk { .. }
                | StoreProblem::ReadOnly { .. }
                | StoreProblem::NoWrites { .. }
                | StoreProblem::Folder { .. },
            )
            | Self::Files(_) => Code::StoreUnavailable,
            _ => Code::Internal,
        }
    }

    /// The same as a refusal.
    pub fn refusal(&self) -> Refusal {
        self.code().into()
    }
}

impl Failure {
    /// The refusal's code, or that which stands for what broke.
    pub const fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Broken(broken) => broken.code(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<StoreProblem> for Failure {
    fn from(problem: StoreProblem) -> Self {
        Self::Broken(Broken::Store(problem))
    }
}

impl From<DefinitionProblem> for Failure {
    fn from(problem: DefinitionProblem) -> Self {
        Self::Broken(Broken::Definition(problem))
    }
}

impl From<PortProblem> for Failure {
    fn from(problem: PortProblem) -> Self {
        Self::Broken(Broken::Port(problem))
    }
}
