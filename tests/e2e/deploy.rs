//! Lints the files of `deploy/`, which no machine that runs these tests can be asked to deploy.
//!
//! What they promise is simple to state: no privileges, nothing writable but the data folder, nothing that floats. Each promise
//! is a line in a table here, and a removed line in a file is a failed test that names it. `tests/run` also gives the units of
//! server and worker to `systemd-analyze verify` where there is one.

mod yaml;

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Directives that a unit must hold, word for word.
const UNIT: &[&str] = &[
    "AmbientCapabilities=",
    "CapabilityBoundingSet=",
    "DynamicUser=yes",
    "KillSignal=SIGTERM",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "ProtectHome=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectSystem=strict",
    "Restart=on-failure",
    "RestartPreventExitStatus=2",
    "RestrictNamespaces=yes",
    "RestrictSUIDSGID=yes",
    "StateDirectory=sportello",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "TimeoutStopSec=60",
    "UMask=0077",
];

/// Those that only make sense for a program that stays.
const STAYING: &[&str] =
    &["KillSignal=SIGTERM", "Restart=on-failure", "RestartPreventExitStatus=2", "StateDirectory=sportello", "TimeoutStopSec=60"];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// What is wrong with a unit: directives that lack, directives that stand twice, a program without an absolute path.
fn lint_unit(unit: &str) -> Vec<String> {
    let lines: Vec<&str> = unit.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut findings: Vec<String> =
        UNIT.iter().filter(|wanted| !lines.contains(wanted)).map(|wanted| format!("`{wanted}` is missing")).collect();
    for (at, line) in lines.iter().enumerate() {
        let Some((key, value)) = line.split_once('=') else {
            if !matches!(*line, "[Unit]" | "[Service]" | "[Install]") {
                findings.push(format!("`{line}` is no directive"));
            }
            continue;
        };
        if key == "ExecStart" && !value.starts_with('/') {
            findings.push(format!("`{line}`: the program needs an absolute path"));
        }
        if key != "SystemCallFilter" && lines[..at].iter().any(|before| before.split_once('=').is_some_and(|(earlier, _)| earlier == key)) {
            findings.push(format!("`{key}` stands twice"));
        }
        if key == "User" && value == "root" {
            findings.push("the service runs as root".to_owned());
        }
    }
    findings
}

/// What is wrong with a Containerfile: floating or missing tags, root at the end, no check of health, files from the network.
fn lint_containerfile(file: &str) -> Vec<String> {
    let joined = file.replace("\\\n", " ");
    let steps: Vec<(&str, &str)> = joined
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(char::is_whitespace).map(|(step, rest)| (step, rest.trim())))
        .collect();
    let mut findings = Vec::new();
    let stages: Vec<&str> = steps.iter().filter(|(step, _)| *step == "FROM").map(|(_, rest)| *rest).collect();
    if stages.len() < 2 {
        findings.push("one stage only: the compiler would be shipped".to_owned());
    }
    for stage in stages {
        let image = stage.split_whitespace().next().unwrap_or_default();
        let tag = image.rsplit('/').next().and_then(|name| name.split_once(':')).map(|(_, tag)| tag);
        if tag.is_none_or(|tag| tag == "latest") {
            findings.push(format!("{image}: the image floats"));
        }
        if !image.contains('.') {
            findings.push(format!("{image}: the registry is not named"));
        }
    }
    match steps.iter().rfind(|(step, _)| *step == "USER").map(|(_, user)| *user) {
        None => findings.push("no USER: it runs as root".to_owned()),
        Some(user) if user.starts_with('0') || user.starts_with("root") => findings.push(format!("USER {user}: it runs as root")),
        Some(user) if !user.starts_with(|c: char| c.is_ascii_digit()) => {
            findings.push(format!("USER {user}: only a number can be checked by an orchestrator"));
        }
        Some(_) => {}
    }
    for wanted in ["HEALTHCHECK", "ENTRYPOINT", "VOLUME", "EXPOSE"] {
        if !steps.iter().any(|(step, _)| *step == wanted) {
            findings.push(format!("{wanted} is missing"));
        }
    }
    if steps.iter().any(|(step, rest)| *step == "ADD" || (*step == "RUN" && rest.contains("curl "))) {
        findings.push("a file comes from the network without its hash".to_owned());
    }
    if !steps.iter().any(|(step, rest)| *step == "RUN" && rest.contains("cargo build") && rest.contains("--locked")) {
        findings.push("the build does not hold to the lock file".to_owned());
    }
    findings
}

