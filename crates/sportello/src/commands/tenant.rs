//! `sportello tenant`: the configuration of the bodies, checked, explained and pinned.

use std::path::Path;

use serde_json::json;
use sportello_tenancy::problem::{Summary, to_json, to_text};
use sportello_tenancy::release;
use sportello_tenancy::source::Root;

use super::{Ended, sentence_of};
use crate::stop::Outcome;
use crate::ui::Ui;

/// Lists everything that is wrong.
pub(crate) fn check(ui: Ui, tenants: &Path, slugs: &[String], strict: bool) -> Outcome<Ended> {
    let mut problems = Vec::new();
    if slugs.is_empty() {
        problems = sportello_tenancy::check(tenants, None)?;
    }
    for slug in slugs {
        problems.extend(sportello_tenancy::check(tenants, Some(slug))?);
    }
    problems.sort();
    problems.dedup();
    let summary = Summary::of(&problems);
    if ui.json {
        ui.value(&to_json(&problems, ui.language));
    } else {
        let text = to_text(&problems, ui.language);
        if !text.is_empty() {
            ui.line(text.trim_end());
        }
        ui.line(summary.line(ui.language));
    }
    Ok(if summary.failed(strict) { Ended::FoundErrors } else { Ended::Fine })
}

/// Says where a value comes from.
pub(crate) fn explain(ui: Ui, tenants: &Path, tenant: &str, document: &str, path: &str) -> Outcome<Ended> {
    let explanation = sportello_tenancy::explain(tenants, tenant, document, path)?;
    if ui.json {
        ui.value(&json!(explanation));
    } else {
        ui.line(explanation.text(ui.language));
    }
    Ok(Ended::Fine)
}

/// Pins a release of what the body inherits.
pub(crate) fn lock(ui: Ui, tenants: &Path, tenant: &str, release: Option<&str>) -> Outcome<Ended> {
    let pinned = release::lock(&Root::new(tenants), tenant, release).map_err(sentence_of)?;
    if ui.json {
        ui.value(&json!({ "tenant": tenant, "release": pinned }));
    } else {
        ui.line(match ui.language {
            sportello_domain::text::Language::It => format!("{tenant}: fissato il rilascio {pinned}"),
            sportello_domain::text::Language::En => format!("{tenant}: pinned release {pinned}"),
        });
    }
    Ok(Ended::Fine)
}
