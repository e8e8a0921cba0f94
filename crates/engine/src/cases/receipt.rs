//! The receipt of a submission as a paper to keep.

use sportello_domain::{
    case::Case,
    ids::CaseId,
    permissions::Action,
    receipt::{Facts, receipt as written},
    refusal::Code,
    terms::{Term, due},
};
use tracing::instrument;

use super::context::definition;
use crate::{
    Call, Engine, Failure, civil_day,
    desk::{Desk, Mode},
    papers,
};

/// A paper, ready to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The name of its file.
    pub name: String,
    /// Its PDF.
    pub bytes: Vec<u8>,
}

/// The receipt of a case in the caller's language; a draft has none.
#[instrument(name = "case.receipt", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn receipt(engine: &Engine, call: &Call, id: CaseId) -> Result<Receipt, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = draw_up(&desk, id).await;
    let (name, paper) = desk.leave(result).await?;
    Ok(Receipt { name, bytes: papers::print(engine, paper).await? })
}

async fn draw_up(desk: &Desk<'_>, id: CaseId) -> Result<(String, sportello_domain::printed::Paper), Failure> {
    let case: Case = desk.case(id, Action::ReadCase).await?.case;
    let submitted = case.submitted_at.map(civil_day).ok_or(Code::StillADraft)?;
    let (definition, _) = definition(desk.ground(), &case).await?;
    let term = Term { start: submitted, days: definition.term_days.value, pauses: Vec::new(), restarted: None };
    let due = due(&term, &desk.tenant().calendar).due;
    let language = desk.call.language;
    let paper = written(&Facts { tenant: desk.tenant(), case: &case, definition: &definition, submitted, due, language });
    let stem = language.pick("ricevuta", "receipt");
    Ok((format!("{stem}-{}.pdf", case.code.as_deref().unwrap_or_default()), paper))
}
