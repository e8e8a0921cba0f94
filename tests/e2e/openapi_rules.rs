//! The rules of the lint, each restated from what Italian public APIs must hold (interoperability guidelines, technical
//! provisions on REST) and from the project's own conventions.
//!
//! A rule is a function that adds findings; a finding says where and what. A new rule gets a line in [`lint`] and, in the
//! table of `openapi_lint.rs`, a document that it refuses.

use serde_json::{Value, json};

use crate::openapi_document::{Document, Operation, Response, elements, members, text};

const PROBLEM: &str = "application/problem+json";
const MERGE_PATCH: &str = "application/merge-patch+json";
const RATE_LIMIT: &[&str] = &["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

/// Headers whose registered spelling is no Train-Case, and the one `X-` header beside the rate limit's.
const KNOWN_HEADERS: &[&str] = &["ETag", "WWW-Authenticate", "X-Request-Id"];

/// Words by which a parameter would carry a credential; credentials travel in the Authorization header alone.
const CREDENTIALS: &[&str] = &["password", "secret", "apikey", "api_key", "api-key", "access_token"];

/// Words by which a parameter would carry a person's fiscal code into logs and histories.
const FISCAL_CODE: &[&str] = &["tax_code", "taxcode", "fiscal_code", "fiscal_number", "codice_fiscale", "cf"];

/// All findings on a document, in a stable order.
pub(crate) fn lint(root: &Value) -> Vec<String> {
    let document = Document(root);
    let mut findings = Vec::new();
    identity(root, &mut findings);
    servers(root, &mut findings);
    security_schemes(root, &mut findings);
    references(root, root, "#", &mut findings);
    paths(&document, &mut findings);
    status(&document, &mut findings);
    let mut ids: Vec<&str> = Vec::new();
    for operation in document.operations() {
        let name = operation.name();
        let mut found = Vec::new();
        documentation(root, &operation, &mut ids, &mut found);
        parameters(&document, &operation, &mut found);
        request(&document, &operation, &mut found);
        statuses(&document, &operation, &mut found);
        security(&document, &operation, &mut found);
        for response in document.responses(&operation) {
            let mut inner = Vec::new();
            headers(&document, &response, &mut inner);
            content(&document, &response, &mut inner);
            found.extend(inner.into_iter().map(|finding| format!("{}: {finding}", response.status)));
        }
        examples(&document, &operation, &mut found);
        findings.extend(found.into_iter().map(|finding| format!("{name}: {finding}")));
    }
    for (at, schema) in document.schemas() {
        let mut found = Vec::new();
        self::schema(schema, &mut found);
        findings.extend(found.into_iter().map(|finding| format!("{at}: {finding}")));
    }
    findings
}

fn want(holds: bool, findings: &mut Vec<String>, finding: &str) {
    if !holds {
        findings.push(finding.to_owned());
    }
}

fn is_semver(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| *number == "0" || (!number.starts_with('0') && number.parse::<u32>().is_ok()))
}

fn identity(root: &Value, findings: &mut Vec<String>) {
    let info = &root["info"];
    want(text(root, "openapi").starts_with("3.1."), findings, "openapi: the document is not OpenAPI 3.1");
    for key in ["title", "description", "x-summary", "termsOfService"] {
        want(!text(info, key).is_empty(), findings, &format!("info: `{key}` is missing"));
    }
    want(is_semver(text(info, "version")), findings, "info: `version` is no semantic version");
    let contact = &info["contact"];
    want(!text(contact, "name").is_empty(), findings, "info: `contact` has no name");
    want(
        text(contact, "email").contains('@') || text(contact, "url").starts_with("https://"),
        findings,
        "info: `contact` cannot be reached",
    );
    want(!text(&info["license"], "name").is_empty(), findings, "info: `license` is missing");
}

fn servers(root: &Value, findings: &mut Vec<String>) {
    want(elements(&root["servers"]).next().is_some(), findings, "servers: none is named");
    for server in elements(&root["servers"]) {
        let url = text(server, "url");
        want(!text(server, "description").is_empty(), findings, &format!("servers: {url} has no description"));
        want(
            url.starts_with("https://") || server["x-sandbox"] == true,
            findings,
            &format!("servers: {url} is neither https nor a sandbox"),
        );
    }
}

