//! What must be unique in the installation: ids, slugs, codes, domains, pairs of issuer and audience.

use std::collections::BTreeMap;

use sportello_domain::ids::TenantId;
use sportello_domain::tenant::Tenant;

use crate::problem::{Message, Problems, Span, Words};
use crate::yaml::Node;

/// A tenant among the others.
pub(crate) struct Claimant<'c> {
    /// Its folder.
    pub folder: &'c str,
    /// Its id.
    pub id: TenantId,
    /// True for one that was served before.
    pub elder: bool,
    /// What it claims.
    pub claims: Vec<Claim>,
}

/// Finds what two tenants claim. Who was served before keeps it, then the elder by id, so that a newcomer cannot break those who
/// were there.
pub(crate) fn unique(mut claimants: Vec<Claimant<'_>>) -> BTreeMap<String, Problems> {
    claimants.sort_by_key(|claimant| (!claimant.elder, claimant.id, claimant.folder));
    let mut taken: BTreeMap<(&str, String), &str> = BTreeMap::new();
    let mut problems: BTreeMap<String, Problems> = BTreeMap::new();
    for claimant in claimants {
        for claim in claimant.claims {
            let key = (claim.kind.1, claim.value.clone());
            match (taken.get(&key), claim.place) {
                (Some(other), Some((span, path))) if *other != claimant.folder => {
                    let what = Words::new(claim.kind.0, claim.kind.1);
                    let message = Message::NotUnique { what, value: claim.value.into(), other: (*other).into() };
                    problems.entry(claimant.folder.to_owned()).or_default().push(message, &span, path);
                }
                (Some(_), _) => {}
                (None, _) => {
                    taken.insert(key, claimant.folder);
                }
            }
        }
    }
    problems
}

/// Italian and English.
type Kind = (&'static str, &'static str);

const ID: Kind = ("l'identificativo", "the id");
const CODE: Kind = ("il codice", "the code");
const SLUG: Kind = ("lo slug", "the slug");
const DOMAIN: Kind = ("il dominio", "the domain");
const ISSUER: Kind = ("la coppia di issuer e audience", "the pair of issuer and audience");

/// Something that only one tenant may have.
pub(crate) struct Claim {
    kind: Kind,
    value: String,
    /// Where the claim is written; nowhere for a configuration that stands though its files are broken.
    place: Option<(Span, String)>,
}

fn vouched(issuer: &str, audience: &str) -> String {
    format!("{issuer} + {audience}")
}

/// What the files of a tenant claim, from its resolved `tenant.yaml` and `identity.yaml`.
pub(crate) fn written(document: &Node, identity: Option<&Node>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut claim = |kind, value: String, span: &Span, path: String| {
        if !value.is_empty() {
            claims.push(Claim { kind, value, place: Some((span.clone(), path)) });
        }
    };
    for (key, kind) in [("id", ID), ("code", CODE), ("slug", SLUG)] {
        if let Some(node) = document.get(key) {
            claim(kind, node.short(), &node.span, key.to_owned());
        }
    }
    for (key, kind) in [("aliases", SLUG), ("domains", DOMAIN)] {
        let entries = document.get(key).into_iter().flat_map(Node::entries);
        for (value, entry) in entries.filter(|(_, entry)| entry.node.as_text() == Some("true")) {
            claim(kind, value.to_owned(), &entry.key, format!("{key}.{value}"));
        }
    }
    for (id, entry) in identity.and_then(|node| node.get("issuers")).into_iter().flat_map(Node::entries) {
        if let (Some(issuer), Some(audience)) = (entry.node.text("issuer"), entry.node.text("audience")) {
            claim(ISSUER, vouched(issuer, audience), &entry.key, format!("issuers.{id}"));
        }
    }
    claims
}

/// What a tenant claims that stands on its last good configuration.
pub(crate) fn standing(tenant: &Tenant) -> Vec<Claim> {
    let claim = |kind, value: String| Claim { kind, value, place: None };
    let mut claims = vec![claim(ID, tenant.id.to_string()), claim(CODE, tenant.code.to_string()), claim(SLUG, tenant.slug.to_string())];
    for (map, kind) in [(&tenant.aliases, SLUG), (&tenant.domains, DOMAIN)] {
        claims.extend(map.iter().filter(|(_, on)| **on).map(|(value, _)| claim(kind, value.to_string())));
    }
    claims.extend(tenant.issuers.values().map(|issuer| claim(ISSUER, vouched(&issuer.issuer, &issuer.audience))));
    claims
}
