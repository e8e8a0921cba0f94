//! What a person who writes settings gets wrong.

use sportello_domain::text::Language;

use super::placements::Kept;
use super::*;

fn parse(text: &str) -> Outcome<FromFile> {
    FromFile::parse(text.as_bytes(), Path::new("conf/sportello.yaml"))
}

fn findings(text: &str, language: Language) -> Vec<String> {
    parse(text).unwrap_err().findings.iter().map(|finding| finding.get(language).to_owned()).collect()
}

#[test]
fn paths_begin_at_the_files_folder_and_flags_win() {
    let text = "format: 1\nlisten: 127.0.0.1:1\ndata: ./d\ntenants: /etc/t\nlimits: {per_caller: {per_minute: 7}, look_ups: {per_minute: 3}}\nkeys: {master_file: k}\n\
                trusted_proxies: {10.0.0.1: true, 10.0.0.2: false}\n";
    let file = parse(text).unwrap();
    let environment = Environment { listen: Some("127.0.0.1:2".to_owned()), ..Environment::default() };
    let settings = Settings::of(&Places::default(), &environment, file.clone()).unwrap();
    assert_eq!(settings.listen.port(), 2);
    assert_eq!(settings.data, Path::new("conf/./d"));
    assert_eq!((settings.tenants.as_path(), settings.files.as_path()), (Path::new("/etc/t"), Path::new("conf/./d/files")));
    assert_eq!(settings.master_key.as_deref(), Some(Path::new("conf/k")));
    assert_eq!(settings.quotas.look_ups_per_caller_per_minute, 3);
    assert_eq!((settings.quotas.per_caller_per_minute, settings.quotas.per_tenant_per_second), (7, 500));
    assert_eq!(settings.trusted_proxies, ["10.0.0.1".parse::<IpAddr>().unwrap()]);
    let flags = Places { listen: Some("127.0.0.1:3".to_owned()), data: Some("x".to_owned()), ..Places::default() };
    let settings = Settings::of(&flags, &environment, file).unwrap();
    assert_eq!((settings.listen.port(), settings.data.as_path()), (3, Path::new("x")));
    let settings = Settings::of(&Places::default(), &Environment::default(), FromFile::default()).unwrap();
    assert_eq!((settings.listen.to_string().as_str(), settings.tenants.as_path()), (LISTEN, Path::new("tenants")));
}

#[test]
fn unknown_keys_get_a_suggestion() {
    assert_eq!(
        findings("format: 1\nlissen: 127.0.0.1:1\n", Language::It),
        ["conf/sportello.yaml:2:1: errore: 'lissen' non è una chiave di sportello.yaml\n    rimedio: forse intendevi 'listen'?"]
    );
    assert_eq!(
        findings("format: 1\nkeys: {master: k}\nfiles: here\n", Language::En),
        [
            "conf/sportello.yaml:2:8: error: 'master' is not a key of keys\n    remedy: did you mean 'master_file'?",
            "conf/sportello.yaml:3:8: error: 'files' must be a map, not 'here'\n    remedy: correct the value",
        ]
    );
    assert_eq!(
        findings("listen: x\n", Language::En),
        ["conf/sportello.yaml:1:1: error: 'format' is missing in sportello.yaml\n    remedy: add the line 'format: …'"]
    );
    assert_eq!(
        findings("format: 1\nlimits: {per_caler: {}, per_tenant: {per_minute: 5}}\n", Language::En),
        [
            "conf/sportello.yaml:2:10: error: 'per_caler' is not a key of limits\n    remedy: did you mean 'per_caller'?",
            "conf/sportello.yaml:2:38: error: 'per_minute' is not a key of per_tenant\n    remedy: allowed keys are: per_second",
        ]
    );
    assert_eq!(findings("format: 2\nlimits: {per_caller: {per_minute: 0}}\n", Language::En).len(), 2);
    assert_eq!(findings("- a\n", Language::En).len(), 2);
}