fn security_schemes(root: &Value, findings: &mut Vec<String>) {
    for (name, scheme) in members(&root["components"]["securitySchemes"]) {
        want(
            !(text(scheme, "type") == "apiKey" && text(scheme, "in") == "query"),
            findings,
            &format!("security scheme {name}: a key would stand in the query"),
        );
        for (flow, value) in members(&scheme["flows"]) {
            want(!matches!(flow, "implicit" | "password"), findings, &format!("security scheme {name}: the {flow} flow is not admitted"));
            for (key, url) in members(value).filter(|(key, _)| key.ends_with("Url")) {
                want(
                    url.as_str().is_some_and(|url| url.starts_with("https://")),
                    findings,
                    &format!("security scheme {name}: `{key}` is not https"),
                );
            }
        }
    }
}

/// Every reference leads somewhere in the document itself.
fn references(root: &Value, value: &Value, at: &str, findings: &mut Vec<String>) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        let found = reference.strip_prefix('#').is_some_and(|pointer| root.pointer(pointer).is_some());
        want(found, findings, &format!("{at}: `{reference}` leads nowhere"));
    }
    for (key, inner) in members(value) {
        references(root, inner, &format!("{at}/{key}"), findings);
    }
    for (index, inner) in elements(value).enumerate() {
        references(root, inner, &format!("{at}/{index}"), findings);
    }
}

fn is_of(word: &str, separator: char) -> bool {
    word.split(separator).all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

/// `a-b`, `v1`, `{case}`, and a file's name such as `openapi.json`.
fn is_path_segment(segment: &str) -> bool {
    match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => is_of(name, '_'),
        None => segment.split('.').all(|part| is_of(part, '-')),
    }
}

fn paths(document: &Document<'_>, findings: &mut Vec<String>) {
    want(members(&document.0["paths"]).next().is_some(), findings, "paths: there is none");
    for (path, _) in members(&document.0["paths"]) {
        let good = path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_path_segment));
        want(good, findings, &format!("{path}: the path is not kebab-case with {{snake_case}} parameters"));
    }
}

fn status(document: &Document<'_>, findings: &mut Vec<String>) {
    let Some(operation) = document.operations().into_iter().find(|operation| operation.path == "/status" && operation.method == "get")
    else {
        findings.push("paths: `GET /status` is missing".to_owned());
        return;
    };
    want(!document.is_secured(&operation), findings, "GET /status: it must answer without proof of who calls");
    let good = document
        .responses(&operation)
        .iter()
        .any(|each| each.status == "200" && members(&each.value["content"]).any(|(kind, _)| kind == "application/json" || kind == PROBLEM));
    want(good, findings, "GET /status: 200 is no JSON");
}

fn documentation<'a>(root: &Value, operation: &Operation<'a>, ids: &mut Vec<&'a str>, findings: &mut Vec<String>) {
    for key in ["summary", "description"] {
        want(!text(operation.value, key).is_empty(), findings, &format!("`{key}` is missing"));
    }
    let id = text(operation.value, "operationId");
    want(!id.is_empty(), findings, "`operationId` is missing");
    want(!ids.contains(&id), findings, &format!("the operationId `{id}` stands twice"));
    ids.push(id);
    let lower = id.to_lowercase();
    let verb = ["get", "post", "put", "delete", "patch", "head"].iter().any(|verb| lower.starts_with(verb));
    want(!verb, findings, &format!("the operationId `{id}` begins with a method"));
    let tags: Vec<&str> = elements(&operation.value["tags"]).filter_map(Value::as_str).collect();
    want(!tags.is_empty(), findings, "it has no tag");
    for tag in tags {
        let described = elements(&root["tags"]).any(|each| text(each, "name") == tag && !text(each, "description").is_empty());
        want(described, findings, &format!("the tag `{tag}` is not described"));
    }
}

