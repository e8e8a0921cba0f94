//! `sportello token`: a token of the built-in issuer, for demonstrations and tests.

use serde_json::json;
use sportello_domain::identity::TaxCode;
use sportello_domain::permissions::Role;

use super::{Ended, served, tax_code, today};
use crate::compose::{self, Composed};
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
    let code = wanted.tax_code.map(|code| tax_code("--as", code, today())).transpose()?;
    let wanted = &Wanted { tax_code: code.as_ref().map(TaxCode::as_entered), ..wanted.clone() };
    let installation = compose::read(settings)?;
    let composed = Composed::of(settings, installation, true).await?;
    let tenant = served(&composed, wanted.tenant)?;
    if let Some(office) = wanted.office.filter(|office| !tenant.offices.contains_key(*office)) {
        let known: Vec<&str> = tenant.offices.keys().map(AsRef::as_ref).collect();
        let known = known.join(", ");
        return Err(Stop::new(
            format!("'{office}' non è un ufficio di {}: gli uffici sono {known}.", tenant.slug),
            format!("'{office}' is no office of {}: the offices are {known}.", tenant.slug),
        ));
    }
    let token = demo::token(&composed, &tenant, wanted).await?;
    if ui.json {
        ui.value(
            &json!({ "token": token, "tenant": tenant.slug, "role": wanted.role.id(), "tax_code": wanted.tax_code, "level": wanted.level }),
        );
    } else {
        ui.line(token);
    }
    composed.engine.stores().close().await;
    Ok(Ended::Fine)
}
