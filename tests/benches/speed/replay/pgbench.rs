//! By `pgbench`, on the rows of a tenant that is the twin of the product's in the same database.
//!
//! A program runs for all turns of a kind of request, so that its statements are prepared once as the product's are; it waits for
//! each turn and brings the turn's values from a table. What is measured begins when it has them and ends when its last statement
//! was answered, less what the same takes for no statement at all.

use std::{
    io::Write as _,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use sportello_test_postgres::TestDatabase;
use sqlx::{Connection as _, PgConnection, Row as _};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

pub(crate) use super::script::Twin;
use super::{Script, script};
use crate::cpu;

/// What the product asks of its connections (`store::placement`).
const OPTIONS: &str = "-c search_path=sportello -c client_min_messages=error -c default_transaction_isolation=read\\ committed";
/// Turns of no statements.
const IDLE: usize = 200;
/// A process that is about to wait waits by then.
const SETTLED: Duration = Duration::from_millis(1);

/// What a turn took, in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    /// From the first statement to the last answer.
    pub(crate) time: f64,
    /// What the database's process ran.
    pub(crate) cpu: f64,
}

/// Where turns are given, and who may look at the processes of the server.
pub(crate) struct Turns<'a> {
    runtime: &'a Runtime,
    connection: PgConnection,
    channel: i32,
    idle: Took,
}

/// A program that waits for its turns.
pub(crate) struct Program {
    child: Child,
    log: NamedTempFile,
    _script: NamedTempFile,
    twin: Twin,
    absent: Vec<bool>,
    channel: i32,
    turn: i32,
    process: u32,
}

impl<'a> Turns<'a> {
    /// Makes what turns need in a database, and measures a turn of no statements as a role.
    pub(crate) fn new(runtime: &'a Runtime, database: &TestDatabase) -> Self {
        database.as_superuser(include_str!("turns.sql"));
        let connection = runtime.block_on(PgConnection::connect(&database.superuser())).expect("the server answers");
        let mut turns = Self { runtime, connection, channel: 0, idle: Took::default() };
        let twin = Twin { of: "-".to_owned(), id: "-".to_owned() };
        let nothing = Script { statements: Vec::new() };
        let mut program = turns.begin(&database.server(), &twin, &nothing, IDLE);
        let mut all: Vec<Took> = (0..IDLE).map(|_| turns.run(&mut program, &nothing)).collect();
        let mut middle = |of: fn(&Took) -> f64| {
            all.sort_by(|one, other| of(one).total_cmp(&of(other)));
            of(&all[IDLE / 2])
        };
        turns.idle = Took { time: middle(|took| took.time), cpu: middle(|took| took.cpu) };
        turns
    }

    /// What a turn of no statements takes.
    pub(crate) const fn idle(&self) -> Took {
        self.idle
    }

    /// The processes that serve a role's connections, but for programs of this kind.
    pub(crate) fn processes(&mut self, role: &str) -> Vec<u32> {
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = $1 AND application_name <> 'pgbench'";
        let rows = self.runtime.block_on(sqlx::query(sql).bind(role).fetch_all(&mut self.connection)).expect("a list");
        rows.iter().map(|row| u32::try_from(row.get::<i32, _>(0)).expect("a process")).collect()
    }

    /// Starts a program for statements like these.
    pub(crate) fn begin(&mut self, address: &str, twin: &Twin, script: &Script, times: usize) -> Program {
        self.channel += 1;
        let channel = self.channel;
        self.lock(channel, "opened", 1);
        self.lock(channel, "begun", 1);
        let first = script::values(script, twin);
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(whole(&first, &script::template(script, twin)).as_bytes()).expect("written");
        let log = NamedTempFile::new().expect("a file");
        let said = || Stdio::from(log.reopen().expect("the file"));
        let child = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--client=1", "--jobs=1", "--define=turn=0"])
            .args([format!("--define=channel={channel}"), format!("--transactions={times}")])
            .arg("--file")
            .arg(file.path())
            .arg(address)
            .env("PGOPTIONS", OPTIONS)
            .stdin(Stdio::null())
            .stdout(said())
            .stderr(said())
            .spawn()
            .expect("pgbench is there, with PostgreSQL's programs");
        let absent = first.iter().map(Option::is_none).collect();
        let mut program = Program { child, log, _script: file, twin: twin.clone(), absent, channel, turn: 1, process: 0 };
        program.process = self.waiter(&mut program);
        program
    }

