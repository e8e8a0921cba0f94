//! `sportello tenant admin`: the administrator whom nobody else can appoint, because there is none yet.
//!
//! Whoever may write the data folder may do this; it is no way in over the network.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use serde_json::json;
use sportello_domain::permissions::Role;
use sportello_domain::tenant::{People, Tenant};
use sportello_domain::text::Language;
use sportello_engine::Identity;
use sportello_engine::assignments::{self, Ensured};

use super::{Ended, served, tax_code, today};
use crate::cli::Who;
use crate::compose::{self, Composed};
use crate::settings::Settings;
use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// Makes sure that somebody administers the body; who does already stays as it is.
pub(crate) async fn appoint(ui: Ui, settings: &Settings, slug: &str, who: &Who) -> Outcome<Ended> {
    own(&settings.data)?;
    let installation = compose::read(settings)?;
    let composed = Composed::of(settings, installation, false).await?;
    let done = appointed(&composed, slug, who).await;
    composed.engine.stores().close().await;
    let (tenant, Ensured { assignment, new }) = done?;
    if ui.json {
        ui.value(&json!({
            "tenant": tenant, "assignment": assignment.id.to_string(), "role": assignment.role.id(),
            "valid_from": assignment.valid_from.to_string(), "new": new,
        }));
        return Ok(Ended::Fine);
    }
    let (since, name) = (assignment.valid_from, format!("{} {}", assignment.person.given_name, assignment.person.family_name));
    ui.line(match (ui.language, new) {
        (Language::It, true) => format!("{tenant}: {name} è amministratore da oggi, {since}"),
        (Language::En, true) => format!("{tenant}: {name} is an administrator from today, {since}"),
        (Language::It, false) => format!("{tenant}: {name} è già amministratore dal {since}"),
        (Language::En, false) => format!("{tenant}: {name} has been an administrator since {since}"),
    });
    Ok(Ended::Fine)
}

/// Holds the command to the user whose data it is: what another writes there, the server could not read.
pub(super) fn own(data: &Path) -> Outcome {
    let Ok(folder) = fs::metadata(data) else { return Ok(()) };
    let probe = tempfile::tempfile_in(data).and_then(|file| file.metadata()).map_err(|error| Stop::of_io(data, &error))?;
    if probe.uid() == folder.uid() {
        return Ok(());
    }
    let (data, owner) = (data.display(), folder.uid());
    Err(Stop::new(
        format!("{data} è di un altro utente (uid {owner}): esegui il comando come l'utente del server, vedi deploy/README.md."),
        format!("{data} belongs to another user (uid {owner}): run the command as the server's user, see deploy/README.md."),
    ))
}

async fn appointed(composed: &Composed, slug: &str, who: &Who) -> Outcome<(String, Ensured)> {
    let tenant = served(composed, slug)?;
    let identity = identity(&tenant, who)?;
    let ensured = assignments::ensure(&composed.engine, &tenant, &identity, Role::Administrator, None).await.map_err(|failure| {
        let code = failure.code().id();
        Stop::new(
            format!("L'amministratore non è stato scritto ({code}): riprova, e se non basta guarda sportello db status."),
            format!("The administrator was not written ({code}): try again, and if that is not enough see sportello db status."),
        )
    })?;
    Ok((tenant.slug.to_string(), ensured))
}

/// The person as a log-in will prove it.
fn identity(tenant: &Tenant, who: &Who) -> Outcome<Identity> {
    let Who { tax_code: code, subject, issuer, given_name, family_name } = who;
    let (given_name, family_name) = (name("--given-name", given_name)?, name("--family-name", family_name)?);
    let trusted = trusted(tenant)?;
    let (known_code, subject, issuer) = match (code, subject, issuer) {
        (Some(code), None, None) => {
            let code = tax_code("--tax-code", code, today())?;
            (Some(code.as_entered().into()), String::new(), String::new())
        }
        (None, Some(subject), issuer) => (None, name("--subject", subject)?, chosen(tenant, &trusted, issuer.as_deref())?),
        _ => {
            return Err(Stop::new(
                "Di' chi è in un modo solo: con --tax-code, oppure con --subject (e --issuer).",
                "Say who it is in one way: with --tax-code, or with --subject (and --issuer).",
            ));
        }
    };
    Ok(Identity {
        issuer: issuer.into(),
        subject: subject.into(),
        tax_code: known_code,
        given_name: given_name.into(),
        family_name: family_name.into(),
        email: None,
        level: 0,
        people: People::Staff,
        home: tenant.id,
    })
}

fn name(option: &str, value: &str) -> Outcome<String> {
    let value = value.trim();
    if value.is_empty() || value.chars().count() > 200 {
        return Err(Stop::new(
            format!("A {option} serve un valore da 1 a 200 caratteri."),
            format!("{option} needs a value of 1 to 200 characters."),
        ));
    }
    Ok(value.to_owned())
}

/// Who vouches for the staff: without anybody, nobody could log in.
fn trusted(tenant: &Tenant) -> Outcome<BTreeSet<String>> {
    let staff = tenant.issuers.values().filter(|issuer| issuer.people == People::Staff);
    let trusted: BTreeSet<String> = staff.map(|issuer| issuer.issuer.to_string()).collect();
    if trusted.is_empty() {
        return Err(Stop::new(
            format!("Nessun fornitore d'identità garantisce per il personale di {}: aggiungilo in identity.yaml.", tenant.slug),
            format!("No identity provider vouches for the staff of {}: add one to identity.yaml.", tenant.slug),
        ));
    }
    Ok(trusted)
}

fn chosen(tenant: &Tenant, trusted: &BTreeSet<String>, wanted: Option<&str>) -> Outcome<String> {
    let known = trusted.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match wanted {
        Some(issuer) if trusted.contains(issuer) => Ok(issuer.to_owned()),
        Some(issuer) => Err(Stop::new(
            format!("'{issuer}' non garantisce per il personale di {}: in identity.yaml ci sono {known}.", tenant.slug),
            format!("'{issuer}' does not vouch for the staff of {}: in identity.yaml there are {known}.", tenant.slug),
        )),
        None => match trusted.iter().next() {
            Some(only) if trusted.len() == 1 => Ok(only.clone()),
            _ => Err(Stop::new(
                format!("Più fornitori garantiscono per il personale di {}: scegli con --issuer fra {known}.", tenant.slug),
                format!("Several providers vouch for the staff of {}: choose with --issuer among {known}.", tenant.slug),
            )),
        },
    }
}
