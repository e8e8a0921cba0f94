//! The program: reads the command line, runs one command, answers with an exit status.
//!
//! Status 0 is fine, 1 means that a check found errors, 2 that the command could not run; then one sentence on standard error says
//! what happened and what to do. Everything is wired in [`compose`], and nowhere else.

mod cli;
mod commands;
mod compose;
mod demo;
mod environment;
mod logging;
mod settings;
mod stop;
mod ui;

use std::future::Future;
use std::path::Path;
use std::process::ExitCode;

use cli::{Asked, CommandLine, Read};
use commands::Ended;
use commands::token::Wanted;
use environment::Environment;
use settings::Settings;
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
        Asked::Carry(carry) => now(commands::carry::carry(ui, &settings()?, carry)),
        Asked::OpenApi => commands::openapi::print(ui),
        Asked::Token { tenant, role, tax_code, office, level } => {
            let wanted = Wanted { tenant, role: *role, tax_code: tax_code.as_deref(), office: office.as_deref(), level: *level };
            now(commands::token::print(ui, &settings()?, &wanted))
        }
        Asked::Serve { strict, log_format } => {
            logging::start(environment.log.as_deref(), log_format.as_deref())?;
            serving(commands::serve::serve(ui, &settings()?, *strict))
        }
        Asked::Demo { log_format } => {
            logging::start(environment.log.as_deref(), log_format.as_deref())?;
            serving(commands::serve::demo(ui, &settings()?))
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
