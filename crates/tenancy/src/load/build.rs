//! From resolved documents to the domain's tenant: tree → typed JSON → types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map as Object, Value as Json};
use sportello_domain::act::Act;
use sportello_domain::definition::Definition;
use sportello_domain::service::{Key, Service};
use sportello_domain::tenant::{ActiveService, Tenant};

use crate::check::{Filler, Missing, fill, steps, to_step, to_workflow};
use crate::problem::{Message, Problems, Span, Words};
use crate::resolve::Resolved;
use crate::shape::kinds::Kind;
use crate::shape::{Shape, convert};
use crate::source::DocId;
use crate::yaml::Node;

/// What a tenant is made of.
pub(super) struct Material<'m> {
    pub resolved: &'m Resolved,
    pub assets: &'m BTreeMap<String, Vec<u8>>,
    pub active: &'m [String],
    pub parameters: Json,
    pub release: Option<&'m str>,
    pub versions: Option<&'m BTreeMap<String, String>>,
    pub hash: String,
    pub at: &'m Span,
}

/// Makes the tenant; what does not fit the domain's types becomes a problem.
pub(super) fn build(material: &Material<'_>, problems: &mut Problems) -> Option<Tenant> {
    let filler = filler(material);
    let mut json = document(material, Kind::Tenant)?;
    let object = json.as_object_mut()?;
    object.insert("release".into(), material.release.map_or(Json::Null, Json::from));
    object.insert("branding".into(), branding(material, &filler, problems));
    object.insert("offices".into(), part(material, Kind::Offices, "offices"));
    object.insert("locations".into(), part(material, Kind::Desk, "locations"));
    if let Some(calendar) = document(material, Kind::Calendar) {
        object.insert("calendar".into(), calendar);
    }
    if let Some(registers) = document(material, Kind::Registers) {
        object.insert("registers".into(), registers);
    }
    object.insert("issuers".into(), issuers(material));
    object.insert("templates".into(), templates(material, &filler, problems));
    object.insert("parameters".into(), material.parameters.clone());
    object.insert("hash".into(), material.hash.as_str().into());
    let mut tenant: Tenant = typed(json, "tenant", material.at, problems)?;
    letters(material, &tenant, &filler, problems);
    let acts = acts(material, &filler, problems)?;
    for id in material.active {
        if let Some(service) = active_service(material, &tenant, &acts, &filler, id, problems) {
            tenant.services.insert(Key::from(id.as_str()), Arc::new(service));
        }
    }
    Some(tenant)
}

fn typed<T: serde::de::DeserializeOwned>(json: Json, document: &str, at: &Span, problems: &mut Problems) -> Option<T> {
    match serde_json::from_value(json) {
        Ok(value) => Some(value),
        Err(error) => {
            problems.push(Message::BadDefinition { document: document.into(), detail: error.to_string().into() }, at, "");
            None
        }
    }
}

fn node<'m>(material: &'m Material<'_>, kind: Kind) -> Option<&'m Node> {
    material.resolved.get(&DocId::single(kind)).map(AsRef::as_ref)
}

fn document(material: &Material<'_>, kind: Kind) -> Option<Json> {
    node(material, kind).map(|node| convert::document(kind.record(), node))
}

fn part(material: &Material<'_>, kind: Kind, key: &str) -> Json {
    let mut json = document(material, kind).unwrap_or(Json::Null);
    json.get_mut(key).map_or_else(|| Object::new().into(), Json::take)
}

/// Fills the texts of a document. What has no value is reported with the tenant: the text is often a catalogue's.
fn filled(material: &Material<'_>, kind: Kind, document: &str, node: &mut Node, filler: &Filler, problems: &mut Problems) {
    for missing in without_value(kind, node, filler) {
        let document = format!("{document} {}", missing.path);
        empty(material, missing, document.as_str().into(), document.clone(), problems);
    }
}

/// Fills the texts of a document and answers what has no value, once a text.
fn without_value(kind: Kind, node: &mut Node, filler: &Filler) -> Vec<Missing> {
    let mut said = BTreeSet::new();
    let mut missing = fill(Shape::Record(kind.record()), node, filler);
    missing.retain(|missing| said.insert((missing.name.clone(), missing.path.clone())));
    missing
}

