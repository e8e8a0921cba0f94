//! Who may see what of whom: every operation of the description, by every role of the body, of a sibling, of the granting body and of
//! the parent union, on what is there, what is another's, what is nowhere and what is nonsense.
//!
//! `expected.txt` is the answer, a line for each operation and role; an operation that is not in it fails. Whoever changes what somebody
//! may do renews it and shows the difference to whoever reads the change:
//!
//! ```sh
//! cargo test -p sportello-tests --test matrix renew -- --ignored
//! ```
//!
//! Requests that would do something are refused for their version or their content at the last step, after everything that keeps
//! people out, so the matrix changes nothing and its cells do not depend on their order.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

mod network;
mod operations;
mod table;
mod walk;

use std::{collections::BTreeSet, fs, path::PathBuf};

use network::{GRANTING, Network, OWN, ROLES, SIBLING};
use sportello_tests::{Data, Launch, repository};
use walk::{Desk, Dice};

/// How long the walk is.
const STEPS: usize = 150;

fn expected() -> PathBuf {
    repository().join("tests/e2e/matrix/expected.txt")
}

fn committed() -> String {
    fs::read_to_string(expected()).expect("tests/e2e/matrix/expected.txt is there")
}

/// Those who see most of a body: enough to see whether a wall stands.
const FEW: [&str; 3] = ["citizen", "case_officer", "administrator"];

/// Every line is one of those that are committed; only those that are not are shown, among hundreds.
#[track_caller]
fn as_committed(found: &str) {
    let committed = committed();
    let committed: Vec<_> = committed.lines().collect();
    let differing: Vec<_> = found.lines().filter(|line| !committed.contains(line)).collect();
    assert!(differing.is_empty(), "not as committed (see the head of tests/e2e/matrix/main.rs):\n{}", differing.join("\n"));
}

#[test]
fn every_operation_answers_each_relation_as_committed() {
    let found = table::of(&Network::start(Launch::default(), Data::default()), &ROLES);
    as_committed(&found);
    assert_eq!(found, committed(), "lines that are committed are no longer found, or stand in another order");
}

#[test]
#[ignore = "writes tests/e2e/matrix/expected.txt"]
fn renew() {
    fs::write(expected(), table::of(&Network::start(Launch::default(), Data::default()), &ROLES)).expect("written");
}

/// The database's own wall alone: the program was built without its filter.
#[test]
fn without_the_filter_the_database_gives_nothing() {
    as_committed(&table::of(&Network::start(unfiltered(), Data::in_database()), &FEW));
}

/// The filter alone: row-level security is off.
#[test]
fn without_row_level_security_the_filter_gives_nothing() {
    let network = Network::start(Launch::default(), Data::in_database());
    take_the_wall_down(&network);
    as_committed(&table::of(&network, &FEW));
}

/// Without either, the matrix sees it: it is able to fail.
#[test]
fn without_both_walls_what_is_anothers_is_found() {
    let network = Network::start(unfiltered(), Data::in_database());
    take_the_wall_down(&network);
    let found = table::crossings(&network);
    assert!(found.contains(&"cases_read".to_owned()) && found.contains(&"documents_content".to_owned()), "{found:?}");
}

/// A commune works alone at one installation; at another it does the same while two others work too and reach for what it has. Its
/// people are told the same to the letter, step by step: numbers, lists, searches, exports, errors.
#[test]
fn a_desk_is_told_the_same_whether_or_not_others_work() {
    let start = || Network::start(Launch::default(), Data::default());
    let (quiet, busy) = (start(), start());
    let (mut alone, mut among) = (Desk::of(&quiet, OWN), Desk::of(&busy, OWN));
    let mut others = [Desk::of(&busy, GRANTING), Desk::of(&busy, SIBLING)];
    let (mut dice, mut others_dice) = (Dice(20_261_128), Dice(8));
    let mut different_answers = BTreeSet::new();
    for step in 0..STEPS {
        for other in &mut others {
            for _ in 0..others_dice.below(3) {
                other.step(&mut others_dice);
            }
        }
        if step % 20 == 19 {
            others[step % 2].reach_for(&among.some_case(&mut others_dice));
        }
        let (told, same) = (alone.step(&mut dice.clone()), among.step(&mut dice));
        assert_eq!(told, same, "step {step}");
        different_answers.insert(told);
    }
    assert!(different_answers.len() > STEPS / 2, "only {} different answers: the walk stands still", different_answers.len());
    assert_eq!(quiet.letters(OWN), busy.letters(OWN), "what is sent for the one, and what is sent for it among others");
}

fn unfiltered() -> Launch {
    let binary = sportello_tests::binary().with_file_name("sportello-unfiltered");
    assert!(binary.exists(), "{} is missing: tests/run builds it, with the feature `unfiltered` of the store", binary.display());
    Launch { binary, ..Launch::default() }
}

fn take_the_wall_down(network: &Network) {
    let database = network.world().database().expect("rows are in a database");
    let tables = database.as_superuser("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'sportello'");
    for table in tables.lines() {
        database.as_superuser(&format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"));
    }
}