/// What is wrong with a compose file: privileges, a writable root, a port that the whole network sees, no bounds.
fn lint_compose(compose: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let services = compose["services"].as_object().cloned().unwrap_or_default();
    if services.is_empty() {
        findings.push("no service".to_owned());
    }
    for (name, service) in &services {
        let mut want = |holds: bool, finding: &str| {
            if !holds {
                findings.push(format!("{name}: {finding}"));
            }
        };
        want(service["read_only"] == true, "its root is writable");
        want(service["privileged"].is_null(), "it is privileged");
        want(service["cap_drop"] == serde_json::json!(["ALL"]), "it keeps capabilities");
        want(service["cap_add"].is_null(), "it adds capabilities");
        want(service["network_mode"] != "host", "it shares the host's network");
        want(service["user"].as_str().is_some_and(|user| !user.starts_with('0') && user != "root"), "it runs as root");
        want(service["mem_limit"].is_string() && service["pids_limit"].is_number(), "its memory and processes are unbounded");
        want(service["restart"].is_string(), "it is not started again");
        want(service["stop_grace_period"] == "60s", "it is killed before it has stopped");
        let ports = service["ports"].as_array().cloned().unwrap_or_default();
        want(ports.iter().all(|port| port.as_str().is_some_and(|port| port.starts_with("127.0.0.1:"))), "a port leaves loopback");
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let source = volume["source"].as_str().unwrap_or_default();
            match volume["type"].as_str() {
                Some("bind") => want(volume["read_only"] == true, "a folder of the host is writable"),
                Some("volume") => want(compose["volumes"].get(source).is_some(), "a volume is not declared"),
                _ => want(false, "a volume is written in the short form"),
            }
        }
    }
    findings
}

#[test]
fn the_unit_keeps_its_promises() {
    assert_none(&lint_unit(&read("sportello.service")));
}

#[test]
fn a_worker_may_do_no_more_than_the_server() {
    let (server, worker) = (read("sportello.service"), read("sportello-worker.service"));
    assert_none(&lint_unit(&worker));
    let directives = |unit: &str| -> Vec<String> {
        unit.lines().filter(|line| line.contains('=') && !line.starts_with('#')).map(str::to_owned).collect()
    };
    let (of_server, of_worker) = (directives(&server), directives(&worker));
    let differ: Vec<&String> = of_worker.iter().filter(|line| !of_server.contains(line)).collect();
    assert_eq!(
        differ,
        [
            "Description=A worker of Sportello, beside its server, for rows in PostgreSQL",
            "ExecStart=/usr/local/bin/sportello worker --listen 127.0.0.1:9465 --config /etc/sportello/sportello.yaml",
            "SocketBindAllow=tcp:9465",
        ]
    );
    assert_eq!(of_worker.len(), of_server.len(), "a promise of the server's unit is missing");
}

#[test]
fn the_backup_runs_every_night_and_may_do_no_more_than_the_server() {
    let mut findings = lint_unit(&read("sportello-backup.service"));
    findings.retain(|finding| !STAYING.iter().any(|staying| *finding == format!("`{staying}` is missing")));
    assert_none(&findings);
    let timer = read("sportello-backup.timer");
    for wanted in ["OnCalendar=*-*-* 02:30:00", "Persistent=yes", "WantedBy=timers.target"] {
        assert!(timer.lines().any(|line| line == wanted), "`{wanted}` is missing");
    }
}

#[test]
fn a_weak_unit_is_found() {
    let unit =
        read("sportello.service").replace("ProtectSystem=strict", "ProtectSystem=full").replace("ExecStart=/usr/local/bin/", "ExecStart=");
    assert_eq!(
        lint_unit(&(unit + "UMask=0022\nnonsense\n")),
        [
            "`ProtectSystem=strict` is missing",
            "`ExecStart=sportello serve --config /etc/sportello/sportello.yaml`: the program needs an absolute path",
            "`UMask` stands twice",
            "`nonsense` is no directive"
        ]
    );
}

#[test]
fn the_image_keeps_its_promises() {
    assert_none(&lint_containerfile(&read("Containerfile")));
}

