//! Persons, found by what a tenant knows them by.

use sportello_domain::{case::Person, ids::TenantId};
use sportello_store::{
    StoreProblem, TenantTx,
    persons::{self, LookupKey},
};

use crate::Engine;

/// The key under which a person is kept or is to be kept, and the person where there is one. Who is kept as an earlier program did it
/// stays so: then both find the same person while one takes the other's place.
pub(crate) async fn known(
    engine: &Engine,
    tx: &TenantTx,
    tenant: TenantId,
    known_by: &str,
) -> Result<(LookupKey, Option<Person>), StoreProblem> {
    let keys = &engine.ports().keys;
    let own = keys.lookup_key(tenant, known_by);
    for key in std::iter::once(own).chain(keys.former_lookup_key(tenant, known_by)) {
        if let Some(person) = persons::find_by_key(tx, &key).await? {
            return Ok((key, Some(person)));
        }
    }
    Ok((own, None))
}
