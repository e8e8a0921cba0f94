use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::text::{Language, Text};

fn scope() -> Scope {
    Scope { today: Some(date(2026, 5, 14)), parameters: json!({"days-after-birth": 10}), ..Scope::default() }
}

/// A field of a type with more keys.
fn field(kind: &str, more: &Value) -> Field {
    let mut field = json!({"type": kind, "title": {"it": "Domanda", "en": "Question"}});
    field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(field).unwrap()
}

fn faults_of(field: Field, value: &Value, depth: Depth) -> Vec<(String, &'static str)> {
    let fields = IndexMap::from([("q".into(), field)]);
    let faults = check_fields(&fields, &json!({"q": value}), &scope(), depth, "/data");
    faults.into_iter().map(|fault| (fault.pointer.strip_prefix("/data/q").unwrap().to_owned(), fault.code)).collect()
}

/// The codes at the field itself or below it, as `pointer code`.
fn submitted(kind: &str, more: &Value, value: &Value) -> Vec<String> {
    faults_of(field(kind, more), value, Depth::Submission).into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
}

const FINE: [&str; 0] = [];

#[test]
fn texts_are_counted_in_characters() {
    let bounds = json!({"min_length": 2, "max_length": 4});
    assert_eq!(submitted("text", &bounds, &json!("èéàù")), FINE);
    assert_eq!(submitted("text", &bounds, &json!("èéàùì")), [" too_long"]);
    assert_eq!(submitted("text", &bounds, &json!("è")), [" too_short"]);
    assert_eq!(submitted("text", &json!({}), &json!("a".repeat(500))), FINE);
    assert_eq!(submitted("text", &json!({}), &json!("a".repeat(501))), [" too_long"]);
    assert_eq!(submitted("long_text", &json!({}), &json!("a".repeat(4000))), FINE);
    assert_eq!(submitted("long_text", &json!({}), &json!("a".repeat(4001))), [" too_long"]);
    assert_eq!(submitted("text", &json!({}), &json!(12)), [" wrong_type"]);
}

#[test]
fn texts_hold_nothing_invisible() {
    for bad in ["a\u{0}b", "a\u{1b}[31m", "a\u{202e}b", "a\u{2066}b", "a\u{85}b", "a\u{7f}"] {
        assert_eq!(submitted("text", &json!({}), &json!(bad)), [" control_character"], "{bad:?}");
        assert_eq!(submitted("long_text", &json!({}), &json!(bad)), [" control_character"], "{bad:?}");
    }
    assert_eq!(submitted("text", &json!({}), &json!("a\nb")), [" control_character"]);
    assert_eq!(submitted("long_text", &json!({}), &json!("a\r\n\tb")), FINE);
    assert_eq!(
        submitted("address", &json!({}), &json!({"street": "a\nb", "city": "Cesena", "postal_code": "47521"})),
        ["/street control_character"]
    );
}

#[test]
fn a_pattern_matches_the_whole_text() {
    for (pattern, good, bad) in
        [("[0-9]{15}", "380260000000001", "x380260000000001"), ("^[a-z]$", "a", "a\n"), ("a|b", "b", "ab"), ("a)|(b", "", "a")]
    {
        let more = json!({"pattern": pattern});
        if !good.is_empty() {
            assert_eq!(submitted("text", &more, &json!(good)), FINE, "{pattern}");
        }
        assert_ne!(submitted("text", &more, &json!(bad)), FINE, "{pattern}");
    }
}

#[test]
fn numbers_and_amounts_keep_within_their_bounds() {
    let bounds = json!({"min": "1", "max": "10"});
    for (value, expected) in [
        (json!(1), ""),
        (json!(2.5), ""),
        (json!(0), " too_small"),
        (json!(-1e300), " too_small"),
        (json!(11), " too_large"),
        (json!("5"), " wrong_type"),
        (json!(true), " wrong_type"),
    ] {
        assert_eq!(submitted("number", &bounds, &value).concat(), expected, "{value}");
    }
    let bounds = json!({"min": "1.00", "max": "16.00"});
    for (value, expected) in [
        (json!("16.00"), ""),
        (json!("16.01"), " too_large"),
        (json!("0.99"), " too_small"),
        (json!("16"), " not_an_amount"),
        (json!("16,00"), " not_an_amount"),
        (json!("-1.00"), " not_an_amount"),
        (json!(16), " wrong_type"),
    ] {
        assert_eq!(submitted("money", &bounds, &value).concat(), expected, "{value}");
    }
}