#[test]
fn parts_that_do_not_exist_yet_are_refused_by_name() {
    let text = "format: 1\nfiles: {s3: {bucket: b}}\n";
    assert_eq!(
        findings(text, Language::En),
        [
            "conf/sportello.yaml:2:13: error: 'files.s3' asks for S3, which this version does not have yet\n    remedy: remove it: a local folder takes its place",
        ]
    );
    assert_eq!(
        findings("format: 1\npublic_url: https://sportello.example\n", Language::It),
        [
            "conf/sportello.yaml:2:13: errore: 'public_url' chiede collegamenti nelle lettere, che questa versione non ha ancora\n    rimedio: toglilo: al suo posto c'è la lettera che nomina la pratica",
        ]
    );
}

#[test]
fn what_watches_over_the_server_is_set_by_name() {
    let text = "format: 1\ntelemetry: {otlp: http://collector:4318/, metrics_listen: 127.0.0.1:9464}\nstop: {drain_seconds: 0, finish_seconds: 9}\n\
                backups: {directory: b, max_age_days: 2}\n";
    let settings = Settings::of(&Places::default(), &Environment::default(), parse(text).unwrap()).unwrap();
    assert_eq!(settings.collector.as_deref(), Some("http://collector:4318"));
    assert_eq!(settings.metrics_listen.map(|address| address.port()), Some(9464));
    assert_eq!(settings.stopping, Stopping { drain: Duration::ZERO, finish: Duration::from_secs(9) });
    assert_eq!(settings.backups, Some(Backups { directory: "conf/b".into(), max_age_days: 2 }));
    let usual = Settings::of(&Places::default(), &Environment::default(), FromFile::default()).unwrap();
    assert_eq!(usual.stopping, Stopping { drain: Duration::from_secs(5), finish: Duration::from_secs(30) });
    let text = "format: 1\ntelemetry: {otlp: collector:4318, metrics_listen: 9464}\nstop: {drain_seconds: soon, finish_seconds: 0}\nbackups: {max_age_days: 0}\n";
    assert_eq!(
        findings(text, Language::En),
        [
            "conf/sportello.yaml:2:19: error: 'telemetry.otlp' must be an address such as http://collector:4318, not 'collector:4318'\n    remedy: correct the value",
            "conf/sportello.yaml:2:51: error: 'telemetry.metrics_listen' must be an address with a port such as 127.0.0.1:9464, not '9464'\n    remedy: correct the value",
            "conf/sportello.yaml:3:23: error: 'stop.drain_seconds' must be a whole number, zero included, not 'soon'\n    remedy: correct the value",
            "conf/sportello.yaml:3:45: error: 'stop.finish_seconds' must be a whole number above zero, not '0'\n    remedy: correct the value",
            "conf/sportello.yaml:4:10: error: 'directory' is missing in backups\n    remedy: add the line 'directory: …'",
            "conf/sportello.yaml:4:25: error: 'backups.max_age_days' must be a whole number above zero, not '0'\n    remedy: correct the value",
        ]
    );
}

#[test]
fn nothing_is_passed_over() {
    let text = "format: 1\nplatform: {sqlte: x}\nplacements: {main: {postgre: x}}\ntrusted_proxies: 10.0.0.1\n";
    assert_eq!(
        findings(text, Language::En),
        [
            "conf/sportello.yaml:2:12: error: 'sqlte' is not a key of platform\n    remedy: did you mean 'sqlite'?",
            "conf/sportello.yaml:3:21: error: 'postgre' is not a key of main\n    remedy: did you mean 'postgres'?",
            "conf/sportello.yaml:4:18: error: 'trusted_proxies' must be a set of addresses, not '10.0.0.1'\n    remedy: correct the value",
        ]
    );
}

#[test]
fn an_address_without_a_port_is_refused() {
    let flags = Places { listen: Some("127.0.0.1".to_owned()), ..Places::default() };
    let stop = Settings::of(&flags, &Environment::default(), FromFile::default()).unwrap_err();
    assert_eq!(stop.sentence.it, "'127.0.0.1' non è un indirizzo con la porta: scrivi per esempio --listen 127.0.0.1:8080.");
}

