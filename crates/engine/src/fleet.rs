//! The tenants of the installation and the configuration under which each runs now.
//!
//! What is in force is swapped whole. A request asks once and keeps its snapshot, so no reply shows two versions. A tenant whose
//! files are broken goes on with its last good state, from memory or from the snapshot in the data folder, and is marked stale.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use sportello_domain::{
    ids::TenantId,
    service::Key,
    tenant::{Issuer, Tenant},
    text::Text,
};
use sportello_tenancy::{Installation, Loaded, snapshot};

use crate::search::Indexes;

/// The issuers that a tenant trusts beside those of its configuration.
pub type ExtraIssuers = Box<dyn Fn(&Tenant) -> Vec<Issuer> + Send + Sync>;

/// The tenants.
pub struct Fleet {
    now: ArcSwap<Standing>,
    /// Taken while a configuration is put in force, so that two never mix.
    taking_in: Mutex<()>,
    generation: AtomicU64,
    snapshots: PathBuf,
    extra: ExtraIssuers,
    indexes: Indexes,
}

/// A token's issuer and audience.
type Vouched = (Arc<str>, Arc<str>);

#[derive(Default)]
struct Standing {
    /// By slug.
    tenants: BTreeMap<Key, Member>,
    /// Slugs and aliases to slugs.
    names: HashMap<Key, Key>,
    hosts: HashMap<Arc<str>, Key>,
    ids: HashMap<TenantId, Key>,
    issuers: HashMap<Vouched, (TenantId, Arc<Issuer>)>,
    support: Option<Key>,
}

#[derive(Clone)]
struct Member {
    tenant: Option<Arc<Tenant>>,
    stale: bool,
    problems: usize,
}

/// What a name leads to.
#[derive(Clone, Debug)]
pub enum Found {
    /// A tenant that runs.
    Ready(Arc<Tenant>),
    /// A tenant without a usable configuration.
    Unavailable,
    /// Nothing.
    Unknown,
}

impl Found {
    /// The tenant, if it runs.
    pub fn tenant(self) -> Option<Arc<Tenant>> {
        match self {
            Self::Ready(tenant) => Some(tenant),
            Self::Unavailable | Self::Unknown => None,
        }
    }
}

/// How one tenant fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantState {
    /// Its slug.
    pub slug: Key,
    /// Its name; the slug where no configuration was ever good.
    pub name: Text,
    /// Whether it is served.
    pub available: bool,
    /// Whether it runs on its last good configuration because the present one is broken.
    pub stale: bool,
    /// The release in force.
    pub release: Option<Arc<str>>,
    /// The hash of the configuration in force.
    pub hash: Option<Arc<str>>,
    /// How many errors the present configuration has.
    pub problems: usize,
}

/// How many tenants fare how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Under the present configuration.
    pub active: usize,
    /// Under the last good one.
    pub stale: usize,
    /// Under none.
    pub unavailable: usize,
}

/// What taking a configuration in did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Tenants that run under another configuration than before.
    pub changed: Vec<Key>,
    /// Tenants whose new configuration is broken and that go on with the last good one.
    pub stale: Vec<Key>,
    /// Tenants that have none.
    pub unavailable: Vec<Key>,
}

impl Fleet {
    /// A fleet without tenants. Good configurations are kept in the folder; `extra` adds issuers that the program itself trusts.
    pub fn new(snapshots: PathBuf, extra: ExtraIssuers) -> Self {
        Self {
            now: ArcSwap::default(),
            taking_in: Mutex::default(),
            generation: AtomicU64::new(0),
            snapshots,
            extra,
            indexes: Indexes::default(),
        }
    }

    /// Puts a configuration in force, whole. It reads and writes the snapshots, so it is no work for a thread that answers requests.
    pub fn take_in(&self, installation: &Installation) -> TakenIn {
        let _alone = self.taking_in.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.now.load_full();
        let mut standing = Standing { support: installation.platform.support.as_deref().map(Into::into), ..Standing::default() };
        let mut taken = TakenIn::default();
        let members = installation.tenants.values().map(|loaded| (Key::from(loaded.slug.as_str()), self.member(loaded)));
        let (standing_on, fresh): (Vec<_>, Vec<_>) = members.partition(|(_, member)| member.stale);
        // Who goes on as before comes first: nobody takes its id, its domains or its issuers meanwhile.
        for (slug, mut member) in standing_on.into_iter().chain(fresh) {
            let known = before.tenants.get(&slug).and_then(|member| member.tenant.as_ref());
            if let Some(other) = member.tenant.as_ref().and_then(|tenant| standing.ids.get(&tenant.id)) {
                tracing::error!(tenant = %slug, %other, "the id is another body's: this one is not served");
                member = Member { tenant: None, stale: false, problems: member.problems + 1 };
            }
            self.keep(&member);
            match &member.tenant {
                None => taken.unavailable.push(slug.clone()),
                Some(tenant) if known.is_none_or(|known| known.hash != tenant.hash) => taken.changed.push(slug.clone()),
                Some(_) => {}
            }
            if member.stale {
                taken.stale.push(slug.clone());
            }
            standing.admit(slug, member, &self.extra);
        }
        self.now.store(Arc::new(standing));
        self.generation.fetch_add(1, Ordering::Relaxed);
        for slugs in [&mut taken.changed, &mut taken.stale, &mut taken.unavailable] {
            slugs.sort();
        }
        taken
    }

