//! Workflows, and the steps that may be put into them.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::form::FIELDS;
use super::{BOOL, FORMAT_FIELD, ID, TEXTS, WHEN};
use crate::policy::Rule::{Free, Locked};

const STATUSES: &[&str] =
    &["draft", "in_progress", "suspended_applicant", "suspended_administration", "concluded_positive", "concluded_negative"];

/// `suspended` under L. 241/1990 art. 2 c. 7, `refusal_notice` under art. 10-bis.
const CLOCKS: &[&str] = &["running", "suspended", "refusal_notice"];

const RECIPIENTS: &[&str] = &["applicant", "delegate", "office", "assignee"];

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
        field("on_due", ID, "a termine scaduto: il passaggio che avviene", "the transition that happens when the term has passed")
            .rule(Locked),
        field("points", Shape::Items(&POINTS), "punti: dove un ente può inserire un passo", "where a tenant may insert a step")
            .rule(Locked),
    ],
};

/// A step that a catalogue offers: in it `point` is the state that it begins in, `done` the one that it leads to.
pub static STEP: Record = Record {
    it: "un passo da inserire in un flusso",
    en: "a step to be put into a workflow",
    fields: &[
        FORMAT_FIELD,
        field("title", TEXTS, "titolo", "what it is").required().rule(Free),
        field("done", TEXTS, "fatto: che cosa si legge quando il passo è compiuto", "what people read when it is done")
            .required()
            .rule(Free),
        field("states", Shape::Items(&STATES), "stati", "states").rule(Locked),
        field("transitions", Shape::Items(&TRANSITIONS), "passaggi", "transitions").required().rule(Locked),
    ],
};

static STATES: Items = Items { keys: Keys::Id, item: Shape::Record(&STATE), sourced: false };

static STATE: Record = Record {
    it: "uno stato",
    en: "a state",
    fields: &[
        field("title", TEXTS, "titolo", "what people read").required().rule(Free),
        field("status", Shape::Leaf(Leaf::OneOf(STATUSES)), "categoria ufficiale", "official category").required(),
        field("clock", Shape::Leaf(Leaf::OneOf(CLOCKS)), "termine: corre o è sospeso", "whether the term runs"),
        field("limit_days", Shape::Leaf(Leaf::Integer(1, 3650)), "giorni al massimo", "after how many days the wait ends"),
        field("on_limit", ID, "allo scadere: il passaggio che avviene", "the transition that then happens"),
        field("no_limit", TEXTS, "senza limite: perché", "why the wait has no limit"),
        field(
            "opinions",
            Shape::Items(&OPINIONS),
            "pareri chiesti ad altri uffici nello stesso momento",
            "what other offices are asked at once",
        ),
    ],
};

static OPINIONS: Items = Items { keys: Keys::Id, item: Shape::Record(&OPINION), sourced: false };

static OPINION: Record = Record {
    it: "un parere",
    en: "an opinion",
    fields: &[
        field("title", TEXTS, "titolo", "what it is about").required().rule(Free),
        field("office", ID, "ufficio: il ruolo dell'ufficio a cui si chiede", "the role of the office that is asked").required(),
        field("limit_days", Shape::Leaf(Leaf::Integer(1, 3650)), "giorni al massimo", "after how many days it counts as silent"),
        field("no_limit", TEXTS, "senza limite: perché", "why it is waited for without a limit"),
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
        field("refusal", TEXTS, "rifiuto: perché non è ancora possibile", "why it is not open yet").rule(Free),
        field("automatic", BOOL, "automatico: avviene da solo appena è possibile", "whether it happens by itself as soon as it is open"),
        field("form", Shape::Record(&TRANSITION_FORM), "modulo", "what is asked of who takes it"),
        field("requires", Shape::Record(&REQUIRES), "richiede", "what must be there"),
        field("draws_up", ID, "redige: l'atto che il sistema prepara", "the act that the product draws up"),
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

static NOTIFY: Items = Items { keys: Keys::OneOf(RECIPIENTS), item: ID, sourced: false };

static POINTS: Items = Items { keys: Keys::Id, item: Shape::Record(&POINT), sourced: false };

static POINT: Record = Record {
    it: "un punto del flusso",
    en: "a point of the workflow",
    fields: &[
        field("state", ID, "stato in cui comincia il passo", "the state that a step begins in"),
        field("gates", Shape::Set(Keys::Id), "trattiene: i passaggi che aspettano il passo", "the transitions that wait for the step"),
        field("offers", Shape::Set(Keys::Id), "offre: i passi che si possono inserire", "steps that may be inserted").required(),
    ],
};