    /// Gives a program its turn with the values of these statements.
    pub(crate) fn run(&mut self, program: &mut Program, script: &Script) -> Took {
        let (channel, turn) = (program.channel, program.turn);
        let values = script::values(script, &program.twin);
        assert!(values.iter().map(Option::is_none).eq(program.absent.iter().copied()), "other values are absent than in the first turn");
        self.lock(channel, "opened", turn + 1);
        self.lock(channel, "begun", turn + 1);
        let sql = "INSERT INTO replay.turns (channel, turn, v) VALUES ($1, $2, $3)";
        let inserted = sqlx::query(sql).bind(channel).bind(turn).bind(values).execute(&mut self.connection);
        self.runtime.block_on(inserted).expect("a turn");
        self.unlock(channel, "opened", turn);
        self.wait(channel, "brought", turn);
        thread::sleep(SETTLED);
        let before = cpu::of(program.process);
        self.unlock(channel, "begun", turn);
        self.wait(channel, "done", turn);
        thread::sleep(SETTLED);
        let cpu = cpu::of(program.process) - before;
        program.turn += 1;
        let sql = "SELECT took FROM replay.turns WHERE channel = $1 AND turn = $2";
        let took = sqlx::query_scalar(sql).bind(channel).bind(turn).fetch_one(&mut self.connection);
        let time: Option<f64> = self.runtime.block_on(took).expect("a turn");
        let time = time.unwrap_or_else(|| panic!("pgbench stopped: {}", program.said()));
        Took { time: time - self.idle.time, cpu: cpu - self.idle.cpu }
    }

    /// Waits until a program waits for its first turn; answers which process of the server it speaks to.
    fn waiter(&mut self, program: &mut Program) -> u32 {
        let sql = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid::int = replay.lock_of($1, 'opened') AND objid::int = 1";
        loop {
            let waits = sqlx::query_scalar::<_, i32>(sql).bind(program.channel).fetch_optional(&mut self.connection);
            if let Some(process) = self.runtime.block_on(waits).expect("a list") {
                return u32::try_from(process).expect("a process");
            }
            assert!(program.child.try_wait().expect("a child").is_none(), "pgbench stopped: {}", program.said());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for what a program holds until it is so.
    fn wait(&mut self, channel: i32, what: &str, turn: i32) {
        self.lock(channel, what, turn);
        self.unlock(channel, what, turn);
    }

    fn lock(&mut self, channel: i32, what: &str, turn: i32) {
        self.call("SELECT pg_advisory_lock(replay.lock_of($1, $2), $3)", channel, what, turn);
    }

    fn unlock(&mut self, channel: i32, what: &str, turn: i32) {
        self.call("SELECT pg_advisory_unlock(replay.lock_of($1, $2), $3)", channel, what, turn);
    }

    fn call(&mut self, sql: &'static str, channel: i32, what: &str, turn: i32) {
        let called = sqlx::query(sql).bind(channel).bind(what).bind(turn).execute(&mut self.connection);
        self.runtime.block_on(called).expect("a lock");
    }
}

impl Program {
    fn said(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The statements with what makes them a turn.
fn whole(values: &[Option<String>], template: &str) -> String {
    let present = values.iter().enumerate().filter(|(_, value)| value.is_some());
    let columns: Vec<String> = present.map(|(place, _)| format!("v[{0}] AS p{0}", place + 1)).collect();
    let bring = match columns.as_slice() {
        [] => String::new(),
        some => format!("SELECT {} FROM replay.turns WHERE channel = :channel AND turn = :turn \\gset\n", some.join(", ")),
    };
    format!(
        "\\set turn :turn + 1\nSELECT replay.wait(:channel, :turn);\n{bring}SELECT replay.start(:channel, :turn);\n{template}\
         SELECT replay.done(:channel, :turn);\nSELECT replay.next(:channel, :turn);\n"
    )
}
