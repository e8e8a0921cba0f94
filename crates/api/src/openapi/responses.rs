//! The responses that operations share: problems, each with a true example, and the headers of limits.

use serde_json::{Map, Value, json};
use sportello_domain::{
    refusal::{Code, Refusal},
    text::Language,
};
use uuid::Uuid;

use crate::http::{
    faults,
    problem::{MEDIA_TYPE, Problem},
};

/// The name of the shared response, its code and, where it has one, the refusal of its example.
pub(super) const PROBLEMS: [(u16, &str, Code); 14] = [
    (400, "BadRequest", Code::InvalidParameter),
    (401, "Unauthenticated", Code::Unauthenticated),
    (403, "Forbidden", Code::Forbidden),
    (404, "NotFound", Code::NotFound),
    (406, "NotAcceptable", Code::NotAcceptable),
    (409, "Conflict", Code::TransitionNotAvailable),
    (412, "VersionMismatch", Code::VersionMismatch),
    (413, "TooLarge", Code::BodyTooLarge),
    (415, "UnsupportedMediaType", Code::UnsupportedMediaType),
    (422, "Unprocessable", Code::InvalidAnswers),
    (428, "IfMatchRequired", Code::IfMatchRequired),
    (429, "TooManyRequests", Code::TooManyRequests),
    (500, "Internal", Code::Internal),
    (503, "Unavailable", Code::TenantUnavailable),
];

/// Writes the shared headers, parameters and responses.
pub(super) fn write(document: &mut Value) {
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    let responses: Map<String, Value> = PROBLEMS
        .iter()
        .map(|(status, name, code)| {
            let mut headers = limits();
            if matches!(status, 429 | 503) {
                headers.insert("Retry-After".to_owned(), json!({"$ref": "#/components/headers/Retry-After"}));
            }
            let content = json!({"schema": problem, "example": example(*code)});
            let response = json!({"description": code.title(Language::En), "headers": headers, "content": {MEDIA_TYPE: content}});
            ((*name).to_owned(), response)
        })
        .collect();
    let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) else { return };
    components.insert("responses".to_owned(), responses.into());
    components.insert("headers".to_owned(), headers());
    components.insert("parameters".to_owned(), parameters());
}

/// References to the headers that every response bears.
pub(super) fn limits() -> Map<String, Value> {
    ["Cache-Control", "Content-Language", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]
        .into_iter()
        .map(|name| (name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")})))
        .collect()
}

fn example(code: Code) -> Value {
    let refusal = match code {
        Code::InvalidParameter => Refusal::with_faults(code, vec![faults::out_of_range("/query/limit", 1, 200)]),
        Code::InvalidAnswers => Refusal::with_faults(code, vec![faults::required("/answers/applicant/tax-code")]),
        code => code.into(),
    };
    let request = Uuid::from_u128(0x0197_a3c2_8d1f_7c3a_9b55_0c2f_6f1e_2a44);
    serde_json::to_value(Problem::from(refusal).body(Language::It, request)).unwrap_or_default()
}

fn headers() -> Value {
    let number = |description: &str, example: u32| json!({"description": description, "schema": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 1_000_000_000}, "example": example});
    let text = |description: &str, example: &str| json!({"description": description, "schema": {"type": "string", "maxLength": 2000}, "example": example});
    json!({
        "X-RateLimit-Limit": number("How many requests the caller may make in the period.", 600),
        "X-RateLimit-Remaining": number("How many of them are left.", 599),
        "X-RateLimit-Reset": number("In how many seconds the period begins anew.", 60),
        "Cache-Control": text("`no-store`, or `no-cache` where a reply may be kept and must be checked by its ETag.", "no-store"),
        "Retry-After": number("After how many seconds to come again.", 5),
        "ETag": text("The version of the resource.", "\"3\""),
        "Location": text("Where the new resource is.", "/v1/tenants/cesena/cases/0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44"),
        "Content-Language": text("The language of the texts.", "it"),
        "Content-Disposition": text("The name under which a file is saved.", "attachment; filename=\"certificato.pdf\""),
    })
}

fn parameters() -> Value {
    let id = |name: &str, description: &str| {
        json!({"name": name, "in": "path", "required": true, "description": description, "example": "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44",
            "schema": {"type": "string", "format": "uuid", "maxLength": 36}})
    };
    let key = |name: &str, description: &str, example: &str| {
        json!({"name": name, "in": "path", "required": true, "description": description, "example": example,
            "schema": {"type": "string", "pattern": "^[a-z0-9_-]+$", "maxLength": 64}})
    };
    json!({
        "tenant": key("tenant", "The body, by slug.", "cesena"),
        "service": key("service", "The service, by id.", "pink-badge"),
        "code": key("code", "The code of the problem.", "version_mismatch"),
        "case": id("case", "The case."),
        "checkout": id("checkout", "The checkout."),
        "document": id("document", "The document."),
        "assignment": id("assignment", "The assignment."),
        "filter": id("filter", "The saved filter."),
        "letter": id("letter", "The dead letter."),
        "number": {"name": "number", "in": "path", "required": true, "description": "The number of the entry.", "example": "0000123",
            "schema": {"type": "string", "pattern": "^[0-9]{1,20}$", "maxLength": 20}},
        "Accept-Language": {"name": "Accept-Language", "in": "header", "required": false, "example": "en",
            "description": "The language that is wanted: `it` (the default) or `en`.", "schema": {"type": "string"}},
    })
}
