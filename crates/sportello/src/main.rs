//! The program: reads the command line, runs one command, answers with an exit status.
//!
//! Status 0 is fine, 1 means that a check found errors, 2 that the command could not run; then one sentence on standard error says
//! what happened and what to do. Everything is wired in [`compose`], and nowhere else.

mod cli;
mod commands;
mod compose;
mod demo;
mod doctor;
mod environment;
mod logging;
mod settings;
mod signals;
mod stop;
mod ui;

use std::future::Future;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use cli::{Asked, CommandLine, Read};
use commands::Ended;
use commands::token::Wanted;
use environment::Environment;
use settings::Settings;
use sportello_connect::traces::Traces;
use sportello_engine::dead_letters::Remedy;
use sportello_engine::work::Scope;
use stop::{Outcome, Stop};
use ui::Ui;

fn main() -> ExitCode {
    let environment = Environment::of_process();
    let arguments: Vec<String> = std::env::args().collect();
    let mut ui = Ui { language: environment.language(&arguments), json: arguments.iter().any(|argument| argument == "--json") };
    let ended = match cli::read(&arguments, ui.language) {
        Ok(Read::Show(text)) => {
            ui.line(text.trim_end());
            Ok(Ended::Fine)
        }
        Ok(Read::Do(line)) => {
            ui.json = line.json;
            run(ui, &line, &environment)
        }
        Err(stop) => Err(stop),
    };
    match ended {
        Ok(Ended::Fine) => ExitCode::SUCCESS,
        Ok(Ended::FoundErrors) => ExitCode::from(1),
        Ok(Ended::Cut(status)) => ExitCode::from(status),
        Err(stop) => {
            ui.stop(&stop);
            ExitCode::from(2)
        }
    }
}

fn run(ui: Ui, line: &CommandLine, environment: &Environment) -> Outcome<Ended> {
    let CommandLine { asked, places, json: _ } = line;
    let settings = || Settings::read(places, environment);
    match asked {
        Asked::TenantCheck { slugs, strict } => commands::tenant::check(ui, &settings()?.tenants, slugs, *strict),
        Asked::TenantExplain { tenant, document, path } => commands::tenant::explain(ui, &settings()?.tenants, tenant, document, path),
        Asked::TenantLock { tenant, release } => commands::tenant::lock(ui, &settings()?.tenants, tenant, release.as_deref()),
        Asked::TenantAdmin { tenant, who } => now(commands::admin::appoint(ui, &settings()?, tenant, who)),
        Asked::CataloguePublish { tenant, release } => commands::catalogue::publish(ui, &settings()?.tenants, tenant, release),
        Asked::Schema { folder } => commands::schema::write(ui, Path::new(folder)),
        Asked::DbMigrate => now(commands::db::migrate(ui, &settings()?)),
        Asked::DbStatus => now(commands::db::status(ui, &settings()?)),
        Asked::Doctor { deep } => now(commands::doctor::run(ui, &settings()?, *deep)),
        Asked::Carry(carry) => now(commands::carry::carry(ui, &settings()?, carry)),
        Asked::OpenApi => commands::openapi::print(ui),
        Asked::Token { tenant, role, tax_code, office, level } => {
            let wanted = Wanted { tenant, role: *role, tax_code: tax_code.as_deref(), office: office.as_deref(), level: *level };
            now(commands::token::print(ui, &settings()?, &wanted))
        }
        Asked::WorkList { tenant } => now(commands::work::list(ui, &settings()?, tenant)),
        Asked::WorkRetry { tenant, id } => now(commands::work::remedy(ui, &settings()?, tenant, id, Remedy::Retry)),
        Asked::WorkDrop { tenant, id } => now(commands::work::remedy(ui, &settings()?, tenant, id, Remedy::Drop)),
        Asked::Worker { probes, log_format } => {
            let settings = settings()?;
            let traces = logging::traces(settings.collector.as_deref())?;
            logging::start(environment.log.as_deref(), log_format.as_deref(), traces.as_ref())?;
            let ended = serving(commands::worker::work(ui, &settings, probes.as_deref()));
            traces.inspect(Traces::end);
            ended
        }
        Asked::Serve { strict, no_work, log_format } => {
            let settings = settings()?;
            // Files belong to this process: nobody else would do what is due there.
            let scope = if *no_work { Scope::Files } else { Scope::Everywhere };
            let traces = logging::traces(settings.collector.as_deref())?;
            logging::start(environment.log.as_deref(), log_format.as_deref(), traces.as_ref())?;
            let ended = serving(commands::serve::serve(ui, &settings, *strict, scope));
            traces.inspect(Traces::end);
            ended
        }
        Asked::Demo { log_format } => {
            let mut settings = settings()?;
            // Nobody balances a demonstration.
            settings.stopping.drain = Duration::ZERO;
            let traces = logging::traces(settings.collector.as_deref())?;
            logging::start(environment.log.as_deref(), log_format.as_deref(), traces.as_ref())?;
            let ended = serving(commands::serve::demo(ui, &settings));
            traces.inspect(Traces::end);
            ended
        }
    }
}

/// Runs a server to its end, in the loop that its workers expect.
fn serving<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    actix_web::rt::System::new().block_on(work)
}

/// Runs a short command to its end.
fn now<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Stop::new(format!("Il sistema non dà un ciclo di eventi: {error}."), format!("The system gives no event loop: {error}."))
    })?;
    runtime.block_on(work)
}
