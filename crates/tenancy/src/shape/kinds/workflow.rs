//! Workflows.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::form::FIELDS;
use super::{FORMAT_FIELD, ID, TEXTS, WHEN};
use crate::policy::Rule::{Free, Locked};

const STATUSES: &[&str] =
    &["draft", "in_progress", "suspended_applicant", "suspended_administration", "concluded_positive", "concluded_negative"];

const ACTORS: &[&str] = &[
    "citizen",
    "delegate",
    "professional",
    "operator",
    "case_officer",
    "office_head",
    "desk_manager",
    "administrator",
    "auditor",
    "support",
    "service_account",
    "system",
];

/// A workflow.
pub static WORKFLOW: Record = Record {
    it: "un flusso",
    en: "a workflow",
    fields: &[
        FORMAT_FIELD,
        field("start", ID, "inizio: lo stato in cui comincia", "the state in which it begins").required().rule(Locked),
        field("states", Shape::Items(&STATES), "stati", "states").required().rule(Locked),
        field("transitions", Shape::Items(&TRANSITIONS), "passaggi", "transitions").required().rule(Locked),
        field("points", Shape::Items(&POINTS), "punti: dove un ente può inserire un passo", "where a tenant may insert a step")
            .rule(Locked),
    ],
};

static STATES: Items = Items { keys: Keys::Id, item: Shape::Record(&STATE), sourced: false };

static STATE: Record = Record {
    it: "uno stato",
    en: "a state",
    fields: &[
        field("title", TEXTS, "titolo", "what people read").required().rule(Free),
        field("status", Shape::Leaf(Leaf::OneOf(STATUSES)), "categoria ufficiale", "official category").required(),
        field("clock", Shape::Leaf(Leaf::OneOf(&["running", "suspended"])), "termine: corre o è sospeso", "whether the term runs"),
        field("limit_days", Shape::Leaf(Leaf::Integer(1, 3650)), "giorni al massimo", "after how many days the wait ends"),
        field("on_limit", ID, "allo scadere: il passaggio che avviene", "the transition that then happens"),
        field("no_limit", TEXTS, "senza limite: perché", "why the wait has no limit"),
    ],
};

static TRANSITIONS: Items = Items { keys: Keys::Id, item: Shape::Record(&TRANSITION), sourced: false };

static TRANSITION: Record = Record {
    it: "un passaggio",
    en: "a transition",
    fields: &[
        field("title", TEXTS, "titolo", "what people read on the button").required().rule(Free),
        field("from", Shape::Set(Keys::Id), "da: gli stati di partenza", "where it may start").required(),
        field("to", ID, "a: lo stato di arrivo", "where it leads").required(),
        field("by", Shape::Set(Keys::OneOf(ACTORS)), "chi può farlo", "who may take it").required(),
        field("when", WHEN, "quando", "when it is open"),
        field("form", Shape::Record(&TRANSITION_FORM), "modulo", "what is asked of who takes it"),
        field("requires", Shape::Record(&REQUIRES), "richiede", "what must be there"),
        field("notify", Shape::Items(&NOTIFY), "avvisa: chi e con quale modello", "who is told, by which template").rule(Free),
        field("basis", TEXTS, "norma", "the norm that it rests on"),
    ],
};

static TRANSITION_FORM: Record =
    Record { it: "un modulo", en: "a form", fields: &[field("fields", Shape::Items(&FIELDS), "campi", "fields").required()] };

static REQUIRES: Record = Record {
    it: "ciò che un passaggio richiede",
    en: "what a transition requires",
    fields: &[field("act", ID, "atto", "the kind of act that must be attached")],
};

static NOTIFY: Items = Items { keys: Keys::Word, item: ID, sourced: false };

static POINTS: Items = Items { keys: Keys::Id, item: Shape::Record(&POINT), sourced: false };

static POINT: Record = Record {
    it: "un punto del flusso",
    en: "a point of the workflow",
    fields: &[field("offers", Shape::Set(Keys::Id), "offre: i passi che si possono inserire", "steps that may be inserted").required()],
};
