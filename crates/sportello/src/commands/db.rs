//! `sportello db`: the places of rows, looked at and brought up to date.

use serde_json::json;
use sportello_domain::ids::TenantId;
use sportello_domain::text::Language;
use sportello_store::{PlaceStatus, Stores};

use super::Ended;
use crate::settings::Settings;
use crate::stop::Outcome;
use crate::ui::Ui;

/// The tenants whose rows are meant: those that the folder of the bodies names.
fn tenants(settings: &Settings) -> Outcome<Vec<TenantId>> {
    let installation = sportello_tenancy::load(&settings.tenants)?;
    Ok(installation.tenants.values().filter_map(|tenant| tenant.id).collect())
}

/// Brings every database, as its owner, and every file up to this program.
pub(crate) async fn migrate(ui: Ui, settings: &Settings) -> Outcome<Ended> {
    let tenants = tenants(settings)?;
    let places = settings.stores()?;
    Stores::migrate_databases(&places).await?;
    let stores = Stores::open(places).await?;
    for tenant in &tenants {
        stores.prepare(*tenant).await?;
    }
    stores.close().await;
    status(ui, settings).await
}

/// Says how far every place is.
pub(crate) async fn status(ui: Ui, settings: &Settings) -> Outcome<Ended> {
    let places = sportello_store::status(&settings.stores()?, &tenants(settings)?).await?;
    if ui.json {
        let items: Vec<_> = places
            .iter()
            .map(|PlaceStatus { place, tenant, exists, found, known, missing, refusing }| {
                json!({"place": place, "tenant": tenant, "exists": exists, "found": found, "known": known, "missing": missing, "refusing": refusing})
            })
            .collect();
        ui.value(&json!({ "items": items }));
    } else {
        for place in &places {
            ui.line(line(place, ui.language));
        }
    }
    Ok(Ended::Fine)
}

fn line(status: &PlaceStatus, language: Language) -> String {
    let place = &status.place;
    let missing = status.missing;
    let found = status.found.as_deref().unwrap_or("–");
    let newer = status.found > status.known;
    let refused = status.refusing.is_some();
    match (language, status.exists, missing) {
        (Language::It, false, _) => format!("{place}: non c'è ancora"),
        (Language::En, false, _) => format!("{place}: does not exist yet"),
        (Language::It, true, _) if refused => format!("{place}: più recente di questo programma ({found})"),
        (Language::En, true, _) if refused => format!("{place}: newer than this program ({found})"),
        (Language::It, true, 0) if newer => format!("{place}: più recente di questo programma, che può servire lo stesso ({found})"),
        (Language::En, true, 0) if newer => format!("{place}: newer than this program, which can serve all the same ({found})"),
        (Language::It, true, 0) => format!("{place}: aggiornato ({found})"),
        (Language::En, true, 0) => format!("{place}: up to date ({found})"),
        (Language::It, true, _) => format!("{place}: passi mancanti {missing}, con sportello db migrate si aggiorna"),
        (Language::En, true, _) => format!("{place}: steps missing {missing}, sportello db migrate brings it up to date"),
    }
}
