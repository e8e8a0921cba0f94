//! What a catalogue holds besides services, workflows and sections.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::{BOOL, EXPRESSION, FORMAT_FIELD, TEXTS};
use crate::policy::Rule::Locked;

/// `parameters.yaml` of a catalogue.
pub static PARAMETERS: Record = Record {
    it: "un elenco di parametri",
    en: "a list of parameters",
    fields: &[FORMAT_FIELD, field("parameters", Shape::Items(&DECLARED), "parametri", "parameters").required()],
};

static DECLARED: Items = Items { keys: Keys::Id, item: Shape::Record(&PARAMETER), sourced: false };

/// The types of parameters.
const PARAMETER_TYPES: &[&str] = &["number", "text", "boolean", "date", "money", "choice"];

/// A parameter.
pub static PARAMETER: Record = Record {
    it: "un parametro",
    en: "a parameter",
    fields: &[
        field("type", Shape::Leaf(Leaf::OneOf(PARAMETER_TYPES)), "tipo", "type").required(),
        field("title", TEXTS, "titolo", "what it is").required(),
        field("help", TEXTS, "aiuto", "what helps to choose a value"),
        field("required_local", BOOL, "obbligatorio: ogni ente lo deve fissare", "whether each tenant must set it"),
        field("default", Shape::Free, "valore iniziale", "the value where the tenant sets none"),
        field(
            "example",
            Shape::Free,
            "esempio; vale anche come valore iniziale quando non è obbligatorio",
            "an example; also the value where none is set and it need not be",
        ),
        field("within", Shape::Record(&WITHIN), "limiti", "bounds"),
        field("choices", Shape::Set(Keys::Id), "scelte", "choices"),
    ],
};

static WITHIN: Record = Record {
    it: "limiti",
    en: "bounds",
    fields: &[field("min", Shape::Leaf(Leaf::Bound), "minimo", "least"), field("max", Shape::Leaf(Leaf::Bound), "massimo", "greatest")],
};

/// `roles.yaml`: abstract offices.
pub static ROLES: Record = Record {
    it: "un elenco di ruoli",
    en: "a list of roles",
    fields: &[FORMAT_FIELD, field("roles", Shape::Items(&ROLES_BY_ID), "ruoli", "roles").required()],
};

static ROLES_BY_ID: Items = Items { keys: Keys::Id, item: Shape::Record(&ROLE), sourced: false };

static ROLE: Record = Record {
    it: "un ruolo",
    en: "a role",
    fields: &[
        field("title", TEXTS, "titolo", "its name").required(),
        field("required", BOOL, "obbligatorio", "whether an office must fill it as soon as a service names it"),
    ],
};

/// `policies.yaml`: who may change what.
pub static POLICIES: Record = Record {
    it: "un elenco di regole",
    en: "a list of policies",
    fields: &[FORMAT_FIELD, field("policies", Shape::Items(&POLICIES_BY_PATH), "regole", "policies").required()],
};

static POLICIES_BY_PATH: Items = Items { keys: Keys::Pattern, item: Shape::Free, sourced: false };

/// `acts/<id>.yaml`: an act that the product draws up.
pub static ACT: Record = Record {
    it: "il modello di un atto",
    en: "the template of an act",
    fields: &[
        FORMAT_FIELD,
        field("title", TEXTS, "titolo", "its heading").required(),
        field("values", Shape::Items(&ACT_VALUES), "valori: ciò che dice della pratica", "what it tells of the case"),
        field("body", TEXTS, "testo", "what it says").required(),
        field("legend", TEXTS, "dicitura voluta dalla legge", "a line that the law wants on it").rule(Locked),
    ],
};

static ACT_VALUES: Items = Items { keys: Keys::Id, item: Shape::Record(&ACT_VALUE), sourced: false };

static ACT_VALUE: Record = Record {
    it: "un valore di un atto",
    en: "a value of an act",
    fields: &[
        field("title", TEXTS, "titolo nella tabella dell'atto", "what it is called in the act's table"),
        field("computed", EXPRESSION, "calcolato: che cosa vale", "what it is").required().rule(Locked),
    ],
};

/// `templates/<id>.yaml`: a message to people.
pub static TEMPLATE: Record = Record {
    it: "un modello di messaggio",
    en: "a message template",
    fields: &[
        FORMAT_FIELD,
        field("subject", Shape::Texts(200), "oggetto", "subject line").required(),
        field("body", TEXTS, "testo", "body").required(),
    ],
};
