//! A service: its public sheet and all that a request for it needs.

use sportello_domain::service::LARGEST_FILE_MIB;

use super::super::{Field, Items, Keys, Leaf, Record, Shape, field};
use super::form::SECTIONS;
use super::{BOOL, EXPRESSION, FORMAT_FIELD, ID, LINE, TEXTS, WHEN};
use crate::policy::Rule::{Locked, OnlyShorter};

/// The channels over which a service is reached.
pub const CHANNELS: &[&str] = &["online", "desk", "phone", "email", "certified_email", "post", "app"];

const CATEGORIES: &[&str] = &[
    "agriculture-and-fishing",
    "environment",
    "registry-and-civil-status",
    "public-procurement",
    "authorisations",
    "land-registry-and-planning",
    "culture-and-leisure",
    "education",
    "justice-and-public-safety",
    "business-and-trade",
    "mobility-and-transport",
    "health-welfare-and-assistance",
    "taxes-finances-and-fines",
    "tourism",
    "working-life",
];

/// File types that can be taken.
pub(super) const FILE_TYPES: Keys = Keys::OneOf(&["pdf", "jpeg", "png", "p7m"]);

pub(super) const PRIVACY: Field = field(
    "privacy",
    Shape::Leaf(Leaf::OneOf(&["ordinary", "special"])),
    "riservatezza: special per i dati sulla salute e simili (GDPR art. 9)",
    "special for data on health and the like (GDPR art. 9)",
)
.rule(Locked);

/// A service.
pub static SERVICE: Record = Record {
    it: "una scheda servizio",
    en: "a service sheet",
    fields: &[
        FORMAT_FIELD,
        field("title", Shape::Texts(120), "titolo", "title").required(),
        field("summary", Shape::Texts(160), "descrizione breve, al massimo 160 caratteri", "short description, at most 160 characters")
            .required(),
        field("category", Shape::Leaf(Leaf::OneOf(CATEGORIES)), "categoria, una delle 15", "category, one of the 15")
            .required()
            .rule(Locked),
        field("status", Shape::Leaf(Leaf::OneOf(&["active", "suspended"])), "stato", "status"),
        field("status_reason", TEXTS, "motivo dello stato", "why it is suspended"),
        field("audience", TEXTS, "a chi è rivolto", "who it is for").required(),
        field("how", TEXTS, "come fare", "what to do").required(),
        field("needs", TEXTS, "cosa serve", "what is needed").required(),
        field("outcome", TEXTS, "cosa si ottiene", "what one gets").required(),
        field("timing", TEXTS, "tempi e scadenze", "times and deadlines, in words"),
        field("conditions", TEXTS, "condizioni di servizio", "conditions of service").required(),
        field("exceptions", TEXTS, "casi particolari", "special cases"),
        field("channels", Shape::Set(Keys::OneOf(CHANNELS)), "canali", "channels").required(),
        field("office", ID, "ufficio: un ruolo di roles.yaml", "office: a role of roles.yaml").required(),
        field("topics", Shape::Set(Keys::Id), "argomenti", "topics"),
        field("life_events", Shape::Set(Keys::Id), "eventi della vita", "life events"),
        field("assurance_level", Shape::Leaf(Leaf::Integer(0, 3)), "livello SPID; 0 nessuno", "SPID level; 0 none").rule(Locked),
        field("desk_minutes", Shape::Leaf(Leaf::Integer(1, 480)), "minuti allo sportello", "minutes at the desk"),
        field(
            "term_days",
            Shape::Leaf(Leaf::Integer(0, 180)),
            "termine, in giorni (L. 241/1990 art. 2)",
            "days to conclude (L. 241/1990 art. 2)",
        )
        .required()
        .rule(OnlyShorter)
        .sourced(),
        field("silence", Shape::Leaf(Leaf::OneOf(&["none", "consent", "refusal"])), "silenzio", "what silence means").rule(Locked),
        field("suspension", Shape::Record(&SUSPENSION), "sospensione", "how the term may be suspended").rule(Locked),
        field(
            "integration",
            Shape::Leaf(Leaf::OneOf(&["suspends", "restarts"])),
            "integrazione: sospende o riavvia il termine",
            "integration: suspends or restarts the term",
        )
        .rule(Locked),
        field("fees", Shape::Items(&FEES), "tariffe", "fees"),
        field("documents", Shape::Items(&DOCUMENTS), "documenti da allegare", "documents to attach"),
        field("form", Shape::Record(&FORM), "modulo", "form").required(),
        field("limits", Shape::Items(&LIMITS), "limiti", "limits over past cases"),
        field("checks", Shape::Items(&CHECKS), "regole proprie", "rules of its own"),
        field("lookups", Shape::Items(&LOOKUPS), "ricerche nei registri", "what is asked of the registers").rule(Locked),
        field("delegates", Shape::Record(&DELEGATES), "deleghe: come si agisce per un altro", "how somebody acts for another").rule(Locked),
        field("workflow", ID, "flusso: un file di workflows/", "workflow: a file of workflows/").required().rule(Locked),
        field("workflow_points", Shape::Items(&POINTS), "punti del flusso", "steps inserted into the workflow").internal(),
        field("retention", ID, "conservazione", "retention rule").rule(Locked),
    ],
};

static SUSPENSION: Record = Record {
    it: "una sospensione",
    en: "a suspension",
    fields: &[
        field("max_days", Shape::Leaf(Leaf::Integer(1, 180)), "giorni al massimo", "longest, in days").required(),
        field("times", Shape::Leaf(Leaf::Integer(1, 9)), "volte", "how often").required(),
    ],
};