fn parameters(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<String>) {
    let parameters = document.parameters(operation);
    for parameter in &parameters {
        let (name, place) = (text(parameter, "name"), text(parameter, "in"));
        let lower = name.to_lowercase();
        want(!text(parameter, "description").is_empty(), findings, &format!("the parameter `{name}` is not described"));
        want(parameter["schema"].is_object(), findings, &format!("the parameter `{name}` has no schema"));
        want(!CREDENTIALS.iter().any(|word| lower.contains(word)), findings, &format!("the parameter `{name}` carries a credential"));
        if place == "header" {
            let own = matches!(lower.as_str(), "accept" | "content-type" | "authorization");
            want(!own, findings, &format!("the header `{name}` belongs to the protocol, not to the parameters"));
            want(is_header_name(name), findings, &format!("the header `{name}` is not in Train-Case"));
        } else {
            want(is_of(name, '_'), findings, &format!("the parameter `{name}` is not snake_case"));
            want(
                !FISCAL_CODE.contains(&lower.as_str()),
                findings,
                &format!("the parameter `{name}` carries a fiscal code into the address"),
            );
        }
    }
    for segment in operation.path.split('/') {
        let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { continue };
        let declared = parameters.iter().any(|each| text(each, "in") == "path" && text(each, "name") == name && each["required"] == true);
        want(declared, findings, &format!("the path's `{name}` is not declared as required"));
    }
    for parameter in parameters.iter().filter(|each| text(each, "in") == "path") {
        let name = text(parameter, "name");
        want(operation.path.contains(&format!("{{{name}}}")), findings, &format!("the parameter `{name}` is not in the path"));
    }
}

fn request(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<String>) {
    let body = document.body(operation);
    if matches!(operation.method, "get" | "head" | "delete") {
        want(body.is_null(), findings, "this method takes no body");
    }
    if operation.method == "patch" {
        want(body["required"] == true, findings, "the body of a PATCH is required");
        let kinds: Vec<&str> = members(&body["content"]).map(|(kind, _)| kind).collect();
        want(kinds == [MERGE_PATCH], findings, &format!("a PATCH takes {MERGE_PATCH}"));
    }
    if matches!(operation.method, "put" | "patch" | "delete") {
        want(document.has_header(operation, "If-Match"), findings, "it changes a resource without If-Match");
    }
    for (kind, media) in members(&body["content"]) {
        want(media["schema"].is_object(), findings, &format!("the {kind} body has no schema"));
    }
}

/// The statuses that follow from what an operation takes.
fn statuses(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<String>) {
    let responses = document.responses(operation);
    let has = |status: &str| responses.iter().any(|each| each.status == status);
    let mut demand = |when: bool, statuses: &[&str], why: &str| {
        for status in statuses.iter().filter(|status| when && !has(status)) {
            findings.push(format!("{status} is not documented: {why}"));
        }
    };
    demand(true, &["429", "503"], "any request may meet a limit or an overload");
    demand(operation.path.contains('{'), &["404"], "what the path names may be unknown");
    demand(!document.body(operation).is_null(), &["400", "415"], "a body may be malformed or of another type");
    demand(document.is_secured(operation), &["401"], "the caller may lack proof of who it is");
    demand(document.has_header(operation, "If-Match"), &["412", "428"], "the version may be old or lack");
    demand(
        document.has_header(operation, "Idempotency-Key"),
        &["400", "409", "422"],
        "the key may lack, be in use, or stand for another body",
    );
    want(responses.iter().any(|each| each.status.starts_with(['2', '3'])), findings, "no success is documented");
}

fn security(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<String>) {
    if operation.is_unsafe() {
        want(document.is_secured(operation), findings, "it changes something and asks nobody who calls");
    }
    for alternative in elements(document.security(operation)) {
        for (scheme, _) in members(alternative) {
            let known = document.0["components"]["securitySchemes"].get(scheme).is_some();
            want(known, findings, &format!("the security scheme `{scheme}` is not defined"));
        }
    }
}

fn is_header_name(name: &str) -> bool {
    let train = name.split('-').all(|part| {
        let mut characters = part.chars();
        characters.next().is_some_and(|c| c.is_ascii_uppercase()) && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    });
    KNOWN_HEADERS.contains(&name) || RATE_LIMIT.contains(&name) || (train && !name.starts_with("X-"))
}

fn headers(document: &Document<'_>, response: &Response<'_>, findings: &mut Vec<String>) {
    let headers = &response.value["headers"];
    let mut demand = |name: &str| want(headers.get(name).is_some(), findings, &format!("the header `{name}` is missing"));
    if response.status.starts_with(['2', '3', '4']) {
        for name in RATE_LIMIT {
            demand(name);
        }
    }
    if matches!(response.status, "429" | "503") {
        demand("Retry-After");
    }
    if matches!(response.status, "201" | "202" | "303") {
        demand("Location");
    }
    for (name, header) in members(headers) {
        want(is_header_name(name), findings, &format!("the header `{name}` is not in Train-Case, or private"));
        let header = document.follow(header);
        want(header["schema"].is_object(), findings, &format!("the header `{name}` has no schema"));
        want(!text(header, "description").is_empty(), findings, &format!("the header `{name}` is not described"));
    }
}

