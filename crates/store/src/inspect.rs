//! The places of rows looked into while they may be in use, without changing anything: what an operator asks when something seems wrong.

use std::{path::PathBuf, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use sportello_domain::ids::TenantId;

use crate::{
    Backlog, PlaceStatus, Result, ServerState, StoreProblem, StoreSettings, TenantTx, events,
    jobs::Job,
    keys::{self, WrappedKey},
    outbox::Outgoing,
    placement::{Database, File, Place, Schema},
    status::{Spot, spots},
    tx::Mode,
    work,
};

/// After how long what is due and not done is late: a server that runs is never that far behind.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// How many data keys of a tenant are looked at: it has one, and one more for each time that it was renewed.
const KEYS: u64 = 100;

/// A place, looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// How far it is, or why that cannot be told.
    pub status: Result<PlaceStatus>,
    /// The file, where it is one.
    pub file: Option<PathBuf>,
    /// The server, where it is a database that answers, and how many connections to it this program may open.
    pub server: Option<(ServerState, u32)>,
    /// What is in it, tenant by tenant; nothing where this program cannot serve from it.
    pub tenants: Vec<(TenantId, Result<Inspection>)>,
}

/// What is of one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// What the database says is damaged; nothing where that was not asked.
    pub damage: Vec<String>,
    /// When the newest step of a timeline was written.
    pub newest: Option<Timestamp>,
    /// The newest data keys.
    pub keys: Vec<WrappedKey>,
    /// Jobs that are late, and that were given up.
    pub jobs: Backlog,
    /// What should have left the system and is late, or was given up.
    pub outbox: Backlog,
}

/// Looks into every place, one after the other, so that one that cannot be read hides no other; `deep` reads all of every file.
pub async fn examine(settings: &StoreSettings, tenants: &[TenantId], clock: &(dyn Fn() -> Timestamp + Sync), deep: bool) -> Vec<Examined> {
    let now = clock();
    let late = now.checked_sub(LATE).unwrap_or(now);
    let mut all = Vec::new();
    for spot in spots(settings, tenants) {
        let (status, server) = match server(&spot, clock).await {
            Ok(server) => (spot.status().await, server),
            Err(problem) => (Err(problem), None),
        };
        let ready = status.as_ref().is_ok_and(|status| status.exists && status.missing == 0 && status.refusing.is_none());
        let tenants = if ready { inside(&spot, tenants, late, deep).await } else { Vec::new() };
        let file = if let Spot::File { path, .. } = spot { Some(path) } else { None };
        all.push(Examined { status, file, server, tenants });
    }
    all
}

/// Looks at the server of a place that has one.
async fn server(spot: &Spot<'_>, clock: &(dyn Fn() -> Timestamp + Sync)) -> Result<Option<(ServerState, u32)>> {
    let Spot::Database { name, reached, schema } = spot else { return Ok(None) };
    let state = Database::looking(name, reached, *schema)?.server(clock).await?;
    Ok(Some((state, reached.pool)))
}

/// Looks into a place that this program can serve from.
async fn inside(spot: &Spot<'_>, tenants: &[TenantId], late: Timestamp, deep: bool) -> Vec<(TenantId, Result<Inspection>)> {
    match spot {
        Spot::File { tenant: None, .. } | Spot::Database { schema: Schema::Platform, .. } => Vec::new(),
        Spot::File { path, tenant: Some(tenant), .. } => {
            let file = Arc::new(File::looking(path.clone()));
            let damage = if deep { file.damage().await } else { Ok(Vec::new()) };
            let found = look(&Place::File(Arc::clone(&file)), *tenant, late).await;
            file.close().await;
            let found = damage.and_then(|damage| found.map(|found| Inspection { damage, ..found }));
            vec![(*tenant, found)]
        }
        Spot::Database { name, reached, schema } => match Database::looking(name, reached, *schema) {
            Ok(database) => of_database(database, tenants, late).await,
            Err(_) => Vec::new(),
        },
    }
}

/// Those of the tenants whose rows are in a database.
async fn of_database(database: Database, tenants: &[TenantId], late: Timestamp) -> Vec<(TenantId, Result<Inspection>)> {
    let place = Place::Database(Arc::new(database));
    let mut all = Vec::new();
    for tenant in tenants {
        let found = look(&place, *tenant, late).await;
        if !matches!(found, Err(StoreProblem::WrongTenant { .. } | StoreProblem::Moved { .. })) {
            all.push((*tenant, found));
        }
    }
    place.close().await;
    all
}

async fn look(place: &Place, tenant: TenantId, late: Timestamp) -> Result<Inspection> {
    let tx = TenantTx::open(place, tenant, Mode::Read, None, None).await?;
    let found = Inspection {
        damage: Vec::new(),
        newest: events::newest(&tx).await?,
        keys: keys::newest(&tx, KEYS).await?,
        jobs: work::backlog::<Job>(&tx, late).await?,
        outbox: work::backlog::<Outgoing>(&tx, late).await?,
    };
    tx.rollback().await?;
    Ok(found)
}
