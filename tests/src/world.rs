//! One running installation.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use sportello_test_postgres::TestDatabase;
use tempfile::TempDir;

use crate::{Api, Resident, copy_folder, files};

/// How long a server has to start: on a busy machine a demonstration that fills its day takes its time.
const PATIENCE: Duration = Duration::from_mins(5);

/// The root of the checkout.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

/// The binary under test, beside the test's own executable.
pub fn binary() -> PathBuf {
    let exe = std::env::current_exe().expect("a test has a path");
    let folder = exe.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let path = folder.join("sportello");
    assert!(path.exists(), "{} is missing: run `cargo build -p sportello` first (tests/run does)", path.display());
    path
}

/// Runs one command of the product in the root of the checkout and waits for it.
pub fn sportello(arguments: &[&str]) -> Output {
    command_of(&binary(), arguments)
}

/// Runs one command of a program in the root of the checkout and waits for it.
pub fn command_of(program: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(repository())
        .env("SPORTELLO_LANG", "en")
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

/// How an installation is started.
#[derive(Debug)]
pub struct Launch {
    /// The program.
    pub binary: PathBuf,
    /// `demo` or `serve`.
    pub command: &'static str,
    /// The folder of the bodies.
    pub tenants: PathBuf,
    /// Anything else.
    pub arguments: Vec<String>,
    /// Lines of `sportello.yaml`, beside those that say where rows are kept.
    pub settings: String,
    /// What is logged.
    pub log: &'static str,
}

impl Default for Launch {
    fn default() -> Self {
        Self {
            binary: binary(),
            command: "demo",
            tenants: repository().join("tenants"),
            arguments: Vec::new(),
            settings: String::new(),
            log: "info,sportello=debug",
        }
    }
}

impl Launch {
    /// The same where nobody is told to wait: for tests that ask more than any citizen would.
    pub fn without_limits(mut self) -> Self {
        self.settings += "limits: {per_caller: {per_minute: 1000000}, per_tenant: {per_second: 100000}}\n";
        self
    }

    /// The same with the Redis that `tests/services` started.
    #[expect(clippy::disallowed_methods, reason = "a harness is told where the servers are")]
    pub fn sharing_redis(mut self, data: &Data) -> Self {
        let address = std::env::var("SPORTELLO_TEST_REDIS").expect("SPORTELLO_TEST_REDIS: run eval \"$(tests/services start)\"");
        data.write_beside("redis", &address);
        self.settings += "redis: {url_file: redis}\n";
        self
    }
}

/// What outlives a process: its data folder, its settings, and its database where it has one.
#[derive(Debug)]
pub struct Data {
    folder: TempDir,
    settings: TempDir,
    database: Option<TestDatabase>,
}

impl Default for Data {
    fn default() -> Self {
        let folder = || TempDir::new().expect("a temporary folder");
        Self { folder: folder(), settings: folder(), database: sportello_test_postgres::placement() }
    }
}

impl Data {
    /// Data as `sportello demo` leaves them after its first start, in files or in a database: a copy of what `tests/services day` made,
    /// or nothing yet, so that the demonstration fills them.
    #[expect(clippy::disallowed_methods, reason = "a harness is told where the data are")]
    fn of_a_day(in_database: bool) -> Self {
        let folder = || TempDir::new().expect("a temporary folder");
        let Ok(day) = std::env::var("SPORTELLO_TEST_DAY") else {
            return Self { folder: folder(), settings: folder(), database: in_database.then(TestDatabase::create) };
        };
        let data = Self { folder: folder(), settings: folder(), database: in_database.then(TestDatabase::of_a_day) };
        let kind = if in_database { "postgres" } else { "sqlite" };
        copy_folder(&Path::new(&day).join(kind).join("data"), data.path());
        data
    }

    /// Nothing yet, in a database whatever the suites run on.
    pub fn in_database() -> Self {
        Self { database: Some(TestDatabase::create()), ..Self::default() }
    }

    /// Nothing yet, in files whatever the suites run on.
    pub fn in_files() -> Self {
        let folder = || TempDir::new().expect("a temporary folder");
        Self { folder: folder(), settings: folder(), database: None }
    }

    /// Nothing yet, in a database without tables: the owner is to make them.
    pub fn unmade() -> Self {
        Self { database: Some(TestDatabase::empty()), ..Self::default() }
    }

    /// A day in files, whatever the suites run on.
    pub fn day_in_files() -> Self {
        Self::of_a_day(false)
    }

    /// A day, where several processes can serve them at once.
    pub fn shared() -> Self {
        Self::of_a_day(true)
    }

    /// The same in files, and a database to which rows may move: the settings name both, `embedded` and `main`.
    pub fn in_files_beside(database: &TestDatabase) -> (Self, String) {
        let data = Self::of_a_day(false);
        data.write_beside("server", &database.server());
        data.write_beside("owner", &database.owner());
        let folder = data.path().join("tenants");
        let placements = format!(
            "placements: {{embedded: {{sqlite: {}}}, main: {{postgres: {{url_file: server, owner_url_file: owner, pool: 4}}}}}}\n\
             default_placement: embedded\n",
            folder.display()
        );
        (data, placements)
    }

    /// The data folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its database, where its rows are not in files.
    pub fn database(&self) -> Option<&TestDatabase> {
        self.database.as_ref()
    }

    /// The letters that were written, one for each id; one that a kill cut short is no letter.
    pub fn letters(&self) -> Vec<PathBuf> {
        let mut letters = files(&self.path().join("outgoing"));
        letters.retain(|file| file.extension().is_some_and(|end| end == "eml"));
        letters
    }

    /// Writes a file beside the settings, to which they may point.
    pub fn write_beside(&self, name: &str, text: &str) {
        std::fs::write(self.settings.path().join(name), text).expect("written");
    }

    /// Writes the settings and answers where they are.
    fn write_settings(&self, lines: &str) -> PathBuf {
        let folder = self.settings.path();
        let mut text = vec!["format: 1", lines];
        if let Some(database) = &self.database {
            std::fs::write(folder.join("server"), database.server()).expect("written");
            text.push("platform: {postgres: {url_file: server, pool: 8}}");
            text.push("placements: {main: {postgres: {url_file: server, pool: 8}}}");
        }
        std::fs::write(self.settings_file(), text.join("\n")).expect("written");
        self.settings_file()
    }

    /// What tells `db migrate` where the data of these bodies are, and for a database as whom.
    pub fn places_of_owner(&self, tenants: &Path) -> [String; 6] {
        let mut text = "format: 1\n".to_owned();
        if let Some(database) = &self.database {
            for (name, address) in [("server", database.server()), ("owner", database.owner()), ("backup", database.backup())] {
                self.write_beside(name, &address);
            }
            let reached = "{postgres: {url_file: server, owner_url_file: owner, backup_url_file: backup}}";
            text = format!("{text}platform: {reached}\nplacements: {{main: {reached}}}\n");
        }
        self.write_beside("owner.yaml", &text);
        let config = self.settings.path().join("owner.yaml");
        let [data, tenants, config] = [self.folder.path(), tenants, &config].map(|path| path.display().to_string());
        ["--data".to_owned(), data, "--tenants".to_owned(), tenants, "--config".to_owned(), config]
    }

    fn settings_file(&self) -> PathBuf {
        self.settings.path().join("sportello.yaml")
    }
}

/// A running installation with a data folder of its own; it ends with the value.
#[derive(Debug)]
pub struct World {
    child: Child,
    program: PathBuf,
    base: String,
    data: Arc<Data>,
    tenants: PathBuf,
    output: Arc<Mutex<String>>,
    log: Arc<Mutex<String>>,
}

impl World {
    /// Starts `sportello demo` on the committed bodies and a free port.
    pub fn demo() -> Self {
        Self::launch(&Launch::default())
    }

    /// Starts an installation as told.
    pub fn launch(launch: &Launch) -> Self {
        let usual = launch.command == "demo" && launch.tenants == repository().join("tenants");
        let data = if usual { Data::of_a_day(sportello_test_postgres::wanted()) } else { Data::default() };
        Self::launch_on(launch, Arc::new(data))
    }

    /// Starts an installation on a data folder that is there already.
    pub fn launch_on(launch: &Launch, data: Arc<Data>) -> Self {
        let mut child = Command::new(&launch.binary)
            .arg(launch.command)
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .arg("--config")
            .arg(data.write_settings(&launch.settings))
            .arg("--tenants")
            .arg(&launch.tenants)
            .args(&launch.arguments)
            .current_dir(repository())
            .env("SPORTELLO_LANG", "en")
            .env("SPORTELLO_LOG", launch.log)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let (output, log) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(String::new())));
        let (send, receive) = mpsc::channel();
        let stdout: Box<dyn Read + Send> = Box::new(child.stdout.take().expect("stdout"));
        let stderr: Box<dyn Read + Send> = Box::new(child.stderr.take().expect("stderr"));
        for (stream, kept) in [(stdout, vec![Arc::clone(&output)]), (stderr, vec![Arc::clone(&output), Arc::clone(&log)])] {
            let send = send.clone();
            thread::spawn(move || follow(stream, &kept, &send));
        }
        let base = ready(&mut child, &receive, &output);
        Self { child, program: launch.binary.clone(), base, data, tenants: launch.tenants.clone(), output, log }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The data folder, to be given to the next installation.
    pub fn keep_data(&self) -> Arc<Data> {
        Arc::clone(&self.data)
    }

    /// Its database, where its rows are not in files.
    pub fn database(&self) -> Option<&TestDatabase> {
        self.data.database()
    }

    /// What tells another command of the product that this installation is meant.
    pub fn places(&self) -> [String; 6] {
        let [data, tenants, config] = [self.data.path(), &self.tenants, &self.data.settings_file()].map(|path| path.display().to_string());
        ["--data".to_owned(), data, "--tenants".to_owned(), tenants, "--config".to_owned(), config]
    }

    /// All that the process printed so far, both streams.
    pub fn output(&self) -> String {
        self.output.lock().expect("no reader panicked").clone()
    }

    /// What it logged so far: standard error alone, where results are not.
    pub fn log(&self) -> String {
        self.log.lock().expect("no reader panicked").clone()
    }

    /// The process's id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the process to end by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the process can be asked") {
                return status;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "it goes on:\n{}", self.output());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Api {
        Api::new(&self.base, None)
    }

    /// A citizen of a body.
    pub fn citizen(&self, tenant: &str, who: &Resident) -> Api {
        Api::new(&self.base, Some(self.token(tenant, "citizen", Some(who.tax_code))))
    }

    /// Somebody who holds a role at a body.
    pub fn staff(&self, tenant: &str, role: &str) -> Api {
        Api::new(&self.base, Some(self.token(tenant, role, None)))
    }

    /// Somebody with a token that was had elsewhere: from another process, or from another than the built-in issuer.
    pub fn with_token(&self, token: String) -> Api {
        Api::new(&self.base, Some(token))
    }

    /// A token as `sportello token` prints it.
    pub fn token(&self, tenant: &str, role: &str, tax_code: Option<&str>) -> String {
        let places = self.places();
        let mut arguments = vec!["token", "--tenant", tenant, "--role", role];
        arguments.extend(places.iter().map(String::as_str));
        if let Some(code) = tax_code {
            arguments.extend(["--as", code]);
        }
        let output = command_of(&self.program, &arguments);
        assert!(output.status.success(), "token: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().last().expect("a token").to_owned()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running `sportello worker`; it is killed with the value.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    base: Option<String>,
}

impl Worker {
    /// Starts one on the data of an installation.
    pub fn beside(world: &World) -> Self {
        Self::on(&world.data, &world.tenants)
    }

    /// The same, answering those who watch on a free port.
    pub fn watched_beside(world: &World) -> Self {
        Self::start(&world.data, &world.tenants, &["--listen", "127.0.0.1:0"])
    }

    /// Starts one on data that a server used before.
    pub fn on(data: &Data, tenants: &Path) -> Self {
        Self::start(data, tenants, &[])
    }

    fn start(data: &Data, tenants: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["worker", "--data"])
            .arg(data.path())
            .arg("--config")
            .arg(data.settings_file())
            .arg("--tenants")
            .arg(tenants)
            .args(arguments)
            .current_dir(repository())
            .env("SPORTELLO_LANG", "en")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines().map_while(Result::ok);
        let seen: Vec<String> = lines.by_ref().take_while(|line| !line.starts_with("Working on ")).collect();
        thread::spawn(move || lines.for_each(drop));
        assert!(child.try_wait().expect("it can be asked").is_none(), "the worker ended: {seen:?}");
        Self { child, base: seen.iter().find_map(|line| line.strip_prefix("For those who watch: ")).map(str::to_owned) }
    }

    /// Somebody who watches over it.
    pub fn watcher(&self) -> Api {
        Api::new(self.base.as_deref().expect("it was told to answer"), None)
    }

    /// Asks it to stop and answers whether it ended well.
    pub fn stop(mut self) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(asked.success());
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn follow(stream: Box<dyn Read + Send>, kept: &[Arc<Mutex<String>>], send: &mpsc::Sender<String>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        for text in kept {
            if let Ok(mut all) = text.lock() {
                all.push_str(&line);
                all.push('\n');
            }
        }
        let _ = send.send(line);
    }
}