fn empty(material: &Material<'_>, missing: Missing, document: Words, path: String, problems: &mut Problems) {
    let message = Message::EmptyPlaceholder { placeholder: missing.name.into(), document, place: missing.place.to_string().into() };
    problems.push(message, material.at, path);
}

fn branding(material: &Material<'_>, filler: &Filler, problems: &mut Problems) -> Json {
    let Some(mut node) = node(material, Kind::Branding).cloned() else { return Object::new().into() };
    filled(material, Kind::Branding, "branding", &mut node, filler, problems);
    let mut json = convert::document(Kind::Branding.record(), &node);
    if let Some(logo) = json.get_mut("logo").and_then(Json::as_object_mut) {
        let bytes = logo.get("file").and_then(Json::as_str).and_then(|file| material.assets.get(file));
        let svg = bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
        logo.insert("svg".into(), svg.into());
    }
    json
}

fn issuers(material: &Material<'_>) -> Json {
    let mut json = part(material, Kind::Identity, "issuers");
    for issuer in json.as_object_mut().into_iter().flat_map(Object::values_mut) {
        if let Some(jwks) = issuer.get_mut("jwks").and_then(Json::as_object_mut) {
            let bytes = jwks.get("file").and_then(Json::as_str).and_then(|file| material.assets.get(file));
            if let Some(keys) = bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()) {
                jwks.insert("keys".into(), keys);
            }
        }
    }
    json
}

fn templates(material: &Material<'_>, filler: &Filler, problems: &mut Problems) -> Json {
    // Which office and which case a message is about is known when it is sent.
    let mut filler = filler.clone();
    filler.later = vec!["office.", "case."];
    let mut templates = Object::new();
    for (id, template) in material.resolved.iter().filter(|(id, _)| id.kind == Kind::Template) {
        let mut node = template.as_ref().clone();
        filled(material, Kind::Template, &id.to_string(), &mut node, &filler, problems);
        templates.insert(id.id.clone(), convert::document(Kind::Template.record(), &node));
    }
    templates.into()
}

/// Messages are sent for the office that answers for the case: each that may have one has what they say of it.
fn letters(material: &Material<'_>, tenant: &Tenant, filler: &Filler, problems: &mut Problems) {
    let services = material.active.iter().filter_map(|id| material.resolved.get(&DocId::of(Kind::Service, id.as_str())));
    let roles: BTreeSet<&str> = services.filter_map(|service| service.text("office")).collect();
    for role in roles {
        let Some((office_id, _)) = tenant.office_for(role) else { continue };
        let mut filler = filler.clone();
        filler.later = vec!["case."];
        office(tenant, role, &mut filler);
        for (id, template) in material.resolved.iter().filter(|(id, _)| id.kind == Kind::Template) {
            let missing = without_value(Kind::Template, &mut template.as_ref().clone(), &filler);
            for missing in missing.into_iter().filter(|missing| missing.name.starts_with("office.")) {
                let text = format!("{id} {}", missing.path);
                let document = Words::new(format!("{text} per l'ufficio {office_id}"), format!("{text} for the office {office_id}"));
                empty(material, missing, document, text, problems);
            }
        }
    }
}

