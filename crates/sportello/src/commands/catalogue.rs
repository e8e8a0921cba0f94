//! `sportello catalogue`: what a body publishes for others.

use std::path::Path;

use serde_json::json;
use sportello_domain::text::Language;
use sportello_tenancy::release;
use sportello_tenancy::source::Root;

use super::{Ended, sentence_of};
use crate::stop::Outcome;
use crate::ui::Ui;

/// Freezes the draft as a release.
pub(crate) fn publish(ui: Ui, tenants: &Path, tenant: &str, release: &str) -> Outcome<Ended> {
    let manifest = release::publish(&Root::new(tenants), tenant, release).map_err(sentence_of)?;
    let (files, services) = (manifest.files.len(), manifest.services.len());
    if ui.json {
        ui.value(&json!({ "tenant": tenant, "release": release, "files": manifest.files, "services": manifest.services }));
    } else {
        ui.line(match ui.language {
            Language::It => format!("{tenant} {release}: {files} file congelati, {services} servizi"),
            Language::En => format!("{tenant} {release}: {files} files frozen, {services} services"),
        });
    }
    Ok(Ended::Fine)
}
