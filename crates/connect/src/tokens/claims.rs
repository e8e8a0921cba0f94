//! From an issuer's claims to a person.

use std::sync::Arc;

use serde_json::Value;
use sportello_domain::identity::TaxCode;
use sportello_domain::ids::TenantId;
use sportello_domain::tenant::{Issuer, People};
use sportello_engine::Identity;

use super::TokenProblem;

/// The claim of the fiscal code where the configuration names none, as SPID and CIE gateways send it.
const FISCAL_NUMBER: &str = "https://attributes.eid.gov.it/fiscal_number";

/// Reads the person out of proven claims. A citizen is known by the fiscal code, staff may come without.
pub(super) fn person(claims: &Value, issuer: &Issuer, home: TenantId) -> Result<Identity, TokenProblem> {
    let claim = |ours: &str, usual: &'static str| {
        let theirs = issuer.claims.get(ours).map_or(usual, |name| &**name);
        let value = claims.get(theirs)?;
        let text = value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|number| number.to_string()))?;
        let text: Arc<str> = text.trim().into();
        (!text.is_empty()).then_some(text)
    };
    let tax_code = match claim("tax_code", FISCAL_NUMBER) {
        Some(code) => Some(TaxCode::from_claim(&code).map_err(|_| TokenProblem::NoPerson)?),
        None => None,
    };
    if issuer.people == People::Citizens && !tax_code.as_ref().is_some_and(TaxCode::is_person) {
        return Err(TokenProblem::NoPerson);
    }
    Ok(Identity {
        issuer: issuer.issuer.clone(),
        subject: claim("subject", "sub").ok_or(TokenProblem::NoPerson)?,
        tax_code: tax_code.map(|code| code.as_entered().into()),
        given_name: claim("given_name", "given_name").unwrap_or_default(),
        family_name: claim("family_name", "family_name").unwrap_or_default(),
        email: claim("email", "email"),
        level: claim("level", "acr").map_or(0, |text| level(&text)),
        people: issuer.people,
        home,
    })
}

/// The identity level that an `acr` stands for: the addresses of SPID, which CIE uses too, or the bare number.
fn level(acr: &str) -> u8 {
    match acr.strip_prefix("https://www.spid.gov.it/SpidL").unwrap_or(acr) {
        "1" => 1,
        "2" => 2,
        "3" => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn only_known_levels_count() {
        let levels = ["https://www.spid.gov.it/SpidL1", "https://www.spid.gov.it/SpidL3", "2", "4", "", "https://elsewhere.example/SpidL3"];
        assert_eq!(levels.map(level), [1, 3, 2, 0, 0, 0]);
    }
}
