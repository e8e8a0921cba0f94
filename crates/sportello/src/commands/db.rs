//! `sportello db`: the places of rows, looked at and brought up to date.

use serde_json::json;
use sportello_archive::Lock;
use sportello_domain::ids::TenantId;
use sportello_domain::text::Language;
use sportello_store::archive::Standing;
use sportello_store::platform::{self, Listed};
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
    // Where something lacks steps, what stands in it cannot be read yet.
    let ready = places.iter().all(|place| place.missing == 0 || !place.exists) && places.first().is_some_and(|platform| platform.exists);
    let interrupted = if ready { interrupted(settings).await? } else { Vec::new() };
    if ui.json {
        let items: Vec<_> = places
            .iter()
            .map(|PlaceStatus { place, tenant, exists, found, known, missing, refusing }| {
                json!({"place": place, "tenant": tenant, "exists": exists, "found": found, "known": known, "missing": missing, "refusing": refusing})
            })
            .collect();
        let halfway: Vec<_> = interrupted.iter().map(|body| json!({"tenant": body.slug, "placement": body.placement})).collect();
        ui.value(&json!({ "items": items, "interrupted": halfway }));
    } else {
        for place in &places {
            ui.line(line(place, ui.language));
        }
        for Listed { slug, placement, .. } in &interrupted {
            let back = format!("sportello tenant move {slug} --to {placement}");
            ui.line(match ui.language {
                Language::It => format!(
                    "{slug}: uno spostamento o ripristino si è interrotto in {placement} e nessuno può scrivere; ripetilo, o annullalo con {back}"
                ),
                Language::En => format!(
                    "{slug}: a move or restore was interrupted at {placement} and nobody can write; repeat it, or take it back with {back}"
                ),
            });
        }
    }
    Ok(Ended::Fine)
}

/// The bodies that stand somewhere in between, and that no command carries about right now.
async fn interrupted(settings: &Settings) -> Outcome<Vec<Listed>> {
    let stores = Stores::open(settings.stores()?).await?;
    let tx = stores.read_platform().await?;
    let listed = platform::listed(&tx).await?;
    tx.rollback().await?;
    let mut interrupted = Vec::new();
    for body in listed {
        if !stores.may_hold(body.tenant, &body.placement) {
            continue;
        }
        // A place that cannot be opened has a line of its own already.
        let Ok(spot) = stores.spot(body.tenant, &body.placement).await else { continue };
        let standing = spot.standing().await?;
        spot.close().await;
        if standing.is_some_and(|standing| standing != Standing::Active) && Lock::take(&settings.data, body.tenant, &body.slug).is_ok() {
            interrupted.push(body);
        }
    }
    stores.close().await;
    Ok(interrupted)
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