fn active_service(
    material: &Material<'_>,
    tenant: &Tenant,
    acts: &IndexMap<Key, Act>,
    filler: &Filler,
    id: &str,
    problems: &mut Problems,
) -> Option<ActiveService> {
    let mut node = material.resolved.get(&DocId::of(Kind::Service, id))?.as_ref().clone();
    let mut filler = filler.clone();
    office(tenant, node.text("office").unwrap_or_default(), &mut filler);
    filled(material, Kind::Service, &format!("services/{id}"), &mut node, &filler, problems);
    let mut json = convert::document(Kind::Service.record(), &node);
    let object = json.as_object_mut()?;
    object.insert("id".into(), id.into());
    if let Some(version) = material.versions.and_then(|versions| versions.get(id)) {
        object.insert("version".into(), version.as_str().into());
    }
    let service: Service = typed(json, &format!("services/{id}"), &node.span, problems)?;
    let workflow_id = DocId::of(Kind::Workflow, &*service.workflow);
    let mut workflow_node = material.resolved.get(&workflow_id)?.as_ref().clone();
    filled(material, Kind::Workflow, &workflow_id.to_string(), &mut workflow_node, &filler, problems);
    let bad = |detail: String, span: &Span, problems: &mut Problems| {
        problems.push(Message::BadDefinition { document: format!("services/{id}").into(), detail: detail.into() }, span, "");
    };
    let mut workflow = to_workflow(&service.workflow, &workflow_node).map_err(|detail| bad(detail, &workflow_node.span, problems)).ok()?;
    for (point, step) in steps(&node) {
        let step_id = DocId::of(Kind::Step, step);
        let mut step_node = material.resolved.get(&step_id)?.as_ref().clone();
        filled(material, Kind::Step, &step_id.to_string(), &mut step_node, &filler, problems);
        let step = to_step(&step_node).map_err(|detail| bad(detail, &step_node.span, problems)).ok()?;
        workflow = workflow.with_step(point, &step).map_err(|error| bad(error.to_string(), &node.span, problems)).ok()?;
    }
    let definition = Definition::of(&service, &workflow, acts, &tenant.parameters);
    let (_, hash) = definition.freeze().map_err(|error| bad(error.to_string(), &node.span, problems)).ok()?;
    Some(ActiveService { service, workflow, definition: Arc::new(definition), definition_hash: hash.into() })
}

/// The templates of acts; which office and which case one is about is known when it is drawn up.
fn acts(material: &Material<'_>, filler: &Filler, problems: &mut Problems) -> Option<IndexMap<Key, Act>> {
    let mut filler = filler.clone();
    filler.later = vec!["office.", "case.", "values."];
    let mut acts = IndexMap::new();
    for (id, act) in material.resolved.iter().filter(|(id, _)| id.kind == Kind::Act) {
        let mut node = act.as_ref().clone();
        filled(material, Kind::Act, &id.to_string(), &mut node, &filler, problems);
        let json = convert::document(Kind::Act.record(), &node);
        acts.insert(Key::from(id.id.as_str()), typed(json, &id.to_string(), &node.span, problems)?);
    }
    Some(acts)
}

/// What placeholders stand for in every document of the tenant.
fn filler(material: &Material<'_>) -> Filler {
    let mut filler = Filler::default();
    if let Some(tenant) = node(material, Kind::Tenant) {
        if let Some(name) = tenant.get("name") {
            filler.set("tenant.name".into(), texts(name));
        }
        for (kind, entry) in tenant.get("contacts").into_iter().flat_map(Node::entries) {
            filler.set_plain(format!("tenant.{kind}"), entry.node.plain().unwrap_or_default());
        }
    }
    for (id, parameter) in material.parameters.as_object().into_iter().flatten() {
        let name = format!("parameters.{id}");
        match &parameter["value"] {
            Json::Object(by_language) => {
                let texts = by_language.iter().filter_map(|(language, text)| Some((language.clone(), text.as_str()?.to_owned())));
                filler.set(name, texts.collect());
            }
            Json::String(text) => filler.set_plain(name, text),
            Json::Bool(yes) => {
                let words = if *yes { [("it", "sì"), ("en", "yes")] } else { [("it", "no"), ("en", "no")] };
                filler.set(name, words.map(|(language, word)| (language.to_owned(), word.to_owned())).into());
            }
            other => filler.set_plain(name, &other.to_string()),
        }
    }
    filler
}

fn texts(node: &Node) -> BTreeMap<String, String> {
    node.entries().filter_map(|(language, entry)| Some((language.to_owned(), entry.node.as_text()?.to_owned()))).collect()
}

/// The office that answers for a service.
fn office(tenant: &Tenant, role: &str, filler: &mut Filler) {
    let Some((_, office)) = tenant.office_for(role) else { return };
    let mut name = BTreeMap::from([("it".to_owned(), office.name.it.to_string())]);
    name.extend(office.name.en.as_ref().map(|text| ("en".to_owned(), text.to_string())));
    filler.set("office.name".into(), name);
    let contacts =
        [("email", &office.email), ("certified_email", &office.certified_email), ("phone", &office.phone), ("head", &office.head)];
    for (key, value) in contacts {
        if let Some(value) = value {
            filler.set_plain(format!("office.{key}"), value);
        }
    }
}
