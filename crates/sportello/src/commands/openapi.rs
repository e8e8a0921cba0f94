//! `sportello openapi`: the description of the API, from the code.

use super::Ended;
use crate::stop::Outcome;
use crate::ui::Ui;

/// Prints the document as YAML, or as JSON.
#[expect(clippy::unnecessary_wraps, reason = "every command answers alike")]
pub(crate) fn print(ui: Ui) -> Outcome<Ended> {
    if ui.json {
        ui.value(&sportello_api::openapi());
    } else {
        ui.line(sportello_api::openapi_yaml().trim_end());
    }
    Ok(Ended::Fine)
}
