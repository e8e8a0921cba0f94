//! `sportello token`: a token of the built-in issuer, for demonstrations and tests.

use sportello_domain::permissions::Role;
use sportello_engine::fleet::Found;

use super::Ended;
use crate::compose::Composed;
use crate::demo;
use crate::settings::Settings;
use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// Whose token is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) role: Role,
    pub(crate) tax_code: Option<&'a str>,
    pub(crate) office: Option<&'a str>,
    pub(crate) level: u8,
}

/// Makes sure that a demo person with the role exists, and prints its token alone on the last line.
pub(crate) async fn print(ui: Ui, settings: &Settings, wanted: &Wanted<'_>) -> Outcome<Ended> {
    let installation = sportello_tenancy::load(&settings.tenants)?;
    let composed = Composed::of(settings, &installation, true).await?;
    let Found::Ready(tenant) = composed.fleet.find(wanted.tenant) else {
        let known: Vec<String> = composed.fleet.all().iter().map(|tenant| tenant.slug.to_string()).collect();
        let known = known.join(", ");
        return Err(Stop::new(
            format!("Non c'è un ente '{}' in servizio: gli enti sono {known}.", wanted.tenant),
            format!("There is no body '{}' in service: the bodies are {known}.", wanted.tenant),
        ));
    };
    if let Some(office) = wanted.office.filter(|office| !tenant.offices.contains_key(*office)) {
        let known: Vec<&str> = tenant.offices.keys().map(AsRef::as_ref).collect();
        let known = known.join(", ");
        return Err(Stop::new(
            format!("'{office}' non è un ufficio di {}: gli uffici sono {known}.", tenant.slug),
            format!("'{office}' is no office of {}: the offices are {known}.", tenant.slug),
        ));
    }
    let token = demo::token(&composed, &tenant, wanted).await?;
    ui.line(token);
    composed.engine.stores().close().await;
    Ok(Ended::Fine)
}
