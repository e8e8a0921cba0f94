//! What must be unique in the installation: ids, slugs, codes, domains, pairs of issuer and audience.

use std::collections::BTreeMap;

use sportello_domain::tenant::Tenant;

use crate::problem::{Message, Problems, Span, Words};
use crate::yaml::Node;

/// A tenant among the others.
pub(crate) struct Claimant<'c> {
    /// Its folder.
    pub folder: &'c str,
    /// The tenant.
    pub tenant: &'c Tenant,
    /// Its `tenant.yaml`, resolved.
    pub document: &'c Node,
    /// Its `identity.yaml`, resolved.
    pub identity: Option<&'c Node>,
}

/// Finds what two tenants claim. The younger tenant (by id) is at fault, so that a newcomer cannot break those who were there.
pub(crate) fn unique(claimants: &[Claimant<'_>]) -> BTreeMap<String, Problems> {
    let mut order: Vec<&Claimant<'_>> = claimants.iter().collect();
    order.sort_by_key(|claimant| (claimant.tenant.id, claimant.folder));
    let mut taken: BTreeMap<(&str, String), &str> = BTreeMap::new();
    let mut problems: BTreeMap<String, Problems> = BTreeMap::new();
    for claimant in order {
        for claim in claims(claimant) {
            let key = (claim.kind.1, claim.value.clone());
            if let Some(other) = taken.get(&key).filter(|other| **other != claimant.folder) {
                let message =
                    Message::NotUnique { what: Words::new(claim.kind.0, claim.kind.1), value: claim.value.into(), other: (*other).into() };
                problems.entry(claimant.folder.to_owned()).or_default().push(message, &claim.span, claim.path);
            } else {
                taken.insert(key, claimant.folder);
            }
        }
    }
    problems
}

struct Claim {
    kind: (&'static str, &'static str),
    value: String,
    span: Span,
    path: String,
}

fn claims(claimant: &Claimant<'_>) -> Vec<Claim> {
    let document = claimant.document;
    let mut claims = Vec::new();
    for (key, kind) in [("id", ("l'identificativo", "the id")), ("code", ("il codice", "the code")), ("slug", ("lo slug", "the slug"))] {
        if let Some(node) = document.get(key) {
            claims.push(Claim { kind, value: node.short(), span: node.span.clone(), path: key.to_owned() });
        }
    }
    for (key, kind) in [("aliases", ("lo slug", "the slug")), ("domains", ("il dominio", "the domain"))] {
        for (value, entry) in
            document.get(key).into_iter().flat_map(Node::entries).filter(|(_, entry)| entry.node.as_text() == Some("true"))
        {
            claims.push(Claim { kind, value: value.to_owned(), span: entry.key.clone(), path: format!("{key}.{value}") });
        }
    }
    for (id, entry) in claimant.identity.and_then(|node| node.get("issuers")).into_iter().flat_map(Node::entries) {
        let text = |key| entry.node.get(key).map(Node::short).unwrap_or_default();
        let value = format!("{} + {}", text("issuer"), text("audience"));
        let kind = ("la coppia di issuer e audience", "the pair of issuer and audience");
        claims.push(Claim { kind, value, span: entry.key.clone(), path: format!("issuers.{id}") });
    }
    claims
}
