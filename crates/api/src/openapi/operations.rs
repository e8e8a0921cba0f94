//! Completes each operation: pieces of its path, shared responses, headers and examples.

use serde_json::{Map, Value, json};
use sportello_domain::service::FileType;

use super::{
    examples,
    responses::{PROBLEMS, limits},
};

/// Completes the operations of the document.
pub(super) fn complete(document: &mut Value) {
    let whole = document.clone();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Value::Object(operation) = operation {
                complete_one(path, method, operation, &whole);
            }
        }
    }
}

fn complete_one(path: &str, method: &str, operation: &mut Map<String, Value>, document: &Value) {
    let statuses = statuses(path, method, operation);
    if let (None, Some(summary)) = (operation.get("description"), operation.get("summary").cloned()) {
        operation.insert("description".to_owned(), summary);
    }
    parameters(path, operation);
    // Open to everybody on purpose, and said so.
    operation.entry("security").or_insert_with(|| json!([]));
    let tagged = names(operation, "If-None-Match") || names(operation, "If-Match");
    if let Some(body) = operation.get_mut("requestBody") {
        body["required"] = json!(!path.ends_with("/validation"));
        content(body, document);
        name_file_types(body);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut() {
        let mut headers = limits();
        if status == "201" {
            headers.insert("Location".to_owned(), header("Location"));
        }
        if tagged && status != "204" {
            headers.insert("ETag".to_owned(), header("ETag"));
        }
        if path.ends_with("/content") || path.ends_with("/receipt") {
            headers.insert("Content-Disposition".to_owned(), header("Content-Disposition"));
        }
        response["headers"] = headers.into();
        content(response, document);
    }
    if statuses.contains(&304) {
        responses.insert("304".to_owned(), json!({"description": "Nothing has changed.", "headers": limits()}));
    }
    for (status, name, _) in PROBLEMS {
        if statuses.contains(&status) {
            responses.insert(status.to_string(), json!({"$ref": format!("#/components/responses/{name}")}));
        }
    }
    responses.sort_keys();
}

/// The statuses that an operation can answer besides its own, read off its parameters, body and security.
fn statuses(path: &str, method: &str, operation: &Map<String, Value>) -> Vec<u16> {
    let mut statuses = vec![400, 429, 500, 503];
    if path.contains('{') || path == "/metrics" {
        statuses.push(404);
    }
    if operation.contains_key("security") {
        statuses.extend([401, 403, 404]);
    }
    if operation.contains_key("requestBody") {
        statuses.extend([413, 415, 422]);
    }
    if names(operation, "If-Match") {
        statuses.extend([409, 412, 428]);
    }
    if names(operation, "Idempotency-Key") {
        statuses.extend([409, 422]);
    }
    if names(operation, "If-None-Match") && method == "get" {
        statuses.push(304);
    }
    if path.ends_with("/workflow") || (path.ends_with("/inbox") && path.contains('{')) {
        statuses.push(406);
    }
    if path.ends_with("/term") || path.ends_with("/receipt") {
        statuses.push(409);
    }
    statuses
}

fn names(operation: &Map<String, Value>, parameter: &str) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    parameters.into_iter().any(|found| found.get("name") == Some(&json!(parameter)))
}

fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// Names the pieces of the path and the language, once each.
fn parameters(path: &str, operation: &mut Map<String, Value>) {
    let pieces = path.split('/').filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'));
    let shared = pieces.chain(["Accept-Language"]).map(|name| json!({"$ref": format!("#/components/parameters/{name}")}));
    let own = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    let all: Vec<Value> = shared.chain(own).collect();
    operation.insert("parameters".to_owned(), all.into());
}

/// Says which types the file of a form may declare.
fn name_file_types(body: &mut Value) {
    if let Some(form) = body.pointer_mut("/content/multipart~1form-data") {
        let types = FileType::ALL.map(FileType::media_type).join(", ");
        form["encoding"] = json!({"file": {"contentType": types}});
    }
}

/// Gives each body an example.
fn content(part: &mut Value, document: &Value) {
    for (_, body) in part.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        if body.get("example").is_none() && body.get("examples").is_none() {
            let example = body.get("schema").map_or(Value::Null, |schema| examples::of(schema, document));
            body["example"] = example;
        }
    }
}
