//! The commands as commands: what they say to people in both languages and to programs, their exit status, and what a wrong
//! argument gets to read.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{fs, path::Path, process::Output};

use serde_json::{Value, json};
use sportello_tests::{Launch, World, copy_tenants, repository, sportello};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

/// A place of its own for a test: a copy of the bodies, and room for data.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        copy_tenants(&folder.path().join("tenants"));
        Self { folder }
    }

    /// The newest release that a body published.
    fn newest(&self, body: &str) -> String {
        let folder = self.under(&format!("tenants/{body}/catalogue"));
        let entries = fs::read_dir(folder).expect("a catalogue").map(|entry| entry.expect("readable").file_name());
        let numbered = entries.filter_map(|name| {
            let (year, number) = name.to_str()?.split_once('.')?;
            Some((year.parse::<u16>().ok()?, number.parse::<u16>().ok()?))
        });
        let (year, number) = numbered.max().expect("a release");
        format!("{year}.{number}")
    }

    fn under(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("a plain path").to_owned()
    }

    /// Runs a command on the copy; the temporary folder is left out of what it says.
    fn run(&self, line: &str) -> (Option<i32>, String, String) {
        let mut arguments: Vec<String> = line.split(' ').map(|word| word.replace("HERE/", &self.under(""))).collect();
        if !line.starts_with("schema") && !line.starts_with("openapi") {
            arguments.extend(["--tenants".to_owned(), self.under("tenants")]);
        }
        if ["db", "token", "work"].iter().any(|command| line.starts_with(command)) {
            arguments.extend(["--data".to_owned(), self.under("data")]);
        }
        let Output { status, stdout, stderr } = sportello(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().replace(&self.under(""), "").replace("HERE/", "");
        (status.code(), told(&stdout), told(&stderr))
    }

    #[track_caller]
    fn says(&self, line: &str) -> String {
        let (status, said, error) = self.run(line);
        assert_eq!((status, error.as_str()), (Some(0), ""), "sportello {line}: {said}");
        said
    }

    #[track_caller]
    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.says(&format!("{line} --json"))).expect("JSON")
    }

    /// The sentences with which a command refuses, in Italian, in English, and for a program.
    #[track_caller]
    fn refuses(&self, line: &str, it: &str, en: &str) {
        let last = |language: &str| {
            let (status, said, error) = self.run(&format!("{line} --lang {language}"));
            assert_eq!((status, said.as_str()), (Some(2), ""), "sportello {line}: {error}");
            error.lines().last().unwrap_or_default().to_owned()
        };
        assert_eq!(last("it"), format!("errore: {it}"));
        assert_eq!(last("en"), format!("error: {en}"));
        let (status, said, error) = self.run(&format!("{line} --lang en --json"));
        assert_eq!((status, said.as_str()), (Some(2), ""), "sportello {line}");
        let error: Value = serde_json::from_str(&error).expect("an error is one line of JSON");
        assert_eq!(error["error"], en, "sportello {line}");
        assert!(error["findings"].is_array(), "{error}");
    }
}

const NOWHERE_IT: &str =
    "tenants/nowhere: l'ente 'nowhere' non esiste: esistono: cesena, santarcangelo, unione-valle-savio, unione-valmarecchia.";
const NOWHERE_EN: &str =
    "tenants/nowhere: the tenant 'nowhere' does not exist: there are: cesena, santarcangelo, unione-valle-savio, unione-valmarecchia.";

#[test]
fn tenant_check_lists_and_counts() {
    let place = Place::new();
    let last = |said: &str| said.lines().last().unwrap_or_default().to_owned();
    assert!(last(&place.says("tenant check")).starts_with("errors: 0, warnings: 0, notes: "));
    assert!(last(&place.says("tenant check cesena --lang it")).starts_with("errori: 0, avvisi: 0, note: "));
    assert_eq!(place.json("tenant check cesena")["summary"]["errors"], 0);
    place.refuses("tenant check nowhere", NOWHERE_IT, NOWHERE_EN);

    fs::write(place.under("tenants/santarcangelo/services/pink-badge.yaml"), "format: 1\nterm_dais: 20\n").expect("written");
    let (status, said, error) = place.run("tenant check santarcangelo --lang en");
    assert_eq!((status, error.as_str()), (Some(1), ""), "what was looked for was found");
    let found = "tenants/santarcangelo/services/pink-badge.yaml:2:1: error: 'term_dais' does not exist in the catalogue it starts from\n    \
                 remedy: did you mean 'term_days'?\n";
    assert!(said.contains(found), "{said}");
    let (status, said, _) = place.run("tenant check santarcangelo --json --lang it");
    assert_eq!(status, Some(1));
    let problems: Value = serde_json::from_str(&said).expect("JSON");
    let problem = problems["problems"].as_array().expect("problems").iter().find(|one| one["severity"] == "error").expect("one").clone();
    assert_eq!((&problem["code"], &problem["line"], &problem["column"]), (&json!("not_upstream"), &json!(2), &json!(1)));
    assert_eq!(problem["remedy"], "forse intendevi 'term_days'?");
    let (status, _, _) = place.run("tenant check cesena --lang en");
    assert_eq!(status, Some(0), "the neighbour is fine");
}

