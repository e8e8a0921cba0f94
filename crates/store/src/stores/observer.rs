//! Who sees what is sent to the databases.

use std::{fmt, sync::Arc};

use sea_orm::Statement;

/// Somebody who sees every statement before it is sent, with the name of the place to which it goes: benchmarks send the same again
/// without the product around them, tests ask the database for its plan.
#[derive(Clone)]
pub struct Observer(Arc<See>);

type See = dyn Fn(&str, &Statement) + Send + Sync;

impl Observer {
    /// Calls a function for each statement.
    pub fn new(see: impl Fn(&str, &Statement) + Send + Sync + 'static) -> Self {
        Self(Arc::new(see))
    }

    pub(crate) fn see(&self, place: &str, statement: &Statement) {
        self.0(place, statement);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
