//! What only a tenant has: activation, bound roles, identity providers, its own files.

use std::collections::{BTreeMap, BTreeSet};

use super::offices::offices;
use super::{ids, steps};
use crate::policy::Rule;
use crate::problem::{Message, Problems, Span, Words};
use crate::resolve::{Resolved, Stack, unknown};
use crate::shape::closest;
use crate::shape::kinds::Kind;
use crate::source::DocId;
use crate::yaml::Node;

/// What the checks of a tenant look at.
pub(crate) struct TenantView<'v> {
    /// The name of its folder.
    pub folder: &'v str,
    /// The folder as a place, for what is missing.
    pub at: &'v Span,
    /// Its layers.
    pub stack: &'v Stack,
    /// Its documents, resolved.
    pub resolved: &'v Resolved,
    /// Its other files.
    pub assets: &'v BTreeMap<String, Vec<u8>>,
}

/// Checks a tenant. Returns its active services in the order of `tenant.yaml`.
pub(crate) fn tenant(view: &TenantView<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(document) = view.resolved.get(&DocId::single(Kind::Tenant)) else {
        problems.push(Message::MissingFile { name: "tenant.yaml".into() }, view.at, "");
        return Vec::new();
    };
    own(view, document, problems);
    identity(view, problems);
    logo(view, problems);
    registers(view, problems);
    required_local(view, problems);
    let bound = offices(view.resolved, problems);
    let skills = ids(view.resolved, Kind::Service);
    counters(view, &skills, problems);
    let mut active = Vec::new();
    for (id, entry) in document.get("services").into_iter().flat_map(Node::entries) {
        let path = format!("services.{id}");
        let Some(service) = view.resolved.get(&DocId::of(Kind::Service, id)) else {
            let message = match closest(id, skills.iter().copied()) {
                Some(near) => Message::UnknownServiceLike { id: id.into(), suggestion: near.into() },
                None => Message::UnknownService { id: id.into() },
            };
            problems.push(message, &entry.key, path);
            continue;
        };
        if entry.node.as_text() != Some("true") {
            continue;
        }
        let workflow = service.text("workflow").and_then(|workflow| view.resolved.get(&DocId::of(Kind::Workflow, workflow)));
        let steps = steps(service).filter_map(|(_, step)| view.resolved.get(&DocId::of(Kind::Step, step)));
        let asked = workflow.into_iter().chain(steps).flat_map(|piece| asked_offices(piece));
        let roles: BTreeSet<&str> = service.text("office").into_iter().chain(asked).collect();
        for role in roles.into_iter().filter(|role| !bound.contains_key(role)) {
            problems.push(Message::RoleUnbound { role: role.into(), service: id.into() }, &entry.key, &path);
        }
        active.push(id.to_owned());
    }
    active
}

/// The roles of the offices whose opinions a workflow or a step asks for.
fn asked_offices(piece: &Node) -> impl Iterator<Item = &str> {
    let states = piece.get("states").into_iter().flat_map(Node::entries);
    let opinions = states.flat_map(|(_, state)| state.node.get("opinions").into_iter().flat_map(Node::entries));
    opinions.filter_map(|(_, opinion)| opinion.node.text("office"))
}

fn own(view: &TenantView<'_>, document: &Node, problems: &mut Problems) {
    if let Some(slug) = document.get("slug")
        && let Some(text) = slug.as_text().filter(|text| *text != view.folder)
    {
        problems.push(Message::SlugDiffers { slug: text.into(), folder: view.folder.into() }, &slug.span, "slug");
    }
    if let Some(languages) = document.get("languages").filter(|languages| languages.text("it") != Some("true")) {
        problems.push(Message::ItalianNeeded {}, &languages.span, "languages");
    }
    if let Some(follow) = document.get("follow").filter(|follow| follow.as_text() != Some("manual")) {
        let kept = Words::new("gli aggiornamenti che entrano da soli", "updates that come in by themselves");
        problems.push(Message::NoEffectYet { path: "follow".into(), kept }, &follow.span, "follow");
    }
    for kind in [Kind::Offices, Kind::Identity] {
        if !view.resolved.contains_key(&DocId::single(kind)) {
            problems.push(Message::MissingFile { name: format!("{}.yaml", kind.name()).into() }, view.at, "");
        }
    }
    let contacts = document.get("contacts").into_iter().flat_map(Node::entries);
    for (kind, entry) in contacts.filter(|(kind, _)| kind.ends_with("email")) {
        let path = format!("contacts.{kind}");
        if let Some(message) = entry.node.plain().and_then(|text| crate::shape::check_leaf(crate::shape::Leaf::Email, text, false, &path)) {
            problems.push(message, &entry.node.span, path);
        }
    }
}

