//! Cases in a database that tenants share, against `pgbench` with the same statements on the rows of a twin; and what row-level security
//! takes of a request: `pgbench` sends them once more, for a second twin, as a role that it does not bind.

use sportello_test_postgres::TestDatabase;
use tokio::runtime::Runtime;

use crate::{
    cases::{Bench, Case, WRITES},
    installation::Installation,
    measure::median,
    replay::{
        Replay, Script,
        pgbench::{Program, Turns, Twin},
    },
};

/// How many cases are in the database when it is measured: the product's tenant and its two twins have a third each.
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
/// Cases that are made by the product; all others are the same with other ids, codes and numbers.
const SEED: u32 = 10;
/// A role that row-level security does not bind, otherwise the same as the one that serves.
const UNBOUND: &str = "sportello_test_unbound";

/// What the statements of a kind of request ran in the database, in microseconds: under row-level security, and past it.
#[derive(Default)]
struct Cost {
    bound: Vec<f64>,
    unbound: Vec<f64>,
}

/// The product's tenant, and two whose rows are the same: one for whoever is bound by row-level security, one for whoever is not.
struct Twins<'a> {
    database: &'a TestDatabase,
    turns: Turns<'a>,
    original: String,
    programs: Option<[Program; 2]>,
    copies: u32,
    costs: Vec<Cost>,
}

/// Measures and prints.
pub(crate) fn measure(runtime: &Runtime) {
    let database = TestDatabase::create();
    let installation = runtime.block_on(Installation::in_database(&database.server()));
    let mut bench = Bench::new(&installation, runtime);
    let mut twins = Twins::new(runtime, &database, installation.id());
    let seed: Vec<Case> = (0..SEED).map(|_| bench.case()).collect();
    twins.keep_seed();
    let drafts: Vec<Vec<Case>> = SIZES.iter().map(|_| (0..WRITES).map(|_| bench.draft()).collect()).collect();
    twins.make();
    for (size, drafts) in SIZES.into_iter().zip(&drafts) {
        twins.grow(size);
        let size = size as usize;
        bench.reads(size, &seed[0], &mut twins);
        bench.writes(size, drafts, &mut twins);
        twins.assert_same();
        bench.print_size(size, " by `pgbench`");
        print_walls(&bench, &twins.costs, size);
    }
    bench.print_growth();
    let idle = twins.turns.idle().time;
    println!("\nA turn of no statements takes `pgbench` {idle:.0} µs, which are taken from every time of its own.");
}

/// What its statements ran in the database under row-level security and past it, of all that a request ran.
fn print_walls(bench: &Bench<'_>, costs: &[Cost], size: usize) {
    println!(
        "\n| work | CPU of a request µs | of its statements | without row-level security | its part | goal | |\n|---|--:|--:|--:|--:|--:|---|"
    );
    for (row, Cost { bound, unbound }) in bench.rows.iter().zip(costs).filter(|(row, _)| row.size == size) {
        let (bound, unbound) = (median(bound.iter().copied()), median(unbound.iter().copied()));
        let part = (bound - unbound) / row.cpu * 100.0;
        let met = if part <= 15.0 { "met" } else { "**not met**" };
        let (work, whole) = (row.work, row.cpu);
        println!("| {work}, {size} cases | {whole:.0} | {bound:.0} | {unbound:.0} | {part:.0} % | ≤ 15 % | {met} |");
    }
}

impl<'a> Twins<'a> {
    fn new(runtime: &'a Runtime, database: &'a TestDatabase, original: String) -> Self {
        let turns = Turns::new(runtime, database);
        database.as_superuser(include_str!("replay/twins.sql"));
        let server = database.role("server");
        database.as_superuser(&format!(
            "DROP ROLE IF EXISTS {UNBOUND}; CREATE ROLE {UNBOUND} LOGIN BYPASSRLS PASSWORD 'tests' IN ROLE {server}"
        ));
        Self { database, turns, original, programs: None, copies: 0, costs: Vec::new() }
    }

    /// Takes what the tenant holds now for what is to be multiplied.
    fn keep_seed(&self) {
        self.database.as_superuser(&format!("SELECT replay.keep_seed('{}')", self.original));
    }

    /// Makes the twins out of what the tenant holds now; afterwards whatever it does they do as well.
    fn make(&self) {
        for twin in self.twins() {
            self.without_triggers(&format!("SELECT replay.twin('{}', '{}')", self.original, twin.id));
        }
    }

    /// Grows all three until the database holds so many cases.
    fn grow(&mut self, size: u32) {
        let copies = size / 3 / SEED;
        let [one, other] = self.twins().map(|twin| twin.id);
        for owner in [&self.original, &one, &other] {
            self.without_triggers(&format!("SELECT replay.multiply('{owner}', {}, {copies})", self.copies + 1));
        }
        self.copies = copies;
        self.database.as_superuser("VACUUM (ANALYZE); CHECKPOINT");
    }

    /// Asserts that the twins hold as many cases in the same states, and as much of what hangs on them, as the product's tenant.
    fn assert_same(&self) {
        let summary = |owner: &str| self.database.as_superuser(&format!("SET search_path = sportello; SELECT replay.summary('{owner}')"));
        let theirs = summary(&self.original);
        for twin in self.twins() {
            assert_eq!(summary(&twin.id), theirs, "the bound did what the product did");
        }
    }

    fn without_triggers(&self, sql: &str) {
        self.database.as_superuser(&format!("SET session_replication_role = replica; SET search_path = sportello; {sql}"));
    }

    fn twins(&self) -> [Twin; 2] {
        ['a', 'b'].map(|mark| Twin { of: self.original.clone(), id: format!("{mark}{}", &self.original[1..]) })
    }
}

impl Replay for Twins<'_> {
    fn prepare(&mut self, script: &Script, times: usize) {
        let [bound, unbound] = self.twins();
        let bound = self.turns.begin(&self.database.server(), &bound, script, times);
        let unbound = self.turns.begin(&self.database.address_of(UNBOUND), &unbound, script, times);
        self.programs = Some([bound, unbound]);
        self.costs.push(Cost::default());
    }

    fn send(&mut self, script: &Script) -> f64 {
        let [bound, unbound] = self.programs.as_mut().expect("what was prepared");
        let cost = self.costs.last_mut().expect("what was prepared");
        // Whoever comes second finds the processor's caches warm: they take turns at that as well.
        let (under, past) = if cost.bound.len().is_multiple_of(2) {
            let under = self.turns.run(bound, script);
            (under, self.turns.run(unbound, script))
        } else {
            let past = self.turns.run(unbound, script);
            (self.turns.run(bound, script), past)
        };
        cost.bound.push(under.cpu);
        cost.unbound.push(past.cpu);
        under.time
    }

    fn workers(&mut self) -> Vec<u32> {
        self.turns.processes(&self.database.role("server"))
    }
}

impl Drop for Twins<'_> {
    fn drop(&mut self) {
        self.programs = None;
        self.database.as_superuser(&format!("DROP ROLE {UNBOUND}"));
    }
}