#[test]
fn dates_exist_and_are_counted_from_today() {
    let bounds = json!({"min": "today - parameters.days-after-birth", "max": "today"});
    for (value, expected) in [
        ("2026-05-14", ""),
        ("2026-05-04", ""),
        ("2026-05-03", " too_early"),
        ("2026-05-15", " too_late"),
        ("2026-02-30", " not_a_date"),
        ("14/05/2026", " not_a_date"),
        ("20260514", " not_a_date"),
        ("2026-05-14T00:00", " not_a_date"),
        ("2026-W20-4", " not_a_date"),
    ] {
        assert_eq!(submitted("date", &bounds, &json!(value)).concat(), expected, "{value}");
    }
    assert_eq!(submitted("date", &json!({"min": "2026-01-01"}), &json!("2025-12-31")), [" too_early"]);
    let faults =
        check_fields(&IndexMap::from([("q".into(), field("date", &bounds))]), &json!({"q": "2026-05-03"}), &scope(), Depth::Draft, "");
    assert_eq!(faults[0].message.en, "The date is too early: give a day from 2026-05-04 on.");
}

#[test]
fn choices_are_among_those_offered_and_made_once() {
    let offered = json!({"choices": {"red": {"title": {"it": "Rosso"}}, "blue": {"title": {"it": "Blu"}}}, "max": "1"});
    assert_eq!(submitted("choice", &offered, &json!("red")), FINE);
    assert_eq!(submitted("choice", &offered, &json!("green")), [" unknown_choice"]);
    assert_eq!(submitted("choice", &offered, &json!(["red"])), [" wrong_type"]);
    assert_eq!(submitted("choices", &offered, &json!(["red"])), FINE);
    assert_eq!(submitted("choices", &offered, &json!(["red", "blue"])), [" too_many"]);
    let mut many = offered;
    many.as_object_mut().unwrap().remove("max");
    assert_eq!(
        submitted("choices", &many, &json!(["red", "red", "green", 1])),
        ["/1 duplicate_choice", "/2 unknown_choice", "/3 wrong_type"]
    );
    assert_eq!(submitted("choices", &many, &json!("red")), [" wrong_type"]);
    many["required"] = json!(true);
    many["min"] = json!("2");
    assert_eq!(submitted("choices", &many, &json!([])), [" required"]);
    assert_eq!(submitted("choices", &many, &json!(["red"])), [" too_few"]);
    assert!(faults_of(field("choices", &many), &json!(["red"]), Depth::Draft).is_empty());
    assert_eq!(submitted("choices", &many, &json!(vec!["red"; 5000])), [" too_many"]);
}

#[test]
fn a_declaration_is_agreed_to_by_submission() {
    let required = json!({"required": true, "statement": {"it": "Dichiaro"}});
    assert_eq!(submitted("declaration", &required, &json!(true)), FINE);
    assert_eq!(submitted("declaration", &required, &json!(false)), [" must_agree"]);
    assert_eq!(submitted("declaration", &required, &json!(null)), [" must_agree"]);
    assert_eq!(submitted("declaration", &required, &json!("true")), [" wrong_type"]);
    assert!(faults_of(field("declaration", &required), &json!(false), Depth::Draft).is_empty());
    assert_eq!(submitted("declaration", &json!({}), &json!(false)), FINE);
    assert_eq!(submitted("boolean", &json!({"required": true}), &json!(false)), FINE);
    assert_eq!(submitted("boolean", &json!({}), &json!(0)), [" wrong_type"]);
}

#[test]
fn codes_answer_in_their_own_words() {
    for (kind, value, expected) in [
        ("tax_code", "RSSMRA80A01C573D", ""),
        ("tax_code", "rssmra80a01c57pz", ""),
        ("tax_code", "00743110157", ""),
        ("tax_code", "RSSMRA80A01C573A", " check_letter"),
        ("vat_number", "00743110157", ""),
        ("vat_number", "00743110158", " check_digit"),
        ("iban", "IT60 X054 2811 1010 0000 0123 456", ""),
        ("iban", "IT60X0542811101000000123457", " check_digits"),
        ("plate", "AB 123 CD", ""),
        ("plate", "EN399ZO", " unused_letter"),
    ] {
        assert_eq!(submitted(kind, &json!({}), &json!(value)).concat(), expected, "{kind} {value}");
    }
    assert_eq!(submitted("tax_code", &json!({}), &json!("A".repeat(101))), [" too_long"]);
    assert_eq!(submitted("plate", &json!({}), &json!("  ")), [" empty"]);
}