fn identity(view: &TenantView<'_>, problems: &mut Problems) {
    let document = view.resolved.get(&DocId::single(Kind::Identity));
    for (id, entry) in document.and_then(|node| node.get("issuers")).into_iter().flat_map(Node::entries) {
        let Some(jwks) = entry.node.get("jwks") else { continue };
        if jwks.get("url").is_some() == jwks.get("file").is_some() {
            problems.push(Message::KeysPlace { issuer: id.into() }, &jwks.span, format!("issuers.{id}.jwks"));
        }
        if let Some(url) = jwks.get("url").filter(|url| url.plain().is_some_and(|url| !is_protected(url))) {
            problems.push(Message::KeysInsecure { issuer: id.into() }, &url.span, format!("issuers.{id}.jwks.url"));
        }
        if let Some(file) = jwks.get("file") {
            let valid = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).is_ok_and(|json| json["keys"].is_array());
            asset(view, file, Words::new("un insieme di chiavi JSON (JWKS)", "a JSON key set (JWKS)"), valid, problems);
        }
    }
}

/// What answers with a synthetic population is said, so that nobody takes it for the body's own.
fn registers(view: &TenantView<'_>, problems: &mut Problems) {
    let document = view.resolved.get(&DocId::single(Kind::Registers));
    for part in ["population", "land", "payments"] {
        let adapter = document.and_then(|node| node.at([part, "adapter"]));
        if let Some(node) = adapter.filter(|node| node.as_text() == Some("demo")) {
            problems.push(Message::DemoAdapter { part: part.into() }, &node.span, format!("{part}.adapter"));
        }
    }
}

/// Whether what comes from an address cannot be replaced on the way: it is https, or this machine.
fn is_protected(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return true };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host =
        authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(authority, |(host, _)| host);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn logo(view: &TenantView<'_>, problems: &mut Problems) {
    let branding = view.resolved.get(&DocId::single(Kind::Branding));
    if let Some(file) = branding.and_then(|node| node.at(["logo", "file"])) {
        asset(view, file, Words::new("un disegno SVG senza script", "an SVG drawing without scripts"), is_plain_svg, problems);
    }
}

/// An SVG that only draws: it is served to browsers, so nothing in it may run or load.
fn is_plain_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let lower = text.to_lowercase();
    let active = ["<script", "javascript:", "<foreignobject", "<iframe", "<!entity", "onload", "onclick", "onerror", "onmouse", "onfocus"];
    lower.contains("<svg") && !active.iter().any(|word| lower.contains(word))
}

fn asset(view: &TenantView<'_>, name: &Node, expected: Words, valid: impl Fn(&[u8]) -> bool, problems: &mut Problems) {
    let Some(file) = name.plain() else { return };
    match view.assets.get(file) {
        None => {
            let existing: Vec<&str> = view.assets.keys().map(String::as_str).collect();
            problems.push(unknown(("il file", "the file"), file, &existing), &name.span, "file");
        }
        Some(bytes) if !valid(bytes) => problems.push(Message::BadAsset { file: file.into(), expected }, &name.span, "file"),
        Some(_) => {}
    }
}

/// Values that each tenant writes for itself, named by policies outside the parameters.
fn required_local(view: &TenantView<'_>, problems: &mut Problems) {
    let tenant_layer = u8::try_from(view.stack.layers.len().saturating_sub(1)).unwrap_or(u8::MAX);
    for policy in view.stack.policies_with(Rule::RequiredLocal) {
        let mut parts = policy.pattern.split('.');
        let (Some(root), rest) = (parts.next(), parts.collect::<Vec<_>>()) else { continue };
        let kind = match root {
            "branding" => Kind::Branding,
            "calendar" => Kind::Calendar,
            "desk" => Kind::Desk,
            _ => continue,
        };
        let node = view.resolved.get(&DocId::single(kind)).and_then(|node| node.at(rest.iter().copied()));
        if !rest.contains(&"*") && node.is_none_or(|node| node.layer != tenant_layer) {
            problems.push(Message::RequiredLocal { path: policy.pattern.as_str().into() }, view.at, policy.pattern.clone());
        }
    }
}

fn counters(view: &TenantView<'_>, known: &[&str], problems: &mut Problems) {
    let document = view.resolved.get(&DocId::single(Kind::Desk));
    for (location, entry) in document.and_then(|node| node.get("locations")).into_iter().flat_map(Node::entries) {
        for (counter, entry) in entry.node.get("counters").into_iter().flat_map(Node::entries) {
            for (skill, node) in entry.node.get("skills").into_iter().flat_map(Node::entries).filter(|(skill, _)| !known.contains(skill)) {
                let path = format!("locations.{location}.counters.{counter}.skills.{skill}");
                problems.push(unknown(("il servizio", "the service"), skill, known), &node.key, path);
            }
        }
    }
}
