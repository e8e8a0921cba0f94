//! Work that is due, at all tenants: found where the store lists it, done tenant by tenant, a few tenants at once.
//!
//! Any number of processes may do so over the same databases. What one leased no other takes; where a lease runs out in the middle,
//! because a process was killed or is slow, two may do the same thing: a job looks at its row again in the transaction that ends it, so
//! its effect happens once, and a letter goes out again under the id that it had.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sportello_domain::{ids::TenantId, tenant::Tenant};
use sportello_store::{
    due::{Due, Parcel, Share, Workplace},
    jobs::Job,
    outbox::Outgoing,
    work,
};
use tokio::{
    sync::watch,
    task::{Id, JoinSet},
};

use crate::{Engine, Failure, backlog, jobs, outbox};

/// How long is waited before it is asked again what is due.
const INTERVAL: Duration = Duration::from_secs(2);
/// How often what waits is counted.
const COUNT: Duration = Duration::from_secs(30);
/// Every how many counts each tenant is looked into: about an hour.
const SWEEP: u32 = 120;
/// How many tenants are worked for at once.
const WIDTH: usize = 4;
/// How much of a tenant is done before others have their turn.
const EACH: u64 = 10;
/// How long what was taken is nobody else's. What is not begun by then is left to whoever takes it next.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How often every file is looked into, whether or not anything is known to be due: another process may have planned something.
const ROUND: SignedDuration = SignedDuration::from_hours(1);

/// Where work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Wherever rows are.
    Everywhere,
    /// Only in files, which belong to one process.
    Files,
    /// Only in databases.
    Databases,
}

impl Scope {
    fn holds(self, place: &Workplace) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Files => !place.is_shared(),
            Self::Databases => place.is_shared(),
        }
    }
}

/// Does what is due until it is told to stop or nobody is left to tell it, and then finishes what it has in hand.
pub async fn run(engine: Engine, scope: Scope, mut stop: watch::Receiver<bool>) {
    let mut worker = Worker::new(engine, scope, stop.clone());
    while stop.has_changed().is_ok() && !*stop.borrow() {
        worker.take_up().await;
        worker.wait(&mut stop).await;
    }
    worker.finish().await;
}

/// Counts what waits, asks databases that refused a write whether they still would, and now and then looks into each tenant: what was
/// given up, and idempotency keys that need not be kept. For as long as it is let. Who does not look everywhere leaves tenants to those
/// who do.
pub async fn look_after(engine: Engine, scope: Scope) {
    let places: Vec<Workplace> = engine.stores().workplaces().into_iter().filter(|place| scope.holds(place)).collect();
    let mut turn: u32 = 0;
    loop {
        if scope == Scope::Everywhere && turn.is_multiple_of(SWEEP) {
            sweep(&engine).await;
        }
        count(&engine, &places).await;
        engine.stores().look_again().await;
        turn = turn.wrapping_add(1);
        tokio::time::sleep(COUNT).await;
    }
}

async fn count(engine: &Engine, places: &[Workplace]) {
    let mut waiting = [0; 2];
    for place in places {
        match place.waiting(engine.now()).await {
            Ok(found) => waiting = [waiting[0] + found[0], waiting[1] + found[1]],
            Err(problem) => tracing::warn!(place = place.name(), %problem, "what waits could not be counted"),
        }
    }
    let [jobs, outgoing] = waiting;
    engine.meter().jobs.waits(jobs);
    engine.meter().outbox.waits(outgoing);
}

async fn sweep(engine: &Engine) {
    let mut given_up = [0; 2];
    for tenant in engine.fleet().all() {
        if let Err(failure) = jobs::sweep(engine, &tenant).await {
            tracing::warn!(tenant = %tenant.slug, ?failure, "old idempotency keys could not be removed");
        }
        match backlog::of(engine, &tenant).await {
            Ok([jobs, outgoing]) => given_up = [given_up[0] + jobs.given_up, given_up[1] + outgoing.given_up],
            Err(failure) => tracing::warn!(tenant = %tenant.slug, ?failure, "what was given up could not be counted"),
        }
    }
    let [jobs, outgoing] = given_up;
    engine.meter().jobs.lies(jobs);
    engine.meter().outbox.lies(outgoing);
}

/// What is due at a tenant now, as its own rows say.
pub async fn due_at(engine: &Engine, tenant: &Tenant) -> Result<Vec<Due>, Failure> {
    let tx = engine.stores().read(tenant.id).await?;
    let jobs = work::due::<Job>(&tx, engine.now(), EACH).await?;
    let outgoing = work::due::<Outgoing>(&tx, engine.now(), EACH).await?;
    tx.rollback().await?;
    let jobs = jobs.into_iter().map(|job| Due::Job(job.id));
    Ok(jobs.chain(outgoing.into_iter().map(|outgoing| Due::Outgoing(outgoing.id))).collect())
}

