//! Registers that are asked between two transactions: what a silent one leaves behind.

use std::sync::atomic::Ordering;

use serde_json::json;
use sportello_domain::{refusal::Code, registers::query::AskedPerson};
use sportello_engine::{
    Page, Unread, cases,
    registers::{self, Found, PopulationSearch},
};

use crate::{
    village::resident,
    world::{World, code, mario},
};

#[tokio::test]
async fn a_register_that_does_not_answer_leaves_nothing_behind() {
    let world = World::new().await;
    let case = world.draft(&mario(), "permit", json!({})).await.unwrap().case;
    let search = || {
        let person = AskedPerson { tax_code: Some("RSSMRA80A01C573D".into()), ..AskedPerson::default() };
        Unread::known(PopulationSearch { case: Some(case.id), person })
    };
    world.outside.village.has([resident("Via Roma")]);
    world.outside.village.shut.store(true, Ordering::Relaxed);
    let call = world.call(&mario());
    assert_eq!(code(registers::population(&world.engine, &call, search()).await), Code::RegisterUnavailable);
    let kinds = async || -> Vec<String> {
        let events = cases::events(&world.engine, &call, case.id, Page::default()).await.unwrap();
        events.items.into_iter().map(|event| event.kind.to_string()).collect()
    };
    assert_eq!(kinds().await, ["created"]);
    world.outside.village.shut.store(false, Ordering::Relaxed);
    let found = registers::population(&world.engine, &call, search()).await.unwrap().found;
    assert!(matches!(found, Found::One(person) if &*person.given_name == "Mario"));
    assert_eq!(kinds().await, ["created", "register_asked"]);
}