#[test]
fn tenant_explain_says_where_a_value_comes_from() {
    let place = Place::new();
    let said = place.says("tenant explain santarcangelo services/pink-badge term_days");
    assert!(said.starts_with("services/pink-badge · term_days = 20\n  written by: santarcangelo (tenants/santarcangelo/"), "{said}");
    let newest = place.newest("cesena");
    let replaced = format!("\n  in place of: 30 · cesena {newest} (tenants/cesena/catalogue/{newest}/services/pink-badge.yaml:");
    assert!(said.contains(&replaced), "{said}");
    let italian = place.says("tenant explain santarcangelo services/pink-badge term_days --lang it");
    assert!(italian.contains("\n  scritto da: santarcangelo ("), "{italian}");
    let json = place.json("tenant explain santarcangelo services/pink-badge term_days");
    assert_eq!((&json["value"], &json["replaced"][0]["value"]), (&json!("20"), &json!("30")), "{json}");
    place.refuses("tenant explain nowhere services/pink-badge", NOWHERE_IT, NOWHERE_EN);
    // A question is no sentence that a full stop may follow.
    place.refuses(
        "tenant explain cesena services/pink-badge term_dayz",
        &format!(
            "tenants/cesena/catalogue/{newest}/services/pink-badge.yaml: il valore 'term_dayz' non esiste: forse intendevi 'term_days'?"
        ),
        &format!(
            "tenants/cesena/catalogue/{newest}/services/pink-badge.yaml: the value 'term_dayz' does not exist: did you mean 'term_days'?"
        ),
    );
    place.refuses(
        "tenant explain cesena services/pink-badg",
        "services/pink-badg: il documento 'services/pink-badg' non esiste: forse intendevi 'services/pink-badge'?",
        "services/pink-badg: the document 'services/pink-badg' does not exist: did you mean 'services/pink-badge'?",
    );
}

#[test]
fn tenant_lock_and_catalogue_publish_pin_and_freeze() {
    let place = Place::new();
    let newest = place.newest("unione-valmarecchia");
    assert_eq!(place.says("tenant lock santarcangelo"), format!("santarcangelo: pinned release {newest}"));
    assert_eq!(place.says("tenant lock santarcangelo --release 2026.1 --lang it"), "santarcangelo: fissato il rilascio 2026.1");
    assert_eq!(place.json("tenant lock santarcangelo"), json!({"tenant": "santarcangelo", "release": newest}));
    let lock = fs::read(place.under("tenants/santarcangelo/lock.yaml")).expect("a lock");
    place.refuses(
        "tenant lock santarcangelo --release 2031.1",
        "Non è stato scritto nulla: correggi quanto elencato sopra.",
        "Nothing was written: correct what is listed above.",
    );
    assert_eq!(fs::read(place.under("tenants/santarcangelo/lock.yaml")).expect("a lock"), lock);

    // The example of the help works, and then its number is taken.
    let help = place.says("catalogue publish --help").replace("HERE", "");
    let example = help.lines().last().and_then(|line| line.trim().strip_prefix("sportello ")).expect("an example").to_owned();
    let services = fs::read_dir(place.under("tenants/cesena/catalogue/draft/services")).expect("services").count();
    assert!(place.says(&example).ends_with(&format!(" files frozen, {services} services")), "{example}");
    let release = example.rsplit(' ').next().expect("a release");
    place.refuses(
        &example,
        &format!("tenants/cesena/catalogue/{release}: il rilascio {release} esiste già: scegli un numero nuovo: un rilascio non si sovrascrive mai."),
        &format!("tenants/cesena/catalogue/{release}: release {release} exists already: choose a new number: a release is never overwritten."),
    );
    let json = place.json("catalogue publish cesena 2099.1");
    assert_eq!((&json["release"], json["services"].as_object().map(serde_json::Map::len)), (&json!("2099.1"), Some(services)));
    assert!(place.says("catalogue publish cesena 2099.2 --lang it").ends_with(&format!(" file congelati, {services} servizi")));
    place.refuses(
        "catalogue publish cesena 12",
        "tenants/cesena/catalogue/draft: '12' non è un numero di rilascio: usa ANNO.NUMERO, per esempio 2026.1.",
        "tenants/cesena/catalogue/draft: '12' is not a release number: use YEAR.NUMBER, for example 2026.1.",
    );
}

