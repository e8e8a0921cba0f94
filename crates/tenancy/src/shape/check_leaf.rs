//! Whether a text is a value of a type.

use jiff::civil::Date;
use sportello_domain::condition::Expression;
use sportello_domain::form::DayBound;
use sportello_domain::money::Money;

use super::{Leaf, closest, list};
use crate::problem::{Message, Words};
use crate::yaml::is_id;

/// What is wrong with a text as a value of a type.
pub fn check_leaf(leaf: Leaf, text: &str, quoted: bool, path: &str) -> Option<Message> {
    let wrong = || Some(wrong_type(leaf, text, quoted, path));
    match leaf {
        Leaf::Bool => (quoted || !matches!(text, "true" | "false")).then(|| wrong_boolean(text, quoted, path)),
        Leaf::Integer(min, max) => match text.parse::<i64>() {
            Ok(number) if !quoted => (number < min || number > max).then(|| Message::OutOfBounds {
                path: path.into(),
                value: text.into(),
                bounds: Words::new(format!("da {min} a {max}"), format!("from {min} to {max}")),
            }),
            _ => wrong(),
        },
        Leaf::Number => (text.parse::<f64>().is_err() || !text.starts_with(|c: char| c.is_ascii_digit() || c == '-')).then(wrong).flatten(),
        Leaf::Money => text.parse::<Money>().is_err().then(wrong).flatten(),
        Leaf::Text(max) => check_text(text, max, path),
        Leaf::OneOf(words) => (!words.contains(&text)).then(|| not_one_of(words, text, path)),
        Leaf::Condition | Leaf::Expression => match Expression::parse(text) {
            Ok(_) => None,
            Err(error) => Some(Message::BadCondition { path: path.into(), detail: syntax_of(&error.to_string()) }),
        },
        other => (!fits(other, text)).then(wrong).flatten(),
    }
}

/// The types that are recognised by their form alone.
fn fits(leaf: Leaf, text: &str) -> bool {
    match leaf {
        Leaf::Id => is_id(text),
        Leaf::Date => text.len() == 10 && text.parse::<Date>().is_ok(),
        Leaf::MonthDay => text.len() == 5 && format!("2024-{text}").parse::<Date>().is_ok(),
        Leaf::Time => is_time(text),
        Leaf::Moment => text.parse::<jiff::Timestamp>().is_ok(),
        Leaf::Uuid => uuid::Uuid::try_parse(text).is_ok_and(|id| id.get_version_num() == 7 && id.hyphenated().to_string() == text),
        Leaf::Code => (3..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase()),
        Leaf::Colour => text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit()),
        Leaf::Email => is_email(text),
        Leaf::Phone => {
            text.bytes().filter(u8::is_ascii_digit).count() >= 3 && text.bytes().all(|b| b.is_ascii_digit() || b" +./-()".contains(&b))
        }
        Leaf::Url => {
            (text.starts_with("https://") || text.starts_with("http://")) && text.len() > 10 && !text.contains(char::is_whitespace)
        }
        Leaf::FileName => {
            !text.is_empty() && !text.starts_with('.') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        }
        Leaf::Release => numbers(text, 2) && text.find('.') == Some(4),
        Leaf::Version => numbers(text, 3),
        Leaf::Sha256 => text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
        Leaf::Bound => text.parse::<f64>().is_ok() || text.parse::<DayBound>().is_ok(),
        Leaf::Bool
        | Leaf::Integer(..)
        | Leaf::Number
        | Leaf::Money
        | Leaf::Text(_)
        | Leaf::OneOf(_)
        | Leaf::Condition
        | Leaf::Expression => true,
    }
}

/// True for `08:30` and for `24:00`.
pub(super) fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    text == "24:00"
        || (bytes.len() == 5 && bytes[2] == b':' && digits(0..2) && digits(3..5) && &bytes[..2] < b"24".as_slice() && bytes[3] < b'6')
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    }) && !text.contains(char::is_whitespace)
}

fn numbers(text: &str, count: usize) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == count && parts.iter().all(|part| !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Problems of a text that people read.
pub(super) fn check_text(text: &str, max: u32, path: &str) -> Option<Message> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Some(Message::EmptyText { path: path.into() })
    } else if max > 0 && length > max as usize {
        Some(Message::TooLong { path: path.into(), length: length.into(), max: max.into() })
    } else {
        None
    }
}