#[test]
fn placements_are_named_and_their_addresses_stand_in_files() {
    let text = "format: 1\nplatform: {postgres: {url_file: s}}\nplacements:\n  embedded: {sqlite: ./rows}\n  \
                main: {postgres: {url_file: s, owner_url_file: o, pool: 4}}\ndefault_placement: main\n";
    let placements = parse(text).unwrap().placements;
    assert_eq!(placements.by_name["embedded"], Kept::Sqlite("conf/./rows".into()));
    let Kept::Postgres(reached) = &placements.by_name["main"] else { panic!("{placements:?}") };
    assert_eq!((reached.url_file.as_path(), reached.owner_url_file.as_deref()), (Path::new("conf/s"), Some(Path::new("conf/o"))));
    assert_eq!((reached.pool, placements.default.as_deref()), (4, Some("main")));

    // One placement needs no default; the address is read when it is needed, and its absence told.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sportello.yaml");
    let file = FromFile::parse(b"format: 1\nplacements: {main: {postgres: {url_file: server}}}\n", &path).unwrap();
    let settings = Settings::of(&Places::default(), &Environment::default(), file).unwrap();
    let stop = settings.stores().unwrap_err();
    let server = folder.path().join("server");
    assert_eq!(
        stop.sentence.en,
        format!(
            "The address in {} cannot be read (No such file or directory (os error 2)): check the path in the settings.",
            server.display()
        )
    );
    std::fs::write(&server, "postgres://a:b@localhost/c\n").unwrap();
    let stores = settings.stores().unwrap();
    assert_eq!((&*stores.default_placement, stores.placements.len()), ("main", 1));
    assert!(!format!("{stores:?}").contains("a:b"), "a password is not shown");
}

#[test]
fn placements_that_say_nothing_two_things_or_what_is_not_there_are_refused() {
    let text = "format: 1\nplatform: {}\nplacements:\n  a: {sqlite: x, postgres: {url_file: y}}\n  b: {postgres: {owner_url_file: y, pool: 0}}\n  c: x\n\
                default_placement: d\n";
    assert_eq!(
        findings(text, Language::En),
        [
            "conf/sportello.yaml:2:11: error: 'platform' must be sqlite or postgres, not a map\n    remedy: correct the value",
            "conf/sportello.yaml:4:28: error: 'a' must be sqlite or postgres, not both, not a map\n    remedy: correct the value",
            "conf/sportello.yaml:5:17: error: 'url_file' is missing in postgres\n    remedy: add the line 'url_file: …'",
            "conf/sportello.yaml:5:43: error: 'postgres.pool' must be a whole number above zero, not '0'\n    remedy: correct the value",
            "conf/sportello.yaml:6:6: error: 'c' must be a map, not 'x'\n    remedy: correct the value",
            "conf/sportello.yaml:7:20: error: 'default_placement' must be a placement (a, b, c), not 'd'\n    remedy: correct the value",
        ]
    );
    assert_eq!(
        findings("format: 1\nplacements: {a: {sqlite: x}, b: {sqlite: y}}\n", Language::It),
        [
            "conf/sportello.yaml:1:1: errore: in sportello.yaml manca 'default_placement'\n    rimedio: aggiungi la riga 'default_placement: …'"
        ]
    );
}

#[test]
fn redis_is_reached_by_an_address_in_a_file() {
    assert_eq!(
        findings("format: 1\nredis: {url: r}\n", Language::En),
        [
            "conf/sportello.yaml:2:8: error: 'url_file' is missing in redis\n    remedy: add the line 'url_file: …'",
            "conf/sportello.yaml:2:9: error: 'url' is not a key of redis\n    remedy: allowed keys are: url_file",
        ]
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sportello.yaml");
    let file = FromFile::parse(b"format: 1\nredis: {url_file: redis.url}\n", &path).unwrap();
    let settings = Settings::of(&Places::default(), &Environment::default(), file).unwrap();
    std::fs::write(folder.path().join("redis.url"), "nowhere\n").unwrap();
    let stop = settings.redis(uuid::Uuid::nil()).unwrap_err();
    assert!(stop.sentence.en.ends_with("write for example redis://localhost:6379."), "{}", stop.sentence.en);
    std::fs::write(folder.path().join("redis.url"), "redis://localhost:6379\n").unwrap();
    assert!(settings.redis(uuid::Uuid::nil()).unwrap().is_some());
}