/// Waits for the address in what the process prints, then for the probe to answer.
fn ready(child: &mut Child, lines: &mpsc::Receiver<String>, output: &Mutex<String>) -> String {
    let start = Instant::now();
    let base = loop {
        if let Ok(line) = lines.recv_timeout(Duration::from_millis(100))
            && let Some(base) = address(&line)
        {
            break base;
        }
        if let Ok(Some(status)) = child.try_wait() {
            panic!("the server ended with {status}:\n{}", output.lock().expect("no reader panicked"));
        }
        assert!(start.elapsed() < PATIENCE, "no address after {PATIENCE:?}:\n{}", output.lock().expect("no panic"));
    };
    let host = base.trim_start_matches("http://").to_owned();
    loop {
        if let Ok(mut stream) = std::net::TcpStream::connect(&host) {
            use std::io::Write;
            let _ = stream.write_all(format!("GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes());
            let mut reply = String::new();
            let _ = stream.read_to_string(&mut reply);
            if reply.starts_with("HTTP/1.1 200") {
                return base;
            }
        }
        assert!(start.elapsed() < PATIENCE, "never ready:\n{}", output.lock().expect("no panic"));
        thread::sleep(Duration::from_millis(50));
    }
}

/// The address in a line that names one with a port.
fn address(line: &str) -> Option<String> {
    let start = line.find("http://127.0.0.1:")?;
    let rest = &line[start..];
    let digits = rest["http://127.0.0.1:".len()..].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| rest[.."http://127.0.0.1:".len() + digits].to_owned())
}
