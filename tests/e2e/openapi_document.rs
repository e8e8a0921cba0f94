//! A reading view of an OpenAPI document for the lint: references followed, operations, responses and schemas enumerated.

use serde_json::Value;

/// The methods that an operation may have, in the document's spelling.
const METHODS: &[&str] = &["get", "head", "post", "put", "patch", "delete", "options", "trace"];

/// How many references may lead to one another before the chain is taken for a circle.
const LONGEST_CHAIN: usize = 8;

/// The whole document.
pub(crate) struct Document<'a>(pub(crate) &'a Value);

/// One method on one path.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) value: &'a Value,
    item: &'a Value,
}

/// One response of one operation, with its reference followed.
pub(crate) struct Response<'a> {
    pub(crate) status: &'a str,
    pub(crate) value: &'a Value,
}

impl Operation<'_> {
    /// As a finding names it: `POST /v1/things`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Whether the method may change something.
    pub(crate) fn is_unsafe(&self) -> bool {
        matches!(self.method, "post" | "put" | "patch" | "delete")
    }
}

impl Response<'_> {
    /// Whether it stands for an error; `default` does.
    pub(crate) fn is_error(&self) -> bool {
        self.status.starts_with(['4', '5']) || self.status == "default"
    }
}

/// The members of an object, or nothing.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The elements of an array, or nothing.
pub(crate) fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text, or the empty one.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

impl<'a> Document<'a> {
    /// The value itself, or what its reference leads to; null where it leads nowhere.
    pub(crate) fn follow(&self, mut value: &'a Value) -> &'a Value {
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return value };
            value = self.0.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
        }
        &Value::Null
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'a>> {
        let mut found = Vec::new();
        for (path, item) in members(&self.0["paths"]) {
            let item = self.follow(item);
            for (method, value) in members(item).filter(|(method, _)| METHODS.contains(method)) {
                found.push(Operation { path, method, value, item });
            }
        }
        found
    }

    /// Parameters of the operation and of its path.
    pub(crate) fn parameters(&self, operation: &Operation<'a>) -> Vec<&'a Value> {
        elements(&operation.item["parameters"]).chain(elements(&operation.value["parameters"])).map(|each| self.follow(each)).collect()
    }

    pub(crate) fn has_header(&self, operation: &Operation<'a>, name: &str) -> bool {
        self.parameters(operation).iter().any(|each| text(each, "in") == "header" && text(each, "name").eq_ignore_ascii_case(name))
    }

    pub(crate) fn body(&self, operation: &Operation<'a>) -> &'a Value {
        operation.value.get("requestBody").map_or(&Value::Null, |body| self.follow(body))
    }

    pub(crate) fn responses(&self, operation: &Operation<'a>) -> Vec<Response<'a>> {
        members(&operation.value["responses"]).map(|(status, value)| Response { status, value: self.follow(value) }).collect()
    }

    /// What the operation demands of its caller: alternatives, of which an empty one means nothing.
    pub(crate) fn security(&self, operation: &Operation<'a>) -> &'a Value {
        operation.value.get("security").or_else(|| self.0.get("security")).unwrap_or(&Value::Null)
    }

    /// Whether nobody can call the operation without proof of who calls.
    pub(crate) fn is_secured(&self, operation: &Operation<'a>) -> bool {
        let alternatives: Vec<&Value> = elements(self.security(operation)).collect();
        !alternatives.is_empty() && alternatives.iter().all(|each| each.as_object().is_some_and(|each| !each.is_empty()))
    }

    /// Each schema that the document holds, with the pointer where it stands; examples and defaults are data, no schemas.
    pub(crate) fn schemas(&self) -> Vec<(String, &'a Value)> {
        let mut found = Vec::new();
        let mut open = vec![(String::from("#"), self.0, false)];
        while let Some((at, value, is_schema)) = open.pop() {
            match value {
                Value::Object(object) => {
                    if is_schema {
                        found.push((at.clone(), value));
                    }
                    for (key, inner) in object {
                        let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                        match key.as_str() {
                            "example" | "examples" | "default" | "const" | "enum" | "required" => {}
                            "properties" | "$defs" | "patternProperties" => {
                                open.extend(members(inner).map(|(name, each)| (format!("{at}/{name}"), each, true)));
                            }
                            "schemas" if at == "#/components/schemas" => {
                                open.extend(members(inner).map(|(name, each)| (format!("{at}/{name}"), each, true)));
                            }
                            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                                open.extend(elements(inner).enumerate().map(|(index, each)| (format!("{at}/{index}"), each, true)));
                            }
                            "schema" | "items" | "additionalProperties" | "not" | "contains" => open.push((at, inner, true)),
                            _ => open.push((at, inner, false)),
                        }
                    }
                }
                Value::Array(items) => {
                    open.extend(items.iter().enumerate().map(|(index, each)| (format!("{at}/{index}"), each, false)));
                }
                _ => {}
            }
        }
        found.sort_by(|left, right| left.0.cmp(&right.0));
        found
    }

    /// The names of a schema's types: one, several in OpenAPI 3.1, none.
    pub(crate) fn types(schema: &Value) -> Vec<&str> {
        match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether every value of the schema is an object.
    pub(crate) fn is_object(&self, schema: &'a Value) -> bool {
        let schema = self.follow(schema);
        for key in ["oneOf", "anyOf"] {
            let choices: Vec<&Value> = elements(&schema[key]).collect();
            if !choices.is_empty() {
                return choices.into_iter().all(|each| self.is_object(each));
            }
        }
        Self::types(schema) == ["object"] || elements(&schema["allOf"]).any(|each| self.is_object(each))
    }
}