#[test]
fn schema_and_openapi_write_what_tools_read() {
    let place = Place::new();
    let said = place.says("schema HERE/schemas");
    let count = fs::read_dir(place.under("schemas")).expect("a folder").count();
    assert_eq!(said, format!("{count} schemas written to schemas"));
    assert_eq!(place.says("schema HERE/schemas --lang it"), format!("{count} schemi scritti in schemas"));
    let files = place.json("schema HERE/schemas")["files"].as_array().expect("files").clone();
    assert_eq!(files.len(), count);
    for file in files {
        let text = fs::read_to_string(Path::new(&place.under("schemas")).join(file.as_str().expect("a name"))).expect("a file");
        jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema");
    }
    fs::write(place.under("file"), "").expect("written");
    place.refuses(
        "schema HERE/file/schemas",
        "file/schemas non si può usare (Not a directory (os error 20)): controlla il percorso.",
        "file/schemas cannot be used (Not a directory (os error 20)): check the path.",
    );
    let committed = fs::read_to_string(repository().join("openapi/sportello.yaml")).expect("committed");
    assert_eq!(place.says("openapi"), committed.trim_end());
    assert_eq!(place.json("openapi")["openapi"], "3.1.0");
    place.refuses(
        "openapi yaml",
        "'yaml' è di troppo: vedi sportello openapi --help.",
        "'yaml' is one too many: see sportello openapi --help.",
    );
}

#[test]
fn db_status_says_how_far_the_files_are() {
    let place = Place::new();
    assert!(place.says("db status").lines().all(|line| line.ends_with(": does not exist yet")));
    assert!(place.says("db status --lang it").lines().all(|line| line.ends_with(": non c'è ancora")));
    assert!(!Path::new(&place.under("data")).exists(), "looking makes nothing");
    assert!(place.says("db migrate").lines().all(|line| line.contains(": up to date (")));
    assert!(place.says("db status --lang it").lines().all(|line| line.contains(": aggiornato (")));
    let items = place.json("db status")["items"].as_array().expect("items").clone();
    assert_eq!(items.len(), 5, "the platform and four bodies");
    assert!(items.iter().all(|item| item["exists"] == true && item["missing"] == 0 && item["found"] == item["known"]), "{items:?}");
    fs::write(place.under("sportello.yaml"), "format: 1\ndata: [\n").expect("written");
    place.refuses(
        "db status --config HERE/sportello.yaml",
        "Le impostazioni sportello.yaml non vanno: correggi quanto elencato sopra.",
        "The settings sportello.yaml will not do: correct what is listed above.",
    );
}

#[test]
fn token_prints_a_token_alone_or_with_what_it_is() {
    let place = Place::new();
    let token = place.says("token --tenant cesena --role operator");
    assert_eq!((token.lines().count(), token.split('.').count()), (1, 3), "{token}");
    let json = place.json("token --tenant cesena --role citizen --as rssmra80a01c573d --level 3");
    assert_eq!(json["token"].as_str().map(|token| token.split('.').count()), Some(3));
    let mut about = json.clone();
    about.as_object_mut().expect("an object").remove("token");
    assert_eq!(about, json!({"tenant": "cesena", "role": "citizen", "tax_code": "RSSMRA80A01C573D", "level": 3}));
    place.refuses(
        "token --tenant cesena --role citizen --as RSSMRA80A01C573X",
        "'RSSMRA80A01C573X' non va bene per --as. L'ultima lettera del codice fiscale non corrisponde agli altri caratteri: almeno un \
         carattere è sbagliato o scambiato. Ricopia il codice dalla tessera sanitaria.",
        "'RSSMRA80A01C573X' does not do for --as. The last letter of the fiscal code does not fit the other characters: at least one of \
         them is wrong or swapped. Copy the code from the health card.",
    );
    place.refuses(
        "token --tenant cesena --role citizen --as 00143280402",
        "'00143280402' non va bene per --as. È il codice di un ente: serve quello di una persona.",
        "'00143280402' does not do for --as. It is the code of a body: that of a person is needed.",
    );
    let bodies = "cesena, santarcangelo, unione-valle-savio, unione-valmarecchia.";
    place.refuses(
        "token --tenant nowhere --role operator",
        &format!("Non c'è un ente 'nowhere' in servizio: gli enti sono {bodies}"),
        &format!("There is no body 'nowhere' in service: the bodies are {bodies}"),
    );
    place.refuses(
        "token --role operator",
        "Manca --tenant <ENTE>: vedi sportello token --help.",
        "--tenant <TENANT> is missing: see sportello token --help.",
    );
}

