//! `sportello schema`: what an editor needs to complete and check the bodies' files.

use std::path::Path;

use serde_json::json;
use sportello_domain::text::Language;
use sportello_tenancy::shape::kinds::Kind;
use sportello_tenancy::shape::schema::schema;
use sportello_tenancy::shape::validate::Standing;

use super::Ended;
use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// Writes a schema for each kind of file, and for its differences.
pub(crate) fn write(ui: Ui, folder: &Path) -> Outcome<Ended> {
    std::fs::create_dir_all(folder).map_err(|error| Stop::of_io(folder, &error))?;
    let mut written = Vec::new();
    for kind in Kind::ALL {
        for (standing, ending) in [(Standing::Whole, ""), (Standing::Differences, ".differences")] {
            let name = format!("{}{ending}.schema.json", kind.name());
            let path = folder.join(&name);
            let text = serde_json::to_string_pretty(&schema(kind, standing, ui.language)).unwrap_or_default();
            std::fs::write(&path, text + "\n").map_err(|error| Stop::of_io(&path, &error))?;
            written.push(name);
        }
    }
    if ui.json {
        ui.value(&json!({ "folder": folder, "files": written }));
    } else {
        let (count, folder) = (written.len(), folder.display());
        ui.line(match ui.language {
            Language::It => format!("{count} schemi scritti in {folder}"),
            Language::En => format!("{count} schemas written to {folder}"),
        });
    }
    Ok(Ended::Fine)
}
