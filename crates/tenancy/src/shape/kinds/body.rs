//! What a body is and looks like: branding, offices, calendar.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::{BOOL, FORMAT_FIELD, ID, LINE, TEXTS};

/// `branding.yaml`
pub static BRANDING: Record = Record {
    it: "un marchio",
    en: "a branding",
    fields: &[
        FORMAT_FIELD,
        field("colors", Shape::Record(&COLORS), "colori", "colours").required(),
        field("logo", Shape::Record(&LOGO), "logo", "logo"),
        field("typeface", LINE, "carattere", "typeface"),
        field("texts", Shape::Items(&BRANDING_TEXTS), "testi brevi del portale", "short texts of the portal"),
    ],
};

const COLOUR: Shape = Shape::Leaf(Leaf::Colour);

static COLORS: Record = Record {
    it: "i colori",
    en: "the colours",
    fields: &[
        field("primary", COLOUR, "primario", "primary").required(),
        field("primary_text", COLOUR, "testo sul primario", "text on the primary colour").required(),
        field("accent", COLOUR, "accento", "accent").required(),
        field("background", COLOUR, "sfondo", "background").required(),
        field("text", COLOUR, "testo", "text").required(),
    ],
};

static LOGO: Record = Record {
    it: "un logo",
    en: "a logo",
    fields: &[
        field("file", Shape::Leaf(Leaf::FileName), "file", "an SVG file in this folder").required(),
        field("alt", Shape::Texts(200), "testo alternativo", "what it shows, for those who do not see it").required(),
    ],
};

static BRANDING_TEXTS: Items = Items { keys: Keys::Id, item: TEXTS, sourced: false };

/// `offices.yaml`
pub static OFFICES: Record = Record {
    it: "un elenco di uffici",
    en: "a list of offices",
    fields: &[FORMAT_FIELD, field("offices", Shape::Items(&OFFICES_BY_ID), "uffici", "offices").required()],
};

static OFFICES_BY_ID: Items = Items { keys: Keys::Id, item: Shape::Record(&OFFICE), sourced: false };

static OFFICE: Record = Record {
    it: "un ufficio",
    en: "an office",
    fields: &[
        field("name", TEXTS, "nome", "name").required(),
        field("role", ID, "ruolo del catalogo che ricopre", "the role of the catalogue that it fills"),
        field("parent", ID, "ufficio superiore", "the office above it"),
        field("email", Shape::Leaf(Leaf::Email), "e-mail", "e-mail"),
        field("certified_email", Shape::Leaf(Leaf::Email), "posta elettronica certificata, PEC", "certified e-mail"),
        field("phone", Shape::Leaf(Leaf::Phone), "telefono", "telephone"),
        field("head", LINE, "responsabile", "who heads it"),
        field("location", ID, "sede: una di desk.yaml", "location: one of desk.yaml"),
    ],
};

/// `calendar.yaml`
pub static CALENDAR: Record = Record {
    it: "un calendario",
    en: "a calendar",
    fields: &[
        FORMAT_FIELD,
        field("patron_saint", Shape::Record(&PATRON_SAINT), "santo patrono", "patron saint"),
        field("closures", Shape::Items(&CLOSURES), "chiusure", "closures of the desk"),
    ],
};

static PATRON_SAINT: Record = Record {
    it: "il santo patrono",
    en: "the patron saint",
    fields: &[
        field("month_day", Shape::Leaf(Leaf::MonthDay), "giorno, mese-giorno", "day, month-day").required().sourced(),
        field("name", TEXTS, "nome", "name").required(),
        field("closes_desk", BOOL, "chiude lo sportello", "whether the desk is closed").required().sourced(),
        field("moves_terms", BOOL, "sposta i termini", "whether a legal term that ends on it moves").required().sourced(),
    ],
};

static CLOSURES: Items = Items { keys: Keys::Id, item: Shape::Record(&CLOSURE), sourced: false };

static CLOSURE: Record = Record {
    it: "una chiusura",
    en: "a closure",
    fields: &[
        field("from", Shape::Leaf(Leaf::Date), "dal", "first day").required(),
        field("to", Shape::Leaf(Leaf::Date), "al", "last day").required(),
        field("reason", TEXTS, "motivo", "why").required(),
    ],
};
