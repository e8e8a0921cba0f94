//! The servers beside: `PostgreSQL`, where rows are in it, and Redis, where processes share it.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::SignedDuration;
use sportello_connect::redis::RedisState;
use sportello_engine::ports::Clock;
use sportello_store::{Examined, ServerState, StoreProblem};
use uuid::Uuid;

use super::Check;
use super::databases::{broken, unaddressed};
use crate::settings::Settings;

/// How far two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(2);

/// Says how a database server is that answers.
pub(super) fn postgres(name: &str, state: &ServerState) -> Vec<Check> {
    const ABOUT: &str = "postgresql";
    let mut checks = Vec::new();
    // Steps that are missing or too new are told where the places are looked at.
    let told = |problem: &&StoreProblem| matches!(problem, StoreProblem::Behind { .. } | StoreProblem::Newer { .. });
    checks.extend(state.refused.as_ref().filter(|problem| !told(problem)).map(broken));
    if state.read_only {
        checks.push(broken(&StoreProblem::NoWrites { database: name.to_owned() }));
    }
    checks.extend(apart((&format!("del database {name}"), &format!("of the database {name}")), state.ahead));
    if checks.is_empty() && state.refused.is_none() {
        let release = state.release;
        checks.push(Check::ok(
            ABOUT,
            format!("Il database {name} risponde (PostgreSQL {release}) e può servire"),
            format!("The database {name} answers (PostgreSQL {release}) and can serve"),
        ));
    }
    checks
}

/// Whether each server takes as many connections as this program may open: those of two processes, since one takes the other's place
/// in an update.
pub(super) fn room(places: &[Examined]) -> Vec<Check> {
    let mut servers: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (state, pool) in places.iter().filter_map(|place| place.server.as_ref()) {
        let (opened, taken) = servers.entry(&state.address).or_insert((0, state.connections.into()));
        *opened += i64::from(*pool);
        *taken = (*taken).min(state.connections.into());
    }
    servers.into_iter().map(|(server, (opened, taken))| room_at(server, opened, taken)).collect()
}

fn room_at(server: &str, opened: i64, taken: i64) -> Check {
    const ABOUT: &str = "connections";
    let finding = (
        format!("{server}: un processo apre fino a {opened} connessioni, il server ne accetta {taken}"),
        format!("{server}: a process opens up to {opened} connections, the server takes {taken}"),
    );
    if opened > taken {
        let remedy = ("Abbassa pool, o alza max_connections.".to_owned(), "Lower pool, or raise max_connections.".to_owned());
        return Check::error(ABOUT, finding, remedy);
    }
    if opened * 2 > taken {
        let remedy = (
            "Un secondo processo non ci sta: abbassa pool, o alza max_connections.".to_owned(),
            "There is no room for a second process: lower pool, or raise max_connections.".to_owned(),
        );
        return Check::warning(ABOUT, finding, remedy);
    }
    Check::ok(ABOUT, finding.0, finding.1)
}

/// Whether another machine's clock differs from this one's.
fn apart(whose: (&str, &str), ahead: SignedDuration) -> Option<Check> {
    let seconds = ahead.as_secs().abs();
    let (it, en) = if ahead.is_negative() { ("indietro", "behind") } else { ("avanti", "ahead of") };
    (ahead.abs() > APART).then(|| {
        Check::warning(
            "clock",
            (
                format!("L'orologio {} è {it} di {seconds} s rispetto a questa macchina", whose.0),
                format!("The clock {} is {seconds} s {en} this machine's", whose.1),
            ),
            ("Regola l'orologio di entrambe le macchine (NTP).".to_owned(), "Set the clocks of both machines (NTP).".to_owned()),
        )
    })
}

/// Looks at Redis, where the settings name one.
pub(super) async fn redis(settings: &Settings, clock: &dyn Clock) -> Vec<Check> {
    let Some(file) = &settings.redis else { return Vec::new() };
    // The id would tell this process from others in what it says to them; it says nothing.
    let redis = match settings.redis(Uuid::nil()) {
        Ok(Some(redis)) => redis,
        Ok(None) => return Vec::new(),
        Err(stop) => return vec![unaddressed("redis", &stop)],
    };
    match redis.state().await {
        Ok(state) => answering(state, state.now.duration_since(clock.now())),
        Err(said) => vec![silent(file, &said)],
    }
}

fn silent(file: &Path, said: &str) -> Check {
    let file = file.display();
    Check::warning(
        "redis",
        (
            format!("Redis non risponde ({said}): ogni processo conta da solo"),
            format!("Redis does not answer ({said}): each process counts alone"),
        ),
        (
            format!("Controlla che sia avviato e che l'indirizzo in {file} sia giusto."),
            format!("Check that it runs and that the address in {file} is right."),
        ),
    )
}

pub(super) fn answering(state: RedisState, ahead: SignedDuration) -> Vec<Check> {
    const ABOUT: &str = "redis";
    let mut checks: Vec<Check> = apart(("di Redis", "of Redis"), ahead).into_iter().collect();
    if state.refuses_when_full {
        checks.push(Check::warning(
            ABOUT,
            (
                "Redis rifiuta quando la sua memoria è piena (maxmemory-policy noeviction)".to_owned(),
                "Redis refuses when its memory is full (maxmemory-policy noeviction)".to_owned(),
            ),
            (
                "Imposta maxmemory-policy volatile-ttl: ciò che Sportello vi tiene scade da sé.".to_owned(),
                "Set maxmemory-policy volatile-ttl: what Sportello keeps there expires by itself.".to_owned(),
            ),
        ));
    }
    if checks.is_empty() {
        checks.push(Check::ok(ABOUT, "Redis risponde", "Redis answers"));
    }
    checks
}
