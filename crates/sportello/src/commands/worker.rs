//! `sportello worker`: what is due in databases, done beside the servers, in as many processes as one likes. Those who watch over it may
//! be given an address, which answers nothing else.

use std::net::TcpListener;
use std::sync::Arc;

use sportello_api::{ApiSettings, ApiState};
use sportello_engine::work::{self, Scope};
use sportello_store::Placement;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Ended;
use super::serve::{LAST_TURN, base, bind, broken, read, watch as watch_folder};
use crate::compose::Composed;
use crate::settings::{Settings, address};
use crate::signals::Signals;
use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// Works until it is told to stop, and finishes what it has in hand.
pub(crate) async fn work(ui: Ui, settings: &Settings, probes: Option<&str>) -> Outcome<Ended> {
    let mut signals = Signals::listen()?;
    let stores = settings.stores()?;
    let databases = stores.placements.iter().filter(|(_, placement)| matches!(placement, Placement::Postgres(_)));
    let databases: Vec<&str> = databases.map(|(name, _)| &**name).collect();
    if databases.is_empty() {
        return Err(Stop::new(
            "Qui i dati sono in file, e il lavoro dei file lo fa il server: basta sportello serve. Un worker serve dove le impostazioni \
             hanno una collocazione postgres.",
            "The rows are in files here, and the server does the work of files itself: sportello serve is enough. A worker is for settings \
             that have a placement postgres.",
        ));
    }
    let listener = probes.map(|probes| bind(address(probes)?)).transpose()?;
    let installation = read(ui, settings, false)?;
    let composed = Composed::of(settings, installation, false).await?;
    let (mut working, mut beside) = (JoinSet::new(), JoinSet::new());
    let watched = listener.map(|listener| answer(ui, listener, &composed, &mut beside)).transpose()?;
    ui.progress(ui.pick("Al lavoro su ", "Working on ").to_owned() + &databases.join(", "));
    let (stop, stopped) = watch::channel(false);
    working.spawn(work::run(composed.engine.clone(), Scope::Databases, stopped));
    beside.spawn(watch_folder(Arc::clone(&composed.reloader), settings.tenants.clone()));
    let reloader = Arc::clone(&composed.reloader);
    beside.spawn(async move { reloader.follow().await });
    beside.spawn(work::look_after(composed.engine.clone(), Scope::Databases));
    signals.next().await;
    tracing::info!("stopping: what is in hand is finished first; a second signal ends at once");
    watched.inspect(ApiState::stop);
    let _ = stop.send(true);
    tokio::select! {
        _ = tokio::time::timeout(LAST_TURN, working.join_next()) => {}
        status = signals.next() => return Ok(Ended::Cut(status)),
    }
    working.shutdown().await;
    beside.shutdown().await;
    composed.engine.stores().close().await;
    Ok(Ended::Fine)
}

/// Begins to answer those who watch over it.
fn answer(ui: Ui, listener: TcpListener, composed: &Composed, beside: &mut JoinSet<()>) -> Outcome<ApiState> {
    ui.progress(ui.pick("Per chi sorveglia: ", "For those who watch: ").to_owned() + &base(&listener));
    let state = ApiState::new(composed.engine.clone(), ApiSettings::default());
    let server = sportello_api::serve_probes(listener, state.clone()).map_err(|error| broken(&error))?;
    beside.spawn(async move { drop(server.await) });
    Ok(state)
}