fn content(document: &Document<'_>, response: &Response<'_>, findings: &mut Vec<String>) {
    want(!text(response.value, "description").is_empty(), findings, "it is not described");
    let content = &response.value["content"];
    let kinds: Vec<&str> = members(content).map(|(kind, _)| kind).collect();
    if matches!(response.status, "204" | "205" | "304") {
        want(kinds.is_empty(), findings, "this status has no body");
    }
    if response.is_error() {
        want(kinds == [PROBLEM], findings, &format!("an error is {PROBLEM} and nothing else"));
    }
    for (kind, media) in members(content) {
        want(media["schema"].is_object(), findings, &format!("the {kind} body has no schema"));
        if kind.ends_with("json") {
            want(document.is_object(&media["schema"]), findings, &format!("the {kind} body is no object"));
        }
        if kind == PROBLEM {
            let schema = document.follow(&media["schema"]);
            for member in ["type", "title", "status", "detail"] {
                want(schema["properties"].get(member).is_some(), findings, &format!("the problem has no `{member}`"));
            }
        }
    }
}

fn schema(schema: &Value, findings: &mut Vec<String>) {
    let types = Document::types(schema);
    let format = text(schema, "format");
    if types.contains(&"integer") {
        want(matches!(format, "int32" | "int64"), findings, &format!("an integer of format `{format}`: int32 or int64"));
    }
    if types.contains(&"number") {
        want(matches!(format, "float" | "double"), findings, &format!("a number of format `{format}`: float or double"));
    }
    if types.contains(&"null") {
        want(!types.contains(&"array") && !types.contains(&"boolean"), findings, "arrays and booleans are never null");
    }
    if types.contains(&"array") {
        want(schema.get("items").is_some() || schema.get("prefixItems").is_some(), findings, "an array of what?");
    }
    for choice in elements(&schema["enum"]) {
        want(choice.is_string() || choice.is_null() && types.contains(&"null"), findings, &format!("the choice {choice} is no text"));
    }
    for (name, _) in members(&schema["properties"]) {
        want(is_of(name.trim_start_matches(['_', '$']), '_'), findings, &format!("the property `{name}` is not snake_case"));
    }
    for name in elements(&schema["required"]).filter_map(Value::as_str) {
        want(schema["properties"].get(name).is_some(), findings, &format!("`{name}` is required and not a property"));
    }
}

/// Examples of a body, wherever the standard lets them stand: at the media type, or at its schema.
fn examples_of<'a>(document: &Document<'a>, media: &'a Value) -> Vec<&'a Value> {
    let mut found: Vec<&Value> = members(&media["examples"]).map(|(_, example)| &document.follow(example)["value"]).collect();
    found.extend(media.get("example"));
    if found.is_empty() {
        let schema = document.follow(&media["schema"]);
        found.extend(schema.get("example"));
        found.extend(elements(&schema["examples"]));
    }
    found
}

/// Every JSON body has an example, and every example is what its schema says.
fn examples(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<String>) {
    let request = [("request".to_owned(), document.body(operation))];
    let responses = document.responses(operation).into_iter().map(|each| (each.status.to_owned(), each.value));
    for (place, body) in request.into_iter().chain(responses) {
        for (kind, media) in members(&body["content"]).filter(|(kind, _)| kind.ends_with("json")) {
            let found = examples_of(document, media);
            want(!found.is_empty(), findings, &format!("{place}: the {kind} body has no example"));
            let validator = match validator(document, &media["schema"]) {
                Ok(validator) => validator,
                Err(error) => {
                    findings.push(format!("{place}: the {kind} schema cannot be used: {error}"));
                    continue;
                }
            };
            for error in found.iter().flat_map(|example| validator.iter_errors(example)) {
                findings.push(format!("{place}: the example breaks its schema at `{}`: {error}", error.instance_path()));
            }
        }
    }
}

fn validator(document: &Document<'_>, schema: &Value) -> Result<jsonschema::Validator, String> {
    let whole =
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema], "components": document.0["components"]});
    jsonschema::options().should_validate_formats(true).build(&whole).map_err(|error| error.to_string())
}
