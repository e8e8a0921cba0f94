//! Writes JSON as YAML, so that the committed document reads and compares line by line.
//!
//! Only what JSON has is written: mappings and sequences in block style, texts plain where nothing could mistake them and
//! otherwise in double quotes with JSON's own escapes, which YAML 1.2 shares.

use serde_json::Value;

/// The document as YAML.
pub(super) fn write(value: &Value) -> String {
    let mut out = String::new();
    block(&mut out, value, 0);
    out
}

fn block(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                pad(out, indent);
                out.push_str(&text(name));
                out.push(':');
                beside(out, member, indent + 2);
            }
        }
        Value::Array(items) => {
            for item in items {
                pad(out, indent);
                out.push('-');
                beside(out, item, indent + 2);
            }
        }
        scalar => {
            pad(out, indent);
            out.push_str(&inline(scalar));
            out.push('\n');
        }
    }
}

/// What follows a name or a dash: on the same line, or as a block below.
fn beside(out: &mut String, value: &Value, indent: usize) {
    let nested = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if nested {
        out.push('\n');
        block(out, value, indent);
    } else {
        out.push(' ');
        out.push_str(&inline(value));
        out.push('\n');
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(string) => text(string),
        other => other.to_string(),
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn text(string: &str) -> String {
    if plain(string) { string.to_owned() } else { Value::from(string).to_string() }
}

/// Whether a text can stand without quotes: it begins with a letter, `/` or `$`, holds nothing that YAML reads as a sign, and is
/// no word of YAML 1.1 or 1.2.
fn plain(string: &str) -> bool {
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let first = string.chars().next().is_some_and(|first| first.is_alphabetic() || matches!(first, '/' | '$'));
    let rest = string.chars().all(|character| character.is_alphanumeric() || " _-/.{}()$;,+'’«»=".contains(character));
    first && rest && !string.ends_with(' ') && !words.contains(&string.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_could_be_mistaken_is_quoted() {
        let value = json!({"openapi": "3.1.0", "no": "NO", "list": [{"a": 1, "b": []}, "x: y", true], "empty": {}, "text": "two\nlines"});
        assert_eq!(
            super::write(&value),
            "openapi: \"3.1.0\"\n\"no\": \"NO\"\nlist:\n  -\n    a: 1\n    b: []\n  - \"x: y\"\n  - true\nempty: {}\ntext: \"two\\nlines\"\n"
        );
    }
}
