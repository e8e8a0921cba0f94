//! What the tool writes: releases, locks, decisions.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::{FORMAT_FIELD, ID, LINE, TEXTS};

const SHA256: Shape = Shape::Leaf(Leaf::Sha256);

/// `RELEASE.yaml`
pub static RELEASE: Record = Record {
    it: "un rilascio",
    en: "a release",
    fields: &[
        FORMAT_FIELD,
        field("release", Shape::Leaf(Leaf::Release), "rilascio", "release").required(),
        field("parent", Shape::Record(&PIN), "rilascio di partenza", "the release that an overlay catalogue stands on"),
        field("files", Shape::Items(&FILES), "file con la loro impronta", "SHA-256 of each file").required(),
        field("services", Shape::Items(&RELEASED), "servizi con la loro versione", "version and notes of each service").required(),
    ],
};

static PIN: Record = Record {
    it: "il rilascio di partenza",
    en: "the parent release",
    fields: &[
        field("tenant", ID, "ente", "tenant").required(),
        field("release", Shape::Leaf(Leaf::Release), "rilascio", "release").required(),
        field("sha256", SHA256, "impronta di RELEASE.yaml", "SHA-256 of its RELEASE.yaml").required(),
        field("on", Shape::Record(&PIN), "sul quale poggia", "what it stands on itself"),
    ],
};

static FILES: Items = Items { keys: Keys::Path, item: SHA256, sourced: false };

static RELEASED: Items = Items { keys: Keys::Id, item: Shape::Record(&RELEASED_SERVICE), sourced: false };

static RELEASED_SERVICE: Record = Record {
    it: "un servizio del rilascio",
    en: "a service of the release",
    fields: &[
        field("version", Shape::Leaf(Leaf::Version), "versione", "version").required(),
        field("notes", TEXTS, "note", "what changed"),
        field("obligations", Shape::Items(&OBLIGATIONS), "obblighi di legge", "changes that a law demands"),
    ],
};

static OBLIGATIONS: Items = Items { keys: Keys::Id, item: Shape::Record(&OBLIGATION), sourced: false };

static OBLIGATION: Record = Record {
    it: "un obbligo",
    en: "an obligation",
    fields: &[field("law", LINE, "norma", "the law").required(), field("by", Shape::Leaf(Leaf::Date), "entro il", "by when").required()],
};

/// `lock.yaml`
pub static LOCK: Record = Record {
    it: "il blocco",
    en: "the lock",
    fields: &[
        FORMAT_FIELD,
        field("parent", Shape::Record(&PIN), "rilascio in vigore", "the release in force"),
        field("services", Shape::Items(&LOCKED), "servizi", "services").required(),
    ],
};

static LOCKED: Items = Items { keys: Keys::Id, item: Shape::Record(&LOCKED_SERVICE), sourced: false };

static LOCKED_SERVICE: Record = Record {
    it: "un servizio del blocco",
    en: "a service of the lock",
    fields: &[
        field("version", Shape::Leaf(Leaf::Version), "versione", "version").required(),
        field("sha256", SHA256, "impronta del servizio ereditato", "SHA-256 of the inherited service").required(),
        field("held_until", Shape::Leaf(Leaf::Date), "fermo fino al", "held until"),
        field("reason", LINE, "motivo", "why it is held"),
    ],
};

/// `decisions/<date>-<release>.yaml`
pub static DECISIONS: Record = Record {
    it: "un verbale di decisioni",
    en: "a record of decisions",
    fields: &[FORMAT_FIELD, field("decisions", Shape::Items(&DECISIONS_BY_NUMBER), "decisioni", "decisions").required()],
};

static DECISIONS_BY_NUMBER: Items = Items { keys: Keys::Number, item: Shape::Record(&DECISION), sourced: false };

static DECISION: Record = Record {
    it: "una decisione",
    en: "a decision",
    fields: &[
        field("path", LINE, "percorso", "document and path").required(),
        field("class", Shape::Leaf(Leaf::Text(40)), "classe", "class of the change").required(),
        field("from", Shape::Free, "da", "the value before"),
        field("to", Shape::Free, "a", "the value after"),
        field("local", Shape::Free, "locale", "the local value"),
        field("action", Shape::Leaf(Leaf::Text(40)), "azione", "what was decided").required(),
        field("reason", LINE, "motivo", "why"),
        field("by", LINE, "chi", "who").required(),
        field("at", Shape::Leaf(Leaf::Moment), "quando", "when").required(),
    ],
};
