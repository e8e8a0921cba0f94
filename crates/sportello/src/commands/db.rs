//! `sportello db`: the files of rows, looked at and brought up to date.

use serde_json::json;
use sportello_domain::ids::TenantId;
use sportello_domain::text::Language;
use sportello_store::{FileStatus, StoreSettings, Stores};

use super::Ended;
use crate::settings::Settings;
use crate::stop::Outcome;
use crate::ui::Ui;

/// The tenants whose files are meant: those that the folder of the bodies names.
fn tenants(settings: &Settings) -> Outcome<Vec<TenantId>> {
    let installation = sportello_tenancy::load(&settings.tenants)?;
    Ok(installation.tenants.values().filter_map(|tenant| tenant.id).collect())
}

/// Brings every file up to this program.
pub(crate) async fn migrate(ui: Ui, settings: &Settings) -> Outcome<Ended> {
    let tenants = tenants(settings)?;
    let stores = Stores::open(StoreSettings { directory: settings.data.clone(), max_open: 4 }).await?;
    for tenant in &tenants {
        stores.prepare(*tenant).await?;
    }
    stores.close().await;
    status(ui, settings).await
}

/// Says how far every file is.
pub(crate) async fn status(ui: Ui, settings: &Settings) -> Outcome<Ended> {
    let files = sportello_store::status(&settings.data, &tenants(settings)?).await?;
    if ui.json {
        let items: Vec<_> = files
            .iter()
            .map(|FileStatus { file, tenant, exists, found, known, missing }| {
                json!({"file": file, "tenant": tenant, "exists": exists, "found": found, "known": known, "missing": missing})
            })
            .collect();
        ui.value(&json!({ "items": items }));
    } else {
        for file in &files {
            ui.line(line(file, ui.language));
        }
    }
    Ok(Ended::Fine)
}

fn line(status: &FileStatus, language: Language) -> String {
    let file = status.file.display();
    let missing = status.missing;
    let found = status.found.as_deref().unwrap_or("–");
    let newer = status.found > status.known && status.found.is_some();
    match (language, status.exists, missing) {
        (Language::It, false, _) => format!("{file}: non c'è ancora"),
        (Language::En, false, _) => format!("{file}: does not exist yet"),
        (Language::It, true, _) if newer => format!("{file}: più recente di questo programma ({found})"),
        (Language::En, true, _) if newer => format!("{file}: newer than this program ({found})"),
        (Language::It, true, 0) => format!("{file}: aggiornato ({found})"),
        (Language::En, true, 0) => format!("{file}: up to date ({found})"),
        (Language::It, true, _) => format!("{file}: passi mancanti {missing}, con sportello db migrate si aggiorna"),
        (Language::En, true, _) => format!("{file}: steps missing {missing}, sportello db migrate brings it up to date"),
    }
}
