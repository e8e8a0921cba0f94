//! The operations as the description lists them, and a request of each that comes as far as it can without doing anything.

use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use sportello_tests::{Api, Reply, key};

use crate::network::{NOWHERE, OWN, Things};

/// An operation in one of the shapes that it is read in.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// Its id, and the media type where it has several.
    pub(crate) name: String,
    method: String,
    path: String,
    accept: String,
    described: Value,
}

/// What stands in the place of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    /// What is at the body.
    There,
    /// What is at another.
    Elsewhere,
    /// What nobody has.
    Nowhere,
    /// No id at all.
    Nonsense,
}

/// All operations of the description that the installation serves.
pub(crate) fn all(api: &Api) -> Vec<Operation> {
    let document = api.get("/openapi.json").expect(200);
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(described) = item.get(method) else { continue };
            let id = described["operationId"].as_str().expect("an id");
            for (accept, several) in shapes(described) {
                let name = if several { format!("{id} ({accept})") } else { id.to_owned() };
                let method = method.to_uppercase();
                found.push(Operation { name, method, path: path.clone(), accept, described: described.clone() });
            }
        }
    }
    assert!(found.len() > 70, "only {} operations are described", found.len());
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The media types that an operation answers in, and whether there are several to choose from.
fn shapes(described: &Value) -> Vec<(String, bool)> {
    let negotiated = described["responses"].get("406").is_some();
    let types: Vec<_> = described["responses"]["200"]["content"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    if negotiated { types.into_iter().map(|name| (name, true)).collect() } else { vec![("*/*".to_owned(), false)] }
}

impl Operation {
    /// Whether a token is asked for.
    pub(crate) fn is_public(&self) -> bool {
        self.described.get("security").is_none()
    }

    /// Whether it belongs to a body.
    pub(crate) fn is_of_a_body(&self) -> bool {
        self.path.contains("{tenant}")
    }

    /// Whether it names something of which another body has one too.
    pub(crate) fn names_a_thing(&self) -> bool {
        ["{case}", "{document}", "{filter}", "{assignment}", "{number}", "{checkout}"].iter().any(|name| self.path.contains(name))
    }

    fn takes(&self, header: &str) -> bool {
        self.described["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["name"] == header)
    }

    /// Asks for what is at the body, or for something in its place.
    pub(crate) fn ask(&self, api: &Api, there: &Things, elsewhere: &Things, id: Id) -> Reply {
        let mut path = self.path.replace("{tenant}", OWN.slug);
        while let Some((before, rest)) = path.split_once('{') {
            let (name, after) = rest.split_once('}').expect("a closed brace");
            let value = match (id, name) {
                (Id::There, _) | (_, "service" | "code") => there.id(name),
                (Id::Elsewhere, _) => elsewhere.id(name),
                (Id::Nowhere, "number") => "9999999",
                (Id::Nowhere, _) => NOWHERE,
                (Id::Nonsense, _) => "nonsense",
            };
            path = format!("{before}{value}{after}");
        }
        let mut request = api.request(&self.method, &path).header("accept", &self.accept);
        if self.takes("Idempotency-Key") {
            request = request.header("idempotency-key", key());
        }
        if self.takes("If-Match") {
            request = request.header("if-match", "\"0\"");
        }
        api.send(self.with_body(request, there))
    }

    /// A body with which nothing is done: what is only looked for is looked for; what would do something holds what nobody knows.
    fn with_body(&self, request: RequestBuilder, there: &Things) -> RequestBuilder {
        let content = &self.described["requestBody"]["content"];
        let Some(kind) = content.as_object().and_then(|content| content.keys().next()) else { return request };
        if kind.starts_with("multipart/") {
            return request.header("content-type", format!("{kind}; boundary=b")).body("--b--");
        }
        let mut body = content[kind]["example"].clone();
        if body.get("case").is_some() {
            body["case"] = there.id("case").into();
        }
        if self.takes("Idempotency-Key") && !self.takes("If-Match") {
            body = json!({"what-nobody-knows": true});
        }
        request.header("content-type", kind).body(body.to_string())
    }
}