    /// Keeps a good configuration for when its files are broken.
    fn keep(&self, member: &Member) {
        if let Some(tenant) = member.tenant.as_ref().filter(|_| !member.stale)
            && let Err(error) = snapshot::save(&self.snapshots, tenant)
        {
            tracing::warn!(tenant = %tenant.slug, %error, "the last good configuration cannot be kept");
        }
    }

    fn member(&self, loaded: &Loaded) -> Member {
        let problems = loaded.errors();
        if let Some(tenant) = &loaded.tenant {
            return Member { tenant: Some(Arc::clone(tenant)), stale: false, problems };
        }
        let tenant = self.last_good(&loaded.slug);
        Member { stale: tenant.is_some(), tenant, problems }
    }

    /// The last good configuration of the tenant in a folder: what it runs under, else the snapshot.
    pub fn last_good(&self, slug: &str) -> Option<Arc<Tenant>> {
        let running = self.now.load().tenants.get(slug).and_then(|member| member.tenant.clone());
        running.or_else(|| snapshot::read(&self.snapshots, slug).map(Arc::new))
    }

    /// The indexes of the catalogues.
    pub fn indexes(&self) -> &Indexes {
        &self.indexes
    }

    /// The tenant that a slug, or an earlier one, names.
    pub fn find(&self, name: &str) -> Found {
        let now = self.now.load();
        match now.names.get(name).and_then(|slug| now.tenants.get(slug)) {
            Some(Member { tenant: Some(tenant), .. }) => Found::Ready(Arc::clone(tenant)),
            Some(Member { tenant: None, .. }) => Found::Unavailable,
            None => Found::Unknown,
        }
    }

    /// Every tenant that runs, by slug.
    pub fn all(&self) -> Vec<Arc<Tenant>> {
        self.now.load().tenants.values().filter_map(|member| member.tenant.clone()).collect()
    }

    /// The tenant that a domain belongs to.
    pub fn by_host(&self, host: &str) -> Option<Arc<Tenant>> {
        let now = self.now.load();
        now.tenants.get(now.hosts.get(host)?)?.tenant.clone()
    }

    /// The tenant with this id.
    pub fn by_id(&self, id: TenantId) -> Option<Arc<Tenant>> {
        let now = self.now.load();
        now.tenants.get(now.ids.get(&id)?)?.tenant.clone()
    }

    /// Who trusts an issuer for an audience.
    pub fn issuer(&self, issuer: &str, audience: &str) -> Option<(TenantId, Arc<Issuer>)> {
        self.now.load().issuers.get(&(issuer.into(), audience.into())).cloned()
    }

    /// The tenant whose staff supports the others.
    pub fn support(&self) -> Option<Arc<Tenant>> {
        let now = self.now.load();
        now.tenants.get(now.support.as_ref()?)?.tenant.clone()
    }

    /// How many tenants fare how.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for Member { tenant, stale, problems: _ } in self.now.load().tenants.values() {
            let place = match (tenant, stale) {
                (None, _) => &mut tally.unavailable,
                (Some(_), true) => &mut tally.stale,
                (Some(_), false) => &mut tally.active,
            };
            *place += 1;
        }
        tally
    }

    /// How often a configuration was put in force since the program started.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// How every tenant fares, by slug.
    pub fn states(&self) -> Vec<TenantState> {
        self.now.load().tenants.iter().map(|(slug, member)| member.state(slug)).collect()
    }
}

impl Member {
    fn state(&self, slug: &Key) -> TenantState {
        let Self { tenant, stale, problems } = self;
        let tenant = tenant.as_ref();
        TenantState {
            slug: slug.clone(),
            name: tenant.map_or_else(|| Text::new(slug.clone(), slug.clone()), |tenant| tenant.name.clone()),
            available: tenant.is_some(),
            stale: *stale,
            release: tenant.and_then(|tenant| tenant.release.clone()),
            hash: tenant.map(|tenant| tenant.hash.clone()),
            problems: *problems,
        }
    }
}

impl Standing {
    fn admit(&mut self, slug: Key, member: Member, extra: &ExtraIssuers) {
        self.names.insert(slug.clone(), slug.clone());
        if let Some(tenant) = &member.tenant {
            let on = |map: &BTreeMap<Key, bool>| map.iter().filter(|(_, on)| **on).map(|(name, _)| name.clone()).collect::<Vec<_>>();
            for alias in on(&tenant.aliases) {
                self.names.entry(alias).or_insert_with(|| slug.clone());
            }
            for host in on(&tenant.domains) {
                self.hosts.entry(host.to_ascii_lowercase().into()).or_insert_with(|| slug.clone());
            }
            for issuer in tenant.issuers.values().cloned().chain(extra(tenant)) {
                let pair = (issuer.issuer.clone(), issuer.audience.clone());
                self.issuers.entry(pair).or_insert_with(|| (tenant.id, Arc::new(issuer)));
            }
            self.ids.insert(tenant.id, slug.clone());
        }
        self.tenants.insert(slug, member);
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.now.load().tenants.keys()).finish()
    }
}
