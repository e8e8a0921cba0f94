//! `sportello work`: what was given up at a body, tried again or dropped by whoever may write its data.

use serde_json::json;
use sportello_domain::ids::DeadLetterId;
use sportello_domain::refusal::Code;
use sportello_domain::text::Language;
use sportello_engine::dead_letters::{self, Remedy};
use sportello_engine::{Failure, work};

use super::{Ended, served};
use crate::compose::{self, Composed};
use crate::settings::Settings;
use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// The most that is listed at once.
const MOST: u64 = 200;

/// Lists what was given up, the last first.
pub(crate) async fn list(ui: Ui, settings: &Settings, slug: &str) -> Outcome<Ended> {
    let composed = Composed::of(settings, compose::read(settings)?, false).await?;
    let tenant = served(&composed, slug)?;
    let letters = dead_letters::all(&composed.engine, &tenant, MOST).await.map_err(|failure| broken(&failure))?;
    composed.engine.stores().close().await;
    if ui.json {
        let items = letters.iter().map(|letter| {
            json!({
                "id": letter.id.to_string(), "work": letter.work.id(), "kind": &*letter.kind,
                "subject": letter.subject.map(|subject| subject.to_string()), "tries": letter.tries, "error": &*letter.error,
                "given_up_at": letter.given_up_at.to_string(),
            })
        });
        ui.value(&json!({"tenant": &*tenant.slug, "items": items.collect::<Vec<_>>()}));
        return Ok(Ended::Fine);
    }
    if letters.is_empty() {
        ui.line(match ui.language {
            Language::It => format!("{slug}: non c'è nulla a cui si è rinunciato"),
            Language::En => format!("{slug}: nothing was given up"),
        });
    }
    for letter in letters {
        let (id, work, kind, tries, error, since) =
            (letter.id, letter.work.id(), &letter.kind, letter.tries, &letter.error, letter.given_up_at);
        ui.line(match ui.language {
            Language::It => format!("{id}  {work} {kind}: {tries} tentativi, {error}, dal {since}"),
            Language::En => format!("{id}  {work} {kind}: {tries} tries, {error}, since {since}"),
        });
    }
    Ok(Ended::Fine)
}

/// Tries something again, or drops it. What is tried again is tried here and now: the server of a file would not learn of it at once.
pub(crate) async fn remedy(ui: Ui, settings: &Settings, slug: &str, id: &str, remedy: Remedy) -> Outcome<Ended> {
    let id: DeadLetterId = id.parse().map_err(|_| unknown(slug, id))?;
    let composed = Composed::of(settings, compose::read(settings)?, false).await?;
    let tenant = served(&composed, slug)?;
    let done = async {
        let due = dead_letters::remedy(&composed.engine, &tenant, id, remedy).await?;
        if remedy == Remedy::Retry {
            work::carry_out(&composed.engine, &tenant, due).await?;
        }
        Ok::<(), Failure>(())
    };
    let done = done.await;
    composed.engine.stores().close().await;
    done.map_err(|failure| if failure.code() == Code::NotFound { unknown(slug, &id.to_string()) } else { broken(&failure) })?;
    if ui.json {
        ui.value(&json!({"tenant": slug, "id": id.to_string(), "done": if remedy == Remedy::Retry { "retry" } else { "drop" }}));
        return Ok(Ended::Fine);
    }
    ui.line(match (ui.language, remedy) {
        (Language::It, Remedy::Retry) => format!("{slug}: {id} è stato ritentato; se non è andata, riprova da solo come all'inizio"),
        (Language::En, Remedy::Retry) => {
            format!("{slug}: {id} was tried again; if that was in vain, it goes on by itself as in the beginning")
        }
        (Language::It, Remedy::Drop) => format!("{slug}: {id} è stato eliminato"),
        (Language::En, Remedy::Drop) => format!("{slug}: {id} was dropped"),
    });
    Ok(Ended::Fine)
}

fn unknown(slug: &str, id: &str) -> Stop {
    Stop::new(
        format!("A {slug} non c'è '{id}' fra ciò a cui si è rinunciato: vedi sportello work list {slug}."),
        format!("At {slug} there is no '{id}' among what was given up: see sportello work list {slug}."),
    )
}

fn broken(failure: &Failure) -> Stop {
    let code = failure.code().id();
    Stop::new(
        format!("Non è riuscito ({code}): riprova, e se non basta guarda sportello db status."),
        format!("It did not work ({code}): try again, and if that is not enough see sportello db status."),
    )
}
