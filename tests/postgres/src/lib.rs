//! Databases for tests: each a copy of one that `tests/services template` made with the product's own commands, so roles, tables
//! and policies are those of production.
//!
//! Where no server is known these tests fail and say what to do; they are never passed over in silence.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a harness: it is told where the servers are, and what fails here fails the test"
)]

use std::{
    io::{Seek as _, Write as _},
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
};

/// What is set to let every suite run on a database instead of on files.
const PLACEMENT: &str = "SPORTELLO_TEST_PLACEMENT";
/// Where the server is: the address of a superuser.
const SERVER: &str = "SPORTELLO_TEST_POSTGRES";
/// The database that is copied.
const TEMPLATE: &str = "sportello_template";
/// The database that holds the demonstration's day.
const DAY: &str = "sportello_day";
/// What the roles' names begin with.
const PREFIX: &str = "sportello_test";

/// A database of its own; it is dropped with the value.
#[derive(Debug)]
pub struct TestDatabase {
    superuser: String,
    name: String,
}

/// A database, where the suites are to run on one.
pub fn placement() -> Option<TestDatabase> {
    wanted().then(TestDatabase::create)
}

/// Whether the suites are to run on a database.
pub fn wanted() -> bool {
    match std::env::var(PLACEMENT).as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("{PLACEMENT} is postgres or sqlite, not '{other}'"),
    }
}

impl TestDatabase {
    /// Makes one with all tables and no rows.
    pub fn create() -> Self {
        Self::copy_of(TEMPLATE)
    }

    /// Makes one that holds the demonstration's day.
    pub fn of_a_day() -> Self {
        Self::copy_of(DAY)
    }

    /// Makes one that belongs to the owner's role and holds nothing.
    pub fn empty() -> Self {
        let database = Self::copy_of("template0");
        let owner = database.role("owner");
        database.as_superuser(&format!("ALTER DATABASE {} OWNER TO {owner}", database.name));
        database
    }

    fn copy_of(template: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let superuser = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} is not set: run tests/run, or eval \"$(tests/services start)\" && tests/services template")
        });
        let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        psql(&superuser, &format!("CREATE DATABASE {name} TEMPLATE {template} LOCALE 'C'"))
            .unwrap_or_else(|said| panic!("no database can be made out of {template}; tests/services template makes that one: {said}"));
        Self { superuser, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address for the role that serves.
    pub fn server(&self) -> String {
        self.address("server")
    }

    /// The address for the role that owns the tables.
    pub fn owner(&self) -> String {
        self.address("owner")
    }

    /// The address for the role that reads everything.
    pub fn backup(&self) -> String {
        self.address("backup")
    }

    /// The name of a role: `owner`, `server` or `backup`.
    pub fn role(&self, part: &str) -> String {
        format!("{PREFIX}_{part}")
    }

    fn address(&self, part: &str) -> String {
        self.address_of(&self.role(part))
    }

    /// The address for any role with the password of all roles of tests.
    pub fn address_of(&self, role: &str) -> String {
        let host = self.superuser.rsplit_once('@').and_then(|(_, rest)| rest.split('/').next()).expect("an address with a host");
        format!("postgres://{role}:tests@{host}/{}", self.name)
    }

    /// The address of the superuser.
    pub fn superuser(&self) -> String {
        let (server, _) = self.superuser.rsplit_once('/').expect("an address with a database");
        format!("{server}/{}", self.name)
    }

    /// Runs statements past every wall and answers what they print.
    #[track_caller]
    pub fn as_superuser(&self, sql: &str) -> String {
        psql(&self.superuser(), sql).unwrap_or_else(|said| panic!("{sql}: {said}"))
    }

    /// All rows of all tables, as text.
    pub fn content(&self) -> String {
        let tables = self
            .as_superuser("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('sportello', 'dispatch', 'platform')");
        tables.lines().map(|table| self.as_superuser(&format!("SELECT row_to_json(t) FROM {table} t")) + "\n").collect()
    }

    /// Its rows as `pg_dump` writes them for a role; the tables are there where they are restored.
    pub fn dump_as(&self, part: &str) -> String {
        let address = self.address(part);
        // Without --enable-row-security the program refuses tables that have it; COPY cannot read them back.
        let arguments = ["--data-only", "--enable-row-security", "--inserts", "--exclude-table=*.seaql_migrations", "--dbname", &address];
        run(Command::new("pg_dump").args(arguments).stdin(Stdio::null())).expect("the role may read everything")
    }

    /// Takes in what was dumped, as an administrator: constraints and triggers between rows are looked at when all are there.
    pub fn restore(&self, dump: &str) {
        psql(&self.superuser(), &format!("SET session_replication_role = replica; {dump}")).expect("the rows come in");
    }

    /// Runs statements as a role, and answers what they print or what the database said against it.
    pub fn run_as(&self, part: &str, sql: &str) -> Result<String, String> {
        psql(&self.address(part), sql)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let _ = psql(&self.superuser, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// Statements as the program reads them: a dump is too long for an argument.
fn psql(address: &str, sql: &str) -> Result<String, String> {
    let arguments = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--dbname", address, "--file", "-"];
    let mut input = tempfile::tempfile().expect("a file for the statements");
    input.write_all(sql.as_bytes()).and_then(|()| input.rewind()).expect("the statements fit");
    run(Command::new("psql").args(arguments).stdin(input))
}

/// What a program prints, or what it says against it.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} cannot be run ({error})"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}
