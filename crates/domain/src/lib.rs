//! The rules of a municipal one-stop desk, without any input or output.
//!
//! Everything here is a value or a pure function: what a service, a form, a workflow and a case are; what the law's clock
//! says; who may do what. Nothing here reads a clock, makes an id, opens a file or knows a database, so each rule is tested in
//! microseconds and the floors above (`store`, `tenancy`, `engine`, `api`) share one vocabulary.
//!
//! To extend: a new rule of law or of the desk is a function in the module of its subject, with its source in the
//! documentation and a test with the source's own example.

pub mod act;
pub mod assignment;
pub mod calendar;
pub mod case;
pub mod checkout;
pub mod condition;
pub mod dead_letter;
pub mod definition;
pub mod fees;
pub mod form;
pub mod identity;
pub mod ids;
pub mod limits;
pub mod money;
pub mod office;
pub mod opinion;
pub mod ordered;
pub mod permissions;
pub mod placeholders;
pub mod printed;
pub mod rating;
pub mod receipt;
pub mod refusal;
pub mod register;
pub mod registers;
pub mod search;
pub mod service;
pub mod sourced;
pub mod tenant;
pub mod terms;
pub mod text;
pub mod words;
pub mod workflow;
