//! `sportello serve` and `sportello demo`: the server, from the first check to the last request.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use notify::{RecursiveMode, Watcher};
use sportello_api::{ApiSettings, ApiState};
use sportello_domain::text::Language;
use sportello_engine::ports::Reloader;
use sportello_engine::work::{self, Scope};
use sportello_tenancy::Installation;
use sportello_tenancy::problem::Severity;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Ended;
use crate::compose::{self, Composed, FolderReloader};
use crate::demo;
use crate::settings::{Settings, Stopping};
use crate::signals::Signals;
use crate::stop::{Outcome, Stop, finding};
use crate::ui::Ui;

/// How long the folder of the bodies must rest before it is taken in.
const REST: Duration = Duration::from_millis(400);
/// How long work that is running may take when the server stops.
pub(super) const LAST_TURN: Duration = Duration::from_secs(10);

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

pub(super) fn bind(listen: SocketAddr) -> Outcome<TcpListener> {
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

/// The address of the figures, which nobody but their readers should reach.
fn bind_metrics(address: SocketAddr) -> Outcome<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        Stop::new(
            format!("telemetry.metrics_listen: su {address} non si può rispondere ({error}): scegli un altro indirizzo."),
            format!("telemetry.metrics_listen: {address} cannot be listened on ({error}): choose another address."),
        )
    })
}

pub(super) fn base(listener: &TcpListener) -> String {
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
    let mut signals = Signals::listen()?;
    let figures = settings.metrics_listen.map(bind_metrics).transpose()?;
    let state = ApiState::new(
        composed.engine.clone(),
        ApiSettings {
            trusted_proxies: settings.trusted_proxies.clone(),
            metrics_elsewhere: settings.metrics_listen.is_some(),
            finish: settings.stopping.finish,
        },
    );
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let server = sportello_api::serve(listener, workers, state.clone()).map_err(|error| broken(&error))?;
    let mut beside = JoinSet::new();
    beside.spawn(watch(Arc::clone(&composed.reloader), settings.tenants.clone()));
    let reloader = Arc::clone(&composed.reloader);
    beside.spawn(async move { reloader.follow().await });
    if let Some(listener) = figures {
        let figures = sportello_api::serve_metrics(listener, state.clone()).map_err(|error| broken(&error))?;
        beside.spawn(async move { drop(figures.await) });
    }
    let (tell, told) = watch::channel(false);
    let mut work = JoinSet::new();
    work.spawn(work::run(composed.engine.clone(), scope, told));
    beside.spawn(work::look_after(composed.engine.clone(), Scope::Everywhere));
    let ended = until_told(server, &mut signals, &state, &tell, settings.stopping).await?;
    if ended == Ended::Fine {
        let _ = tokio::time::timeout(LAST_TURN, work.join_next()).await;
        work.shutdown().await;
        beside.shutdown().await;
        composed.engine.stores().close().await;
        tracing::info!("stopped");
    }
    Ok(ended)
}

pub(super) fn broken(error: &std::io::Error) -> Stop {
    Stop::new(format!("Il server non parte: {error}."), format!("The server does not start: {error}."))
}

/// Serves until a signal comes, then ends in order: says so to balancers, goes on answering while they notice, lets running requests
/// finish. A second signal ends it at once.
async fn until_told(server: Server, signals: &mut Signals, state: &ApiState, tell: &watch::Sender<bool>, how: Stopping) -> Outcome<Ended> {
    let handle = server.handle();
    let mut server = std::pin::pin!(server);
    tokio::select! {
        ended = &mut server => return ended.map(|()| Ended::Fine).map_err(|error| broken(&error)),
        _ = signals.next() => {}
    }
    let (drain, finish) = (how.drain.as_secs(), how.finish.as_secs());
    tracing::info!(drain, finish, "stopping: running requests are finished first; a second signal ends at once");
    state.stop();
    let _ = tell.send(true);
    let in_order = async {
        let stop = async {
            tokio::time::sleep(how.drain).await;
            handle.stop(true).await;
        };
        tokio::join!(stop, server).1
    };
    tokio::select! {
        ended = in_order => ended.map(|()| Ended::Fine).map_err(|error| broken(&error)),
        status = signals.next() => {
            tracing::warn!("ended at once: running requests were cut off");
            Ok(Ended::Cut(status))
        }
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