/// Does one thing, if it is still due. Answers whether it was.
pub async fn carry_out(engine: &Engine, tenant: &Arc<Tenant>, due: Due) -> Result<bool, Failure> {
    match due {
        Due::Job(id) => jobs::run(engine, tenant, id).await,
        Due::Outgoing(id) => outbox::send(engine, tenant, id).await,
    }
}

struct Worker {
    engine: Engine,
    places: Vec<Place>,
    /// Which place is asked first: another one each time, so that none takes all hands.
    first: usize,
    running: JoinSet<()>,
    busy: HashMap<Id, TenantId>,
    stop: watch::Receiver<bool>,
}

/// A place, and what is remembered of it.
struct Place {
    at: Arc<Workplace>,
    /// Whether the last question was answered: a silence is logged once.
    answers: bool,
    /// When all of it is to be looked into next.
    round: Timestamp,
}

impl Worker {
    fn new(engine: Engine, scope: Scope, stop: watch::Receiver<bool>) -> Self {
        let places = engine.stores().workplaces().into_iter().filter(|place| scope.holds(place));
        let round = engine.now().saturating_add(ROUND).unwrap_or(Timestamp::MAX);
        let places = places.map(|at| Place { at: Arc::new(at), answers: true, round }).collect();
        Self { engine, places, first: 0, running: JoinSet::new(), busy: HashMap::new(), stop }
    }

    /// Takes as much as there are hands for.
    async fn take_up(&mut self) {
        let places = self.places.len();
        self.first = self.first.wrapping_add(1);
        let first = self.first;
        for index in (0..places).map(|turn| first.wrapping_add(turn) % places) {
            let tenants = WIDTH.saturating_sub(self.running.len());
            if tenants == 0 {
                return;
            }
            let parcels = self.claim(index, tenants).await;
            let Some(place) = self.places.get_mut(index) else { return };
            match parcels {
                Ok(parcels) => {
                    place.answers = true;
                    let at = Arc::clone(&place.at);
                    for parcel in parcels {
                        self.begin(&at, parcel);
                    }
                }
                Err(failure) => {
                    if std::mem::replace(&mut place.answers, false) {
                        tracing::warn!(place = place.at.name(), ?failure, "it is not known what is due");
                    }
                }
            }
        }
    }

    async fn claim(&mut self, index: usize, tenants: usize) -> Result<Vec<Parcel>, Failure> {
        let now = self.engine.now();
        let Some(place) = self.places.get_mut(index) else { return Ok(Vec::new()) };
        if place.round <= now {
            place.at.look_into_all(now);
            place.round = now.saturating_add(ROUND).unwrap_or(Timestamp::MAX);
        }
        let served: Vec<TenantId> = self.engine.fleet().all().iter().map(|tenant| tenant.id).collect();
        place.at.know(&served, now).await?;
        let busy: Vec<TenantId> = self.busy.values().copied().collect();
        let until = now.saturating_add(LEASE).unwrap_or(now);
        Ok(place.at.claim(now, until, Share { tenants, each: EACH }, &busy).await?)
    }

    /// A tenant that is not served here now is left to whoever serves it when the lease is over.
    fn begin(&mut self, place: &Arc<Workplace>, parcel: Parcel) {
        let Some(tenant) = self.engine.fleet().all().into_iter().find(|tenant| tenant.id == parcel.tenant) else { return };
        let (engine, place, stop) = (self.engine.clone(), Arc::clone(place), self.stop.clone());
        let id = parcel.tenant;
        let task = self.running.spawn(async move {
            if let Err(failure) = work_for(&engine, &tenant, &place, &parcel, &stop).await {
                tracing::warn!(tenant = %tenant.slug, ?failure, "work that was due could not be done");
            }
        });
        self.busy.insert(task.id(), id);
    }

    /// Until a tenant's turn is over, or it is time to ask again.
    async fn wait(&mut self, stop: &mut watch::Receiver<bool>) {
        tokio::select! {
            Some(ended) = self.running.join_next_with_id() => {
                let id = match ended {
                    Ok((id, ())) => id,
                    Err(error) => {
                        tracing::error!(%error, "the work for a tenant broke off");
                        error.id()
                    }
                };
                self.busy.remove(&id);
            }
            () = tokio::time::sleep(INTERVAL) => {}
            _ = stop.changed() => {}
        }
    }

    async fn finish(mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

/// Does what was taken, one thing after the other. Where the store fails, the rest stays taken until the lease is over: it would fail
/// too.
async fn work_for(
    engine: &Engine,
    tenant: &Arc<Tenant>,
    place: &Workplace,
    parcel: &Parcel,
    stop: &watch::Receiver<bool>,
) -> Result<(), Failure> {
    let due = match &parcel.leased {
        Some(leased) => leased.clone(),
        None => due_at(engine, tenant).await?,
    };
    let mut rest = due.as_slice();
    while let [next, others @ ..] = rest
        && !*stop.borrow()
        && engine.now() < parcel.until
    {
        carry_out(engine, tenant, *next).await?;
        rest = others;
    }
    Ok(place.settle(parcel, rest, engine.now()).await?)
}
