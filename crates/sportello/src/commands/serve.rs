//! `sportello serve` and `sportello demo`: the server, from the first check to the last request.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use notify::{RecursiveMode, Watcher};
use sportello_api::{ApiSettings, ApiState};
use sportello_domain::text::Language;
use sportello_engine::ports::Reloader;
use sportello_engine::work::{self, Scope};
use sportello_engine::{Engine, jobs};
use sportello_tenancy::Installation;
use sportello_tenancy::problem::Severity;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Ended;
use crate::compose::{self, Composed, FolderReloader};
use crate::demo;
use crate::settings::Settings;
use crate::stop::{Outcome, Stop, finding};
use crate::ui::Ui;

/// How long the folder of the bodies must rest before it is taken in.
const REST: Duration = Duration::from_millis(400);
/// How often old idempotency keys are removed.
const SWEEP: Duration = Duration::from_hours(1);

/// Serves the bodies until it is told to stop, and does what is due where the scope says.
pub(crate) async fn serve(ui: Ui, settings: &Settings, strict: bool, scope: Scope) -> Outcome<Ended> {
    let listener = bind(settings.listen)?;
    let installation = read(ui, settings, strict)?;
    let composed = Composed::of(settings, installation, false).await?;
    if composed.fleet.all().is_empty() {
        return Err(Stop::new(
            "Nessun ente ha una configurazione utilizzabile: correggi quanto elencato sopra.",
            "No body has a usable configuration: correct what is listed above.",
        ));
    }
    for slug in composed.reloader.without_demo() {
        ui.progress(match ui.language {
            Language::It => format!("{slug}: gli adattatori demo di registers.yaml qui non rispondono, vale manual."),
            Language::En => format!("{slug}: the demo adapters of registers.yaml do not answer here, manual is in force."),
        });
    }
    ui.progress(ui.pick("In ascolto su ", "Listening on ").to_owned() + &base(&listener));
    run(composed, listener, settings, scope).await
}

/// Fills two communes with a believable day and serves them on this machine.
pub(crate) async fn demo(ui: Ui, settings: &Settings) -> Outcome<Ended> {
    if !settings.listen.ip().is_loopback() {
        return Err(Stop::new(
            format!("La dimostrazione risponde solo a questa macchina, non su {}: usa --listen 127.0.0.1:8080.", settings.listen),
            format!("The demonstration answers this machine only, not on {}: use --listen 127.0.0.1:8080.", settings.listen),
        ));
    }
    let listener = bind(settings.listen)?;
    ui.progress(ui.pick("Leggo gli enti…", "Reading the bodies…"));
    let installation = read(ui, settings, true)?;
    ui.progress(ui.pick("Preparo i dati…", "Preparing the data…"));
    let composed = Composed::of(settings, installation, true).await?;
    demo::fill(ui, &composed).await?;
    demo::welcome(ui, &composed, &base(&listener)).await?;
    run(composed, listener, settings, Scope::Everywhere).await
}

fn bind(listen: SocketAddr) -> Outcome<TcpListener> {
    TcpListener::bind(listen).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Stop::new(
            format!("La porta {} è già occupata: ferma l'altro programma o scegli un altro indirizzo con --listen.", listen.port()),
            format!("Port {} is in use: stop the other program or choose another address with --listen.", listen.port()),
        ),
        _ => Stop::new(
            format!("Non si può rispondere su {listen} ({error}): scegli un altro indirizzo con --listen."),
            format!("{listen} cannot be listened on ({error}): choose another address with --listen."),
        ),
    })
}

fn base(listener: &TcpListener) -> String {
    listener.local_addr().map_or_else(|_| String::new(), |address| format!("http://{address}"))
}

/// Reads the bodies and says what is wrong with them; where errors must not be, they end it.
pub(super) fn read(ui: Ui, settings: &Settings, strict: bool) -> Outcome<Installation> {
    let installation = compose::read(settings)?;
    let errors: Vec<_> = installation.all_problems().into_iter().filter(|problem| problem.severity() == Severity::Error).collect();
    if strict && !errors.is_empty() {
        return Err(Stop::new(
            "La configurazione ha gli errori elencati sopra: correggili e riprova.",
            "The configuration has the errors listed above: correct them and try again.",
        )
        .with(errors.iter().map(finding).collect()));
    }
    for problem in &errors {
        ui.progress(problem.line(ui.language));
    }
    Ok(installation)
}

async fn run(composed: Composed, listener: TcpListener, settings: &Settings, scope: Scope) -> Outcome<Ended> {
    let state = ApiState::new(composed.engine.clone(), ApiSettings { trusted_proxies: settings.trusted_proxies.clone() });
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let broken =
        |error: std::io::Error| Stop::new(format!("Il server non parte: {error}."), format!("The server does not start: {error}."));
    let server = sportello_api::serve(listener, workers, state).map_err(broken)?;
    let handle = server.handle();
    let mut beside = JoinSet::new();
    let (stop_work, stopped) = watch::channel(false);
    let mut work = JoinSet::new();
    work.spawn(work::run(composed.engine.clone(), scope, stopped));
    beside.spawn(sweep(composed.engine.clone()));
    beside.spawn(watch(Arc::clone(&composed.reloader), settings.tenants.clone()));
    let reloader = Arc::clone(&composed.reloader);
    beside.spawn(async move { reloader.follow().await });
    let mut stopping = JoinSet::new();
    stopping.spawn(async move {
        asked_to_stop().await;
        handle.stop(true).await;
    });
    let ended = server.await.map_err(broken);
    // What is in hand is finished.
    let _ = stop_work.send(true);
    work.join_all().await;
    beside.shutdown().await;
    stopping.shutdown().await;
    composed.engine.stores().close().await;
    ended.map(|()| Ended::Fine)
}

pub(super) async fn asked_to_stop() {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    tracing::info!("stopping: what is in hand is finished first");
}

/// Removes old idempotency keys of every tenant, now and then.
async fn sweep(engine: Engine) {
    loop {
        for tenant in engine.fleet().all() {
            if let Err(failure) = jobs::sweep(&engine, &tenant).await {
                tracing::warn!(tenant = %tenant.slug, ?failure, "old idempotency keys could not be removed");
            }
        }
        tokio::time::sleep(SWEEP).await;
    }
}

/// Takes the folder of the bodies in when it changed and came to rest.
pub(super) async fn watch(reloader: Arc<FolderReloader>, tenants: std::path::PathBuf) {
    let (send, mut changes) = tokio::sync::mpsc::channel(16);
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = send.try_send(());
        }
    });
    let Ok(mut watcher) = watcher.inspect_err(|error| tracing::warn!(%error, "the folder of the bodies is not watched")) else { return };
    if let Err(error) = watcher.watch(&tenants, RecursiveMode::Recursive) {
        tracing::warn!(%error, "the folder of the bodies is not watched");
        return;
    }
    while changes.recv().await.is_some() {
        while tokio::time::timeout(REST, changes.recv()).await.is_ok_and(|change| change.is_some()) {}
        if let Err(problem) = reloader.reload().await {
            tracing::warn!(%problem, language = %Language::En, "the configuration stays as it is");
        }
    }
}
