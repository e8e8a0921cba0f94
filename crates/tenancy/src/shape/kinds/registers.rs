//! What stands behind the registers of a tenant and its payments.

use super::super::{Leaf, Record, Shape, field};
use super::FORMAT_FIELD;

const ADAPTERS: &[&str] = &["manual", "demo"];

/// `registers.yaml`
pub static REGISTERS: Record = Record {
    it: "un file di collegamenti ai registri",
    en: "a file of connections to registers",
    fields: &[
        FORMAT_FIELD,
        field("population", Shape::Record(&BEHIND), "anagrafe", "population register"),
        field("land", Shape::Record(&BEHIND), "catasto", "land registry"),
        field("payments", Shape::Record(&BEHIND), "pagamenti", "payments"),
    ],
};

static BEHIND: Record = Record {
    it: "un collegamento",
    en: "a connection",
    fields: &[field("adapter", Shape::Leaf(Leaf::OneOf(ADAPTERS)), "adattatore: manual o demo", "adapter: manual or demo").required()],
};