/// Letters of Cesena that were given up, by id; they are about nothing, so they cannot be made.
fn given_up(place: &Place, ids: [&str; 2]) {
    let configured = fs::read_to_string(place.under("tenants/cesena/tenant.yaml")).expect("tenant.yaml");
    let tenant = configured.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id").trim().to_owned();
    let file = place.under(&format!("data/tenants/{tenant}/rows.sqlite"));
    let hex = |id: &str| id.replace('-', "");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.expect("the file opens");
        for id in ids {
            let sql = format!(
                "INSERT INTO outbox (tenant_id, id, kind, payload, created_at, attempts, last_error, given_up_at)
                 VALUES (X'{}', X'{}', 'letter', '{{}}', 1, 8, 'not_sent', 1777890307000000)",
                hex(&tenant),
                hex(id)
            );
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.expect("a row");
        }
        connection.close().await.expect("it closes");
    });
}

#[test]
fn work_lists_what_was_given_up_and_tries_it_again_or_drops_it() {
    let place = Place::new();
    assert_eq!(place.says("work list cesena --lang it"), "cesena: non c'è nulla a cui si è rinunciato");
    assert_eq!(place.says("work list cesena --lang en"), "cesena: nothing was given up");
    let [one, other] = ["0197a3c2-8d1f-7c3a-9b55-000000000001", "0197a3c2-8d1f-7c3a-9b55-000000000002"];
    given_up(&place, [one, other]);
    assert_eq!(
        place.says("work list cesena --lang en"),
        format!(
            "{other}  letter letter: 8 tries, not_sent, since 2026-05-04T10:25:07Z\n{one}  letter letter: 8 tries, not_sent, since 2026-05-04T10:25:07Z"
        )
    );
    let listed = place.json("work list cesena");
    assert_eq!(listed["items"][1]["id"], one, "{listed}");
    assert!(place.says(&format!("work drop cesena {other} --lang it")).ends_with(&format!("cesena: {other} è stato eliminato")));
    let (status, said, _) = place.run(&format!("work retry cesena {one} --lang en"));
    assert_eq!(status, Some(0));
    assert_eq!(said, format!("cesena: {one} was tried again; if that was in vain, it goes on by itself as in the beginning"));
    assert_eq!(place.json("work list cesena")["items"], json!([]));
    place.refuses(
        &format!("work retry cesena {one}"),
        &format!("A cesena non c'è '{one}' fra ciò a cui si è rinunciato: vedi sportello work list cesena."),
        &format!("At cesena there is no '{one}' among what was given up: see sportello work list cesena."),
    );
    place.refuses(
        "work drop cesena x",
        "A cesena non c'è 'x' fra ciò a cui si è rinunciato: vedi sportello work list cesena.",
        "At cesena there is no 'x' among what was given up: see sportello work list cesena.",
    );
    let bodies = "cesena, santarcangelo, unione-valle-savio, unione-valmarecchia.";
    place.refuses(
        "work list nowhere",
        &format!("Non c'è un ente 'nowhere' in servizio: gli enti sono {bodies}"),
        &format!("There is no body 'nowhere' in service: the bodies are {bodies}"),
    );
}

#[test]
fn a_worker_is_not_needed_where_rows_are_in_files() {
    Place::new().refuses(
        "worker",
        "Qui i dati sono in file, e il lavoro dei file lo fa il server: basta sportello serve. Un worker serve dove le impostazioni hanno \
         una collocazione postgres.",
        "The rows are in files here, and the server does the work of files itself: sportello serve is enough. A worker is for settings that \
         have a placement postgres.",
    );
}

#[test]
fn the_demonstration_tells_programs_where_it_is_and_who_may_enter() {
    let world = World::launch(&Launch { arguments: vec!["--json".to_owned()], ..Launch::default() });
    let output = world.output();
    let line = output.lines().find(|line| line.starts_with('{') && line.contains("\"tokens\"")).expect("a line of JSON");
    let told: Value = serde_json::from_str(line).expect("JSON");
    assert_eq!(told["address"], world.base());
    assert_eq!(told["docs"], format!("{}/docs", world.base()));
    for tenant in told["tenants"].as_array().expect("bodies") {
        let path = tenant["href"].as_str().and_then(|href| href.strip_prefix(world.base())).expect("an address of this server");
        assert_eq!(world.nobody().get(path).expect(200)["slug"], tenant["slug"]);
    }
    let tokens = told["tokens"].as_array().expect("tokens");
    let roles: Vec<_> = tokens.iter().map(|entry| entry["role"].as_str().expect("a role")).collect();
    assert_eq!(roles, ["citizen", "operator", "administrator", "support"]);
    for entry in tokens {
        let api = world.with_token(entry["token"].as_str().expect("a token").to_owned());
        let memberships = api.get("/v1/me").expect(200)["memberships"].to_string();
        assert!(memberships.contains(&format!("\"{}\"", entry["role"].as_str().expect("a role"))), "{entry}: {memberships}");
    }
}
