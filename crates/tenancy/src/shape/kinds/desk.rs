//! The desk: locations, hours, areas, counters.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::{FORMAT_FIELD, ID, LINE, TEXTS};

/// `desk.yaml`
pub static DESK: Record = Record {
    it: "uno sportello",
    en: "a desk",
    fields: &[FORMAT_FIELD, field("locations", Shape::Items(&LOCATIONS), "sedi", "locations").required()],
};

static LOCATIONS: Items = Items { keys: Keys::Id, item: Shape::Record(&LOCATION), sourced: false };

static LOCATION: Record = Record {
    it: "una sede",
    en: "a location",
    fields: &[
        field("name", TEXTS, "nome", "name").required(),
        field("address", Shape::Record(&ADDRESS), "indirizzo", "address"),
        field("hours", Shape::Items(&HOURS), "orari per stagione", "opening hours by season"),
        field("areas", Shape::Items(&AREAS), "aree", "areas"),
        field("counters", Shape::Items(&COUNTERS), "postazioni", "counters"),
    ],
};

static ADDRESS: Record = Record {
    it: "un indirizzo",
    en: "an address",
    fields: &[
        field("street", LINE, "via e numero", "street and number").required(),
        field("city", LINE, "città", "town").required(),
        field("postal_code", Shape::Leaf(Leaf::Text(5)), "CAP", "postal code"),
    ],
};

static HOURS: Items = Items { keys: Keys::Id, item: Shape::Record(&SEASON), sourced: true };

static SEASON: Record = Record {
    it: "una stagione",
    en: "a season",
    fields: &[
        field("from", Shape::Leaf(Leaf::MonthDay), "dal, mese-giorno", "first day, month-day"),
        field("to", Shape::Leaf(Leaf::MonthDay), "al, mese-giorno", "last day, month-day"),
        field("week", Shape::Items(&WEEK), "settimana", "week").required(),
    ],
};

static WEEK: Items =
    Items { keys: Keys::OneOf(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), item: Shape::Items(&DAY), sourced: false };

static DAY: Items = Items { keys: Keys::Time, item: Shape::Leaf(Leaf::Time), sourced: false };

static AREAS: Items = Items { keys: Keys::Id, item: Shape::Record(&AREA), sourced: false };

static AREA: Record = Record {
    it: "un'area",
    en: "an area",
    fields: &[
        field("name", TEXTS, "nome", "name"),
        field("description", TEXTS, "descrizione", "what happens there"),
        field("seats", Shape::Leaf(Leaf::Integer(0, 10_000)), "posti", "seats"),
    ],
};

static COUNTERS: Items = Items { keys: Keys::Id, item: Shape::Record(&COUNTER), sourced: false };

static COUNTER: Record = Record {
    it: "una postazione",
    en: "a counter",
    fields: &[
        field("name", TEXTS, "nome", "name"),
        field("area", ID, "area", "the area where it stands"),
        field("skills", Shape::Set(Keys::Id), "competenze", "services that it can do"),
    ],
};
