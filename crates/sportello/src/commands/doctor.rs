//! `sportello doctor`: how the installation is, and what to do about it.

use serde_json::json;
use sportello_connect::clock::SystemClock;
use sportello_domain::text::Language;

use super::Ended;
use crate::doctor::{self, Check, Level};
use crate::settings::Settings;
use crate::stop::Outcome;
use crate::ui::Ui;

/// Looks at everything and says what it found; errors make it end with 1.
pub(crate) async fn run(ui: Ui, settings: &Settings, deep: bool) -> Outcome<Ended> {
    let checks = doctor::examine(settings, &SystemClock, deep).await;
    let count = |level| checks.iter().filter(|check| check.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if ui.json {
        let items: Vec<_> = checks
            .iter()
            .map(|Check { about, level, finding, remedy }| {
                let remedy = remedy.as_ref().map(|remedy| remedy.get(ui.language));
                json!({"check": about, "level": level.id(), "finding": finding.get(ui.language), "remedy": remedy})
            })
            .collect();
        ui.value(&json!({"checks": items, "summary": {"errors": errors, "warnings": warnings}}));
    } else {
        for Check { about: _, level, finding, remedy } in &checks {
            ui.line(format!("{}: {}", level.word(ui.language), finding.get(ui.language)));
            if let Some(remedy) = remedy {
                ui.line(format!("    {}: {}", ui.pick("rimedio", "remedy"), remedy.get(ui.language)));
            }
        }
        ui.line(match ui.language {
            Language::It => format!("errori: {errors}, avvisi: {warnings}"),
            Language::En => format!("errors: {errors}, warnings: {warnings}"),
        });
    }
    Ok(if errors > 0 { Ended::FoundErrors } else { Ended::Fine })
}
