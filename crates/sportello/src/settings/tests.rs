//! What a person who writes settings gets wrong.

use sportello_domain::text::Language;

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
    let text = "format: 1\nredis: {url_file: r}\nfiles: {s3: {bucket: b}}\nplacements: {main: {postgres: {url_file: p}}}\n";
    let found = findings(text, Language::En);
    for (line, name) in
        found.iter().zip(["'redis' asks for Redis", "'files.s3' asks for S3", "'placements.main.postgres' asks for PostgreSQL"])
    {
        assert!(line.contains(name), "{line}");
    }
    assert_eq!(
        found[0],
        "conf/sportello.yaml:2:8: error: 'redis' asks for Redis, which this version does not have yet\n    remedy: remove it: the memory of the process takes its place"
    );
    assert_eq!(found.len(), 3);
    assert_eq!(
        findings("format: 1\npublic_url: https://sportello.example\ndefault_placement: main\n", Language::It),
        [
            "conf/sportello.yaml:2:13: errore: 'public_url' chiede collegamenti nelle lettere, che questa versione non ha ancora\n    rimedio: toglilo: al suo posto c'è la lettera che nomina la pratica",
            "conf/sportello.yaml:3:20: errore: 'default_placement' chiede una collocazione a parte, che questa versione non ha ancora\n    rimedio: toglilo: al suo posto c'è un file SQLite per ogni ente nella cartella dei dati",
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