#[test]
fn contacts_can_be_reached() {
    for good in ["0547 356111", "+39 0547-356111", "(0547) 356.111", "333/1234567"] {
        assert_eq!(submitted("phone", &json!({}), &json!(good)), FINE, "{good}");
    }
    for bad in ["12345", "1234567890123456", "0547 int. 3", "39+0547356111", "++39 0547356111"] {
        assert_eq!(submitted("phone", &json!({}), &json!(bad)), [" not_a_phone"], "{bad}");
    }
    for good in ["a@b.it", "nome.cognome+sportello@posta.comune.cesena.fc.it", "o'neil@example.org"] {
        assert_eq!(submitted("email", &json!({}), &json!(good)), FINE, "{good}");
    }
    for bad in [
        "a",
        "a@b",
        "@b.it",
        "a@b.it, c@d.it",
        "a b@c.it",
        ".a@b.it",
        "a..b@c.it",
        "a@-b.it",
        "a@b..it",
        "a@127.0.0.1",
        "a@b.it\u{a0}",
        "\"a b\"@c.it",
    ] {
        assert_eq!(submitted("email", &json!({}), &json!(bad)), [" not_an_email"], "{bad}");
    }
}

#[test]
fn objects_have_their_parts_and_no_others() {
    let address = json!({"street": "Piazza del Popolo", "number": "10", "postal_code": "47521", "city": "Cesena", "province": "FC"});
    assert_eq!(submitted("address", &json!({}), &address), FINE);
    assert_eq!(
        submitted("address", &json!({}), &json!({"street": " ", "postal_code": "4752", "province": "fc", "planet": "Mars", "number": 10})),
        [
            "/planet unknown_field",
            "/street required",
            "/number wrong_type",
            "/postal_code not_a_postal_code",
            "/city required",
            "/province not_a_province"
        ]
    );
    assert!(faults_of(field("address", &json!({})), &json!({"street": "Via"}), Depth::Draft).is_empty());
    assert_eq!(submitted("address", &json!({}), &json!("Via")), [" wrong_type"]);
    assert_eq!(submitted("place", &json!({}), &json!({"latitude": 44.139, "longitude": 12.243})), FINE);
    assert_eq!(
        submitted("place", &json!({}), &json!({"latitude": 144, "longitude": "12"})),
        ["/latitude not_a_latitude", "/longitude wrong_type"]
    );
    let parcel = json!({"registry": "land", "municipality": "C573", "sheet": "12", "parcel": "345"});
    assert_eq!(submitted("cadastral_parcel", &json!({}), &parcel), FINE);
    assert_eq!(
        submitted(
            "cadastral_parcel",
            &json!({}),
            &json!({"registry": "sea", "municipality": "Cesena", "sheet": "12345678901", "parcel": ""})
        ),
        ["/registry not_a_registry", "/municipality not_a_municipality", "/sheet too_long", "/parcel required"]
    );
    let person = json!({"given_name": "Mario", "family_name": "Rossi", "tax_code": "00743110157"});
    assert_eq!(submitted("person", &json!({}), &person), ["/tax_code person_expected"]);
    assert_eq!(submitted("attachment", &json!({}), &json!("0197a3c2-0000-7000-8000-000000000001")), FINE);
    assert_eq!(submitted("attachment", &json!({}), &json!("../../etc/passwd")), [" not_a_document"]);
}

#[test]
fn a_group_repeats_its_fields() {
    let group = json!({"required": true, "max": "2", "fields": {
        "name": {"type": "text", "title": {"it": "Nome"}, "required": true},
        "tax-code": {"type": "tax_code", "title": {"it": "Codice fiscale"}}}});
    assert_eq!(submitted("group", &group, &json!([{"name": "Ada"}])), FINE);
    assert_eq!(
        submitted("group", &group, &json!([{"name": "Ada", "tax-code": "x"}, {"surname": "B"}])),
        ["/0/tax-code length", "/1/surname unknown_field", "/1/name required"]
    );
    assert_eq!(submitted("group", &group, &json!([{}, {}, {}])), [" too_many"]);
    assert_eq!(submitted("group", &group, &json!([])), [" required"]);
    assert_eq!(submitted("group", &group, &json!([1])), ["/0 wrong_type"]);
    assert_eq!(submitted("group", &group, &json!({"name": "Ada"})), [" wrong_type"]);
    assert!(faults_of(field("group", &group), &json!([{}]), Depth::Draft).is_empty());
    assert_eq!(submitted("group", &json!({"fields": {}}), &json!(vec![json!({}); 101])), [" too_many"]);
}

fn form() -> Form {
    let text = json!({"it": "testo", "en": "text"});
    serde_json::from_value(json!({"sections": {
        "request": {"title": text, "fields": {
            "kind": {"type": "choice", "title": text, "required": true, "choices": {"first": {"title": text}, "renewal": {"title": text}}},
            "old-number": {"type": "text", "title": text, "required": true, "when": "answers.request.kind == 'renewal'"}}},
        "holder": {"title": text, "when": "answers.request.kind == 'first'", "fields": {
            "name": {"type": "text", "title": text, "required": true}}}}}))
    .unwrap()
}