pub(super) static LOOKUPS: Items = Items { keys: Keys::Id, item: Shape::Record(&LOOKUP), sourced: false };

static LOOKUP: Record = Record {
    it: "una ricerca in un registro",
    en: "a lookup in a register",
    fields: &[
        field("register", Shape::Leaf(Leaf::OneOf(&["population", "land"])), "registro", "which register").required(),
        field("person", EXPRESSION, "persona: codice fiscale o nomi", "about whom: a tax code, or names"),
        field("property", EXPRESSION, "immobile", "about which property"),
        field("when", WHEN, "quando", "when it is asked"),
    ],
};

static FEES: Items = Items { keys: Keys::Id, item: Shape::Record(&FEE), sourced: false };

static FEE: Record = Record {
    it: "una tariffa",
    en: "a fee",
    fields: &[
        field("title", TEXTS, "titolo", "what it is for").required(),
        field("amount", Shape::Leaf(Leaf::Money), "importo", "amount in euro, until the first change").required(),
        field("when", WHEN, "quando", "when it is due"),
        field("times", EXPRESSION, "volte: quante volte è dovuta", "how many times it is due"),
        field("unit", TEXTS, "unità: per che cosa si conta", "what the amount is for one of"),
        field("source", LINE, "fonte: l'atto, oppure unverified", "the act, or unverified"),
        field("verified", BOOL, "verificata", "whether the amount is verified"),
        field("confirmed", Shape::Record(&CONFIRMED), "conferma", "who confirmed it").internal(),
        field("reason", LINE, "motivo", "why this body differs"),
        field("changes", Shape::Items(&CHANGES), "variazioni per data", "later amounts by first day"),
    ],
};

pub(super) static CONFIRMED: Record = Record {
    it: "una conferma",
    en: "a confirmation",
    fields: &[
        field("by", LINE, "chi", "the person or office").required(),
        field("on", Shape::Leaf(Leaf::Date), "quando", "the day").required(),
    ],
};

static CHANGES: Items = Items { keys: Keys::Date, item: Shape::Record(&CHANGE), sourced: false };

static CHANGE: Record = Record {
    it: "una variazione",
    en: "a change of amount",
    fields: &[field("amount", Shape::Leaf(Leaf::Money), "importo", "amount in euro").required()],
};

static DOCUMENTS: Items = Items { keys: Keys::Id, item: Shape::Record(&DOCUMENT), sourced: false };

static DOCUMENT: Record = Record {
    it: "un documento da allegare",
    en: "a document to attach",
    fields: &[
        field("title", TEXTS, "titolo", "its name").required(),
        field("help", TEXTS, "aiuto", "what it must show"),
        field("required", BOOL, "obbligatorio", "whether it is needed"),
        field("types", Shape::Set(FILE_TYPES), "tipi di file", "file types").required(),
        field("max_mb", Shape::Leaf(Leaf::Integer(1, LARGEST_FILE_MIB as i64)), "dimensione massima, in MiB", "largest size, in MiB")
            .required(),
        field("max_count", Shape::Leaf(Leaf::Integer(1, 50)), "numero massimo di file", "how many files at most"),
        PRIVACY,
        field("when", WHEN, "quando", "when it is needed"),
    ],
};

static FORM: Record =
    Record { it: "un modulo", en: "a form", fields: &[field("sections", Shape::Items(&SECTIONS), "sezioni", "sections").required()] };

static LIMITS: Items = Items { keys: Keys::Id, item: Shape::Record(&LIMIT), sourced: false };

static LIMIT: Record = Record {
    it: "un limite",
    en: "a limit",
    fields: &[
        field("count", Shape::Leaf(Leaf::Integer(1, 10_000)), "quante volte", "how many").required(),
        field("per", Shape::Leaf(Leaf::OneOf(&["day", "month", "year", "ever"])), "periodo", "in which span").required(),
        field("key", EXPRESSION, "chiave: su che cosa si conta", "counted over what").required(),
        field(
            "day",
            EXPRESSION,
            "giorno che dice in quale periodo; altrimenti quello della presentazione",
            "the day that says which span; else that of the submission",
        ),
        field("refusal", TEXTS, "rifiuto: che cosa si dice al cittadino", "what the citizen is told").required(),
    ],
};

pub(super) static CHECKS: Items = Items { keys: Keys::Id, item: Shape::Record(&CHECK), sourced: false };

static CHECK: Record = Record {
    it: "una regola",
    en: "a rule",
    fields: &[
        field("holds", WHEN, "che cosa deve valere", "what must hold").required(),
        field("refusal", TEXTS, "rifiuto: che cosa si dice al cittadino", "what the citizen is told").required(),
        field(
            "at",
            LINE,
            "presso quale risposta o documento, come answers.request.kind",
            "at which answer or document, such as answers.request.kind",
        ),
    ],
};

static DELEGATES: Record = Record {
    it: "le deleghe",
    en: "delegates",
    fields: &[field("document", ID, "documento che prova la delega", "the document that shows the mandate").required()],
};

static POINTS: Items = Items { keys: Keys::Id, item: Shape::Record(&USED_POINT), sourced: false };

static USED_POINT: Record = Record {
    it: "un punto del flusso",
    en: "a point of the workflow",
    fields: &[field("use", ID, "usa: un passo offerto dal catalogo", "a step that the catalogue offers").required()],
};