#[test]
fn a_weak_image_is_found() {
    assert_eq!(
        lint_containerfile("FROM rust\nADD https://example.org/x /x\nRUN cargo build\nUSER root\n"),
        [
            "one stage only: the compiler would be shipped",
            "rust: the image floats",
            "rust: the registry is not named",
            "USER root: it runs as root",
            "HEALTHCHECK is missing",
            "ENTRYPOINT is missing",
            "VOLUME is missing",
            "EXPOSE is missing",
            "a file comes from the network without its hash",
            "the build does not hold to the lock file"
        ]
    );
}

#[test]
fn the_compose_file_keeps_its_promises() {
    assert_none(&lint_compose(&yaml::parse(&read("compose.yaml")).expect("compose.yaml is YAML")));
}

#[test]
fn a_weak_compose_file_is_found() {
    let compose =
        yaml::parse("services:\n  a:\n    ports: ['8080:8080']\n    privileged: true\n    volumes: ['/:/host', {type: volume, source: x}]")
            .expect("YAML");
    assert_eq!(
        lint_compose(&compose),
        [
            "a: its root is writable",
            "a: it is privileged",
            "a: it keeps capabilities",
            "a: it runs as root",
            "a: its memory and processes are unbounded",
            "a: it is not started again",
            "a: it is killed before it has stopped",
            "a: a port leaves loopback",
            "a: a volume is written in the short form",
            "a: a volume is not declared"
        ]
    );
    assert_eq!(lint_compose(&serde_json::json!({})), ["no service"]);
}

#[test]
fn unit_image_and_settings_agree_on_their_folders() {
    let settings = yaml::parse(&read("sportello.yaml")).expect("sportello.yaml is YAML");
    assert_eq!(settings["format"], 1);
    let (data, tenants) = (settings["data"].as_str().expect("a data folder"), settings["tenants"].as_str().expect("a folder of tenants"));
    let (image, unit) = (read("Containerfile"), read("sportello.service"));
    assert!(
        image.contains(&format!("VOLUME {data}\n")) && image.contains(&format!("SPORTELLO_DATA={data} ")),
        "the image writes elsewhere"
    );
    assert!(
        image.contains(&format!("COPY tenants {tenants}\n")) && image.contains(&format!("SPORTELLO_TENANTS={tenants}\n")),
        "the image reads elsewhere"
    );
    assert!(unit.contains(&format!("WorkingDirectory={data}\n")), "the unit writes elsewhere");
    let port = settings["listen"].as_str().and_then(|listen| listen.rsplit(':').next()).expect("an address with a port");
    assert!(unit.contains(&format!("SocketBindAllow=tcp:{port}\n")), "the unit may not bind port {port}");
    assert!(image.contains(&format!("EXPOSE {port}\n")), "the image exposes another port");
}

fn root_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What lacks in a list of files that the image is built without: what git ignores, git itself, and every kind of data.
fn lint_ignored(ignored: &str, git: &str) -> Vec<String> {
    let lines: Vec<&str> = ignored.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let known = git.lines().map(|line| line.trim_start_matches('/')).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let wanted = known.chain([".git", "target", "data", "demo-data", "*.sqlite", "*.sqlite-wal"]);
    let lacks = |line: &str| !lines.contains(&line) && !lines.contains(&format!("**/{line}").as_str());
    let mut findings: Vec<String> = wanted.filter(|line| lacks(line)).map(|line| format!("`{line}` would be copied")).collect();
    for needed in ["Cargo.toml", "Cargo.lock", "crates", "migrations", "tests", "tenants", "LICENSE", "publiccode.yml"] {
        if lines.contains(&needed) {
            findings.push(format!("`{needed}` is left out, and the build needs it"));
        }
    }
    findings.dedup();
    findings
}

#[test]
fn the_image_is_built_without_data_and_history() {
    assert!(read("Containerfile").contains("\nCOPY . .\n"), "the image is built from something else: this list may not be needed");
    assert_none(&lint_ignored(&root_file(".dockerignore"), &root_file(".gitignore")));
    assert_eq!(
        lint_ignored("target\n.git\ncrates\ndemo-data\n**/*.sqlite\n", "/target\n/data\n"),
        ["`data` would be copied", "`*.sqlite-wal` would be copied", "`crates` is left out, and the build needs it"]
    );
}

#[test]
fn the_documentation_that_the_unit_names_is_installed() {
    let unit = read("sportello.service");
    let named = unit.lines().find_map(|line| line.strip_prefix("Documentation=file:")).expect("the unit names its documentation");
    assert!(read("README.md").contains(&format!("deploy/README.md {named}\n")), "nothing installs {named}");
}
