//! The words that members of bodies and parameters take, from the lists that their readers look into.

use serde_json::{Map, Value, json};
use sportello_domain::{
    case::CaseStatus,
    permissions::Role,
    rating::Aspect,
    service::{Category, Channel},
};

use crate::opinions::give::VERDICTS;

/// Whose work is wanted: the caller's, nobody's, or a person's.
const ASSIGNEE: &str = "^(me|none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$";

/// Members of schemas: the schema, the member, its words.
fn members() -> [(&'static str, &'static str, Vec<&'static str>); 4] {
    [
        ("CaseSearch", "status", CaseStatus::ALL.map(CaseStatus::id).to_vec()),
        ("NewAssignment", "role", Role::ASSIGNABLE.map(Role::id).to_vec()),
        ("NewOpinion", "verdict", VERDICTS.to_vec()),
        ("NewRating", "aspect", Aspect::ALL.iter().map(|aspect| aspect.id()).collect()),
    ]
}

/// Parameters of queries that take one word.
fn parameters() -> [(&'static str, Vec<&'static str>); 2] {
    [("category", Category::ALL.iter().map(|term| term.id()).collect()), ("channel", Channel::ALL.iter().map(|term| term.id()).collect())]
}

/// Writes the words where they are taken.
pub(super) fn write(document: &mut Value) {
    for (schema, member, words) in members() {
        if let Some(Value::Object(found)) = document.pointer_mut(&format!("/components/schemas/{schema}/properties/{member}")) {
            one_of(found, &words);
        }
    }
    let statuses = CaseStatus::ALL.map(CaseStatus::id).join("|");
    let several = format!("^({statuses})(,({statuses}))*$");
    for (member, pattern) in [("status", several.as_str()), ("assignee", ASSIGNEE)] {
        if let Some(found) = document.pointer_mut(&format!("/components/schemas/InboxFilter/properties/{member}")) {
            found["pattern"] = json!(pattern);
        }
    }
    for item in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let asked = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
            for parameter in asked.filter(|parameter| parameter["in"] == "query") {
                let name = parameter["name"].as_str().unwrap_or_default().to_owned();
                let Some(Value::Object(schema)) = parameter.get_mut("schema") else { continue };
                if let Some((_, words)) = parameters().into_iter().find(|(known, _)| *known == name) {
                    one_of(schema, &words);
                } else if name == "assignee" {
                    schema.insert("pattern".to_owned(), json!(ASSIGNEE));
                } else if name == "status" {
                    schema.insert("pattern".to_owned(), json!(several));
                } else if schema.get("type").is_some_and(|kind| kind.to_string().contains("string")) {
                    // An empty value is no value: whoever does not mean a parameter leaves it out.
                    schema.entry("minLength").or_insert_with(|| json!(1));
                }
            }
        }
    }
}

fn one_of(schema: &mut Map<String, Value>, words: &[&str]) {
    schema.retain(|name, _| !matches!(name.as_str(), "maxLength" | "minLength" | "pattern"));
    schema.insert("enum".to_owned(), json!(words));
}