fn wrong_boolean(text: &str, quoted: bool, path: &str) -> Message {
    let meant = match text.to_lowercase().as_str() {
        "si" | "sì" | "yes" | "y" | "on" | "vero" | "true" | "1" => "true",
        "no" | "n" | "off" | "falso" | "false" | "0" => "false",
        _ => return wrong_type(Leaf::Bool, text, quoted, path),
    };
    Message::WrongBoolean { path: path.into(), found: text.into(), suggestion: meant.into() }
}

fn not_one_of(words: &[&'static str], text: &str, path: &str) -> Message {
    match closest(text, words.iter().copied()) {
        Some(near) => Message::NotOneOfLike { path: path.into(), value: text.into(), suggestion: near.into() },
        None => Message::NotOneOf { path: path.into(), value: text.into(), allowed: list(words.iter().copied()).into() },
    }
}

pub(super) fn wrong_type(leaf: Leaf, text: &str, quoted: bool, path: &str) -> Message {
    let shown: String = text.chars().take(60).collect();
    let found = if quoted { format!("\"{shown}\"") } else { format!("'{shown}'") };
    Message::WrongType { path: path.into(), expected: leaf.expected(), found: found.into() }
}

/// What a parser says, reduced to the place: `ERROR: <input>:1:24: Syntax error: mismatched input …`.
fn syntax_of(error: &str) -> Words {
    let column = error.split("<input>:1:").nth(1).and_then(|rest| rest.split(':').next()).and_then(|column| column.parse::<u32>().ok());
    match column {
        Some(column) => Words::new(format!("errore di sintassi al carattere {column}"), format!("syntax error at character {column}")),
        None => Words::new("errore di sintassi", "syntax error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_what_only_resembles_them() {
        let cases: &[(Leaf, &[&str], &[&str])] = &[
            (Leaf::Time, &["08:30", "23:59", "00:00", "24:00"], &["8:30", "24:01", "08.30", "08:60", "0830"]),
            (Leaf::MonthDay, &["09-29", "02-29"], &["9-29", "13-01", "02-30"]),
            (Leaf::Date, &["2026-02-28"], &["2026-02-30", "28/02/2026", "2026-2-28"]),
            (Leaf::Code, &["SAN", "CESNA"], &["san", "SA", "SANTAR", "S4N"]),
            (Leaf::Colour, &["#0066CC", "#7ab800"], &["0066CC", "#06C", "blue", "#0066CG"]),
            (Leaf::Email, &["urp@comune.it"], &["urp@", "@comune.it", "urp comune.it", "urp@comune"]),
            (Leaf::Release, &["2026.1", "2026.12"], &["26.1", "2026", "2026.1.1", "v2026.1"]),
            (Leaf::Version, &["1.0.0"], &["1.0", "1.0.0-rc"]),
            (Leaf::Money, &["16.00", "0.52"], &["16", "16,00", "16.0", "-1.00"]),
            (Leaf::Number, &["12", "-0.5"], &["dodici", "inf", "NaN", ""]),
            (
                Leaf::Uuid,
                &["0197a3c2-0000-7000-8000-000000000001"],
                &["0197A3C2-0000-7000-8000-000000000001", "0197a3c2-0000-4000-8000-000000000001", "x"],
            ),
            (Leaf::FileName, &["logo.svg"], &["../logo.svg", "a/b", ".hidden"]),
            (Leaf::Text(5), &["NO", "01234", "08:30"], &["", "   ", "123456"]),
        ];
        for (leaf, good, bad) in cases {
            for text in *good {
                assert_eq!(check_leaf(*leaf, text, false, "x"), None, "{leaf:?} {text}");
            }
            for text in *bad {
                assert!(check_leaf(*leaf, text, false, "x").is_some(), "{leaf:?} {text}");
            }
        }
    }

    #[test]
    fn truth_is_not_guessed() {
        let message = check_leaf(Leaf::Bool, "si", false, "active").unwrap();
        assert_eq!(message.remedy(crate::problem::Language::It), "scrivi true");
        assert!(check_leaf(Leaf::Bool, "true", true, "active").is_some());
    }
}
