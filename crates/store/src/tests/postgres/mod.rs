//! What only a database that tenants share can get wrong: the walls between them, its roles, its plans, its connections.

mod cancelled;
mod due;
mod plans;
mod roles;
mod schema;
mod servers;
mod updates;
mod walls;

use sportello_test_postgres::TestDatabase;

use super::kit::{Kit, kit_in};
use crate::{PostgresSettings, StoreProblem, StoreSettings, Stores};

/// Two tenants in one database.
async fn shared() -> Kit {
    kit_in(TestDatabase::create()).await
}

impl Kit {
    fn database(&self) -> &TestDatabase {
        self.database.as_ref().expect("this test shares a database")
    }
}

/// The settings of a program that reaches a database by an address.
fn settings(folder: &std::path::Path, url: &str) -> StoreSettings {
    StoreSettings::shared(folder.join("data"), &PostgresSettings::serving(url, 2))
}

/// What a start over an address is refused with.
async fn refused(url: &str) -> StoreProblem {
    let folder = tempfile::tempdir().unwrap();
    Stores::open(settings(folder.path(), url)).await.unwrap_err()
}