fn of_form(answers: &Value, depth: Depth) -> Vec<String> {
    check(&form(), answers, &scope(), depth).into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
}

#[test]
fn every_field_that_is_missing_is_named_at_once() {
    assert_eq!(of_form(&json!({}), Depth::Submission), ["/answers/request/kind required"]);
    assert_eq!(of_form(&json!(null), Depth::Draft), FINE);
    assert_eq!(
        of_form(&json!({"request": {"kind": "renewal", "old-number": "  "}}), Depth::Submission),
        ["/answers/request/old-number required"]
    );
    assert_eq!(of_form(&json!({"request": {"kind": "first"}}), Depth::Submission), ["/answers/holder/name required"]);
    assert_eq!(of_form(&json!({"request": {"kind": "first"}, "holder": {"name": "Ada"}}), Depth::Submission), FINE);
}

#[test]
fn what_is_not_asked_is_not_answered_by_submission() {
    let answers = json!({"request": {"kind": "renewal", "old-number": "7"}, "holder": {"name": "Ada"}});
    assert_eq!(of_form(&answers, Depth::Submission), ["/answers/holder/name not_applicable"]);
    assert_eq!(of_form(&answers, Depth::Draft), FINE);
    let emptied = json!({"request": {"kind": "renewal", "old-number": "7"}, "holder": {"name": ""}});
    assert_eq!(of_form(&emptied, Depth::Submission), FINE);
}

#[test]
fn what_the_form_does_not_know_is_refused_in_drafts_too() {
    let answers = json!({"a/b~c": 1, "request": {"color": "red"}, "holder": "Ada"});
    assert_eq!(
        of_form(&answers, Depth::Draft),
        ["/answers/a~1b~0c unknown_field", "/answers/request/color unknown_field", "/answers/holder wrong_type"]
    );
    assert_eq!(of_form(&json!([]), Depth::Draft), ["/answers wrong_type"]);
}

#[test]
fn answers_are_not_nested_without_end() {
    let mut answers = json!(1);
    for _ in 0..200 {
        answers = json!({"request": answers});
    }
    assert_eq!(of_form(&answers, Depth::Draft), ["/answers too_deep"]);
    assert!(!is_deeper(&json!({"a": {"b": [1]}}), 4));
    assert!(is_deeper(&json!({"a": {"b": [1]}}), 3));
}

#[test]
fn documents_are_counted_by_kind() {
    let text = json!({"it": "Certificato medico", "en": "Medical certificate"});
    let documents: IndexMap<Key, DocumentRequirement> = serde_json::from_value(json!({
        "certificate": {"title": text, "required": true, "types": {"pdf": true}, "max_mb": 5, "privacy": "special"},
        "report": {"title": text, "required": true, "types": {"pdf": true}, "max_mb": 5, "when": "answers.request.kind == 'duplicate'"},
        "photo": {"title": text, "types": {"jpeg": true}, "max_mb": 5, "max_count": 2}}))
    .unwrap();
    let attached = BTreeMap::from([("photo".into(), 3)]);
    let faults = check_documents(&documents, None, &attached, &scope());
    let shown: Vec<_> = faults.iter().map(|fault| format!("{} {}: {}", fault.pointer, fault.code, fault.message.en)).collect();
    assert_eq!(
        shown,
        [
            "/documents/certificate document_missing: The document “Medical certificate” is missing: upload it.",
            "/documents/photo too_many_documents: There are too many documents of this kind: remove some until there are at most 2."
        ]
    );
    let scope = Scope { answers: json!({"request": {"kind": "duplicate"}}), ..scope() };
    let attached = BTreeMap::from([("certificate".into(), 1)]);
    assert_eq!(check_documents(&documents, None, &attached, &scope)[0].pointer, "/documents/report");
}

/// Every text that an answer can get, as people read it.
#[test]
fn each_problem_has_its_code_and_says_how_to_mend_in_both_languages() {
    let title = Text::new("Testo dell'ente.", "The body's text.");
    let mut shown = String::new();
    for problem in Problem::examples(&title) {
        let message = problem.message();
        assert_ne!(message.it, message.en, "{problem:?} is not translated");
        assert_ne!(message.it, "Il valore non è valido: correggilo.", "{problem:?} has no words of its own");
        for (prefix, text) in [(problem.code(), message.get(Language::It)), ("  ", message.get(Language::En))] {
            shown.extend([prefix, ": ", text, "\n"]);
        }
    }
    insta::assert_snapshot!(shown);
}
