//! Configuration is taken in while the server runs: whole, tenant by tenant, and never half.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use sportello_tests::{Api, Launch, MARIO, World, copy_folder, copy_tenants, sportello};
use sqlx::Connection;
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    copy_tenants(folder.path());
    folder
}

fn edit(tenants: &Path, file: &str, from: &str, to: &str) {
    let path = tenants.join(file);
    let text = fs::read_to_string(&path).expect("the file is there");
    assert!(text.contains(from), "{file} does not say {from:?}");
    fs::write(path, text.replace(from, to)).expect("written");
}

fn term(api: &Api, tenant: &str) -> Value {
    api.get(&format!("/v1/tenants/{tenant}/services/pink-badge")).expect(200)["term_days"]["value"].clone()
}

/// Waits for the folder to be taken in by itself.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..200 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("after ten seconds it is still not so that {what}");
}

fn standing(world: &World, tenant: &str) -> Value {
    seen_by(&world.staff("unione-valle-savio", "support"), tenant)
}

fn seen_by(support: &Api, tenant: &str) -> Value {
    let fleet = support.get("/v1/support/tenants").expect(200);
    fleet["items"].as_array().expect("items").iter().find(|item| item["slug"] == tenant).expect("the tenant is listed").clone()
}

#[test]
fn a_change_is_taken_in_by_itself_and_a_mistake_leaves_the_last_good_one() {
    let tenants = folder();
    let world = World::launch(&Launch { tenants: tenants.path().to_path_buf(), ..Launch::default() });
    let nobody = world.nobody();
    assert_eq!((term(&nobody, "cesena"), term(&nobody, "santarcangelo")), (json!(30), json!(20)));
    let file = "santarcangelo/services/pink-badge.yaml";

    edit(tenants.path(), file, "term_days: 20", "term_days: 15");
    eventually("the term is 15 days", || term(&nobody, "santarcangelo") == 15);
    assert_eq!(term(&nobody, "cesena"), 30, "the neighbour is untouched");

    // A mistake: the last good configuration goes on, marked stale, and the neighbour does not notice.
    edit(tenants.path(), file, "term_days: 15", "term_days: 90");
    eventually("it is stale", || standing(&world, "santarcangelo")["stale"] == true);
    assert_eq!((term(&nobody, "cesena"), term(&nobody, "santarcangelo")), (json!(30), json!(15)));
    assert_eq!(standing(&world, "cesena")["stale"], false);

    edit(tenants.path(), file, "term_days: 90", "term_days: 10");
    eventually("the term is 10 days", || term(&nobody, "santarcangelo") == 10);
    assert_eq!(standing(&world, "santarcangelo")["stale"], false);
}

#[test]
fn a_broken_tenant_survives_a_restart_and_one_that_never_worked_is_unavailable() {
    let tenants = folder();
    let launch = Launch { command: "serve", tenants: tenants.path().to_path_buf(), ..Launch::default() };
    let world = World::launch(&launch);
    let data = world.keep_data();
    drop(world);

    edit(tenants.path(), "santarcangelo/services/pink-badge.yaml", "term_days: 20", "term_days: 90");
    let world = World::launch_on(&launch, data);
    assert_eq!(term(&world.nobody(), "santarcangelo"), 20);
    assert!(world.output().contains("santarcangelo/services/pink-badge.yaml:3:12"), "{}", world.output());
    drop(world);

    // The same files without the memory of a good configuration.
    let world = World::launch(&launch);
    let reply = world.nobody().get("/v1/tenants/santarcangelo/services");
    assert_eq!(reply.problem(503), "tenant_unavailable");
    assert!(reply.header("retry-after").is_some());
    assert_eq!(term(&world.nobody(), "cesena"), 30);
}

/// Whether a body has its place for rows, and its slug leads to it.
fn registered(world: &World, slug: &str, id: &str) -> bool {
    if let Some(database) = world.database() {
        let sql = format!(
            "SELECT (SELECT count(*) FROM platform.slugs WHERE slug = '{slug}'), (SELECT count(*) FROM sportello.tenant_state WHERE tenant_id = '{id}')"
        );
        return database.as_superuser(&sql) == "1|1";
    }
    let data = world.data();
    let database = format!("sqlite://{}?mode=ro", data.join("platform.sqlite").display());
    let slugs = async {
        let mut database = sqlx::SqliteConnection::connect(&database).await.expect("the file opens");
        let query = sqlx::query("SELECT 1 FROM slugs WHERE slug = ?").bind(slug);
        query.fetch_all(&mut database).await.expect("the table is there").len()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    data.join("tenants").join(id).join("rows.sqlite").exists() && runtime.block_on(slugs) == 1
}

const VERUCCHIO: &str = "0197a3c2-7b10-7a43-8c11-6f1d2e3a4b99";

/// A third commune, made of Santarcangelo's files.
fn verucchio(tenants: &Path) {
    copy_folder(&tenants.join("santarcangelo"), &tenants.join("verucchio"));
    let file = tenants.join("verucchio/tenant.yaml");
    let text = fs::read_to_string(&file).expect("the file is there");
    let own = text.lines().filter(|line| !line.starts_with("domains:")).map(|line| match line.split_once(':') {
        Some(("id", _)) => format!("id: {VERUCCHIO}"),
        Some(("slug", _)) => "slug: verucchio".to_owned(),
        Some(("code", _)) => "code: VER".to_owned(),
        _ => line.to_owned(),
    });
    fs::write(&file, own.map(|line| line + "\n").collect::<String>()).expect("written");
    let file = tenants.join("verucchio/identity.yaml");
    let text = fs::read_to_string(&file).expect("the file is there");
    fs::write(&file, text.replace("santarcangelo", "verucchio")).expect("written");
}

fn draft(api: &Api, tenant: &str) {
    let path = format!("/v1/tenants/{tenant}/cases");
    let case = api.post(&path, &json!({"service": "pink-badge", "answers": {}})).expect(201);
    assert_eq!(api.get(&format!("{path}/{}", case["id"].as_str().expect("an id"))).expect(200)["service"], "pink-badge");
}

#[test]
fn a_body_added_while_the_server_runs_is_served_and_takes_cases() {
    let tenants = folder();
    let world = World::launch(&Launch { tenants: tenants.path().to_path_buf(), ..Launch::default() });
    let services = "/v1/tenants/verucchio/services";
    assert_eq!(world.nobody().get(services).problem(404), "not_found");
    verucchio(tenants.path());
    eventually("it is served", || world.nobody().get(services).status == 200);
    assert!(registered(&world, "verucchio", VERUCCHIO), "all was done for it that is done at the start");
    let (mario, support) = (world.citizen("verucchio", &MARIO), world.staff("unione-valle-savio", "support"));
    draft(&mario, "verucchio");

    // Its slug stays its own: another body that takes the folder's place is not let in to it.
    edit(tenants.path(), "verucchio/tenant.yaml", "6f1d2e3a4b99", "6f1d2e3a4b98");
    eventually("it is stale", || seen_by(&support, "verucchio")["stale"] == true);
    assert_eq!(seen_by(&support, "verucchio")["problems"], 1);
    assert!(world.log().contains("belongs to another body"), "{}", world.log());
    edit(tenants.path(), "verucchio/tenant.yaml", "6f1d2e3a4b98", "6f1d2e3a4b99");
    eventually("it is as before", || seen_by(&support, "verucchio")["stale"] == false);

    // Neither does a copy of its folder take anything from it.
    copy_folder(&tenants.path().join("verucchio"), &tenants.path().join("a-copy"));
    edit(tenants.path(), "a-copy/tenant.yaml", "slug: verucchio", "slug: a-copy");
    eventually("the copy is seen", || world.nobody().get("/v1/tenants/a-copy/services").status == 503);
    assert_eq!(seen_by(&support, "verucchio")["stale"], false);
    draft(&mario, "verucchio");
}

#[test]
fn a_body_that_was_broken_from_the_start_becomes_available_when_it_is_mended() {
    let tenants = folder();
    let file = "santarcangelo/services/pink-badge.yaml";
    edit(tenants.path(), file, "term_days: 20", "term_days: 90");
    let world = World::launch(&Launch { command: "serve", tenants: tenants.path().to_path_buf(), ..Launch::default() });
    assert_eq!(world.nobody().get("/v1/tenants/santarcangelo/services").problem(503), "tenant_unavailable");
    edit(tenants.path(), file, "term_days: 90", "term_days: 20");
    eventually("it is served", || world.nobody().get("/v1/tenants/santarcangelo/services").status == 200);
    assert_eq!(term(&world.nobody(), "santarcangelo"), 20);
    let id = "019b78cc-aad8-7e5a-9397-af82e1c701f0";
    assert!(registered(&world, "santarcangelo", id), "all was done for it that is done at the start");
}

#[test]
fn nobody_sees_two_configurations_in_one_reply() {
    let tenants = folder();
    let world = World::launch(&Launch { tenants: tenants.path().to_path_buf(), ..Launch::default() }.without_limits());
    let file = tenants.path().join("santarcangelo/services/pink-badge.yaml");
    // The term and a text change together, always to the same figure.
    let write = |days: usize| {
        let text = format!("format: 1\nterm_days: {days}\ntiming: {{it: \"Termine: {days}.\", en: \"Term: {days}.\"}}\n");
        fs::write(&file, text).expect("written");
    };
    write(20);
    let support = world.staff("unione-valle-savio", "support");
    let reload = || support.post("/v1/support/reload", &json!({})).expect(200);
    reload();
    let finished = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let nobody = world.nobody();
            let mut seen = BTreeSet::new();
            while !finished.load(Ordering::Relaxed) {
                let sheet = nobody.get("/v1/tenants/santarcangelo/services/pink-badge").expect(200);
                assert_eq!(sheet["timing"], format!("Termine: {}.", sheet["term_days"]["value"]), "{sheet}");
                seen.insert(sheet["term_days"]["value"].to_string());
            }
            seen
        });
        for days in 11..20 {
            write(days);
            reload();
        }
        finished.store(true, Ordering::Relaxed);
        reader.join().expect("no reply was mixed")
    });
    assert!(seen.len() > 3, "too little changed while it was read: {seen:?}");
}

#[test]
fn the_committed_bodies_have_no_error_and_mistakes_end_with_status_one() {
    let fine = sportello(&["tenant", "check"]);
    assert_eq!(fine.status.code(), Some(0), "{}", String::from_utf8_lossy(&fine.stdout));
    let tenants = folder();
    edit(tenants.path(), "santarcangelo/services/pink-badge.yaml", "term_days: 20", "term_dais: 20");
    let folder = tenants.path().to_str().expect("a plain path");
    let wrong = sportello(&["tenant", "check", "--tenants", folder]);
    assert_eq!(wrong.status.code(), Some(1));
    let told = String::from_utf8_lossy(&wrong.stdout);
    assert!(told.contains("santarcangelo/services/pink-badge.yaml:3:1: error: "), "{told}");
    assert!(told.contains("term_days"), "the right key is suggested: {told}");
    // A demonstration does not begin on mistakes.
    let data = TempDir::new().expect("a folder");
    let demo = sportello(&["demo", "--listen", "127.0.0.1:0", "--tenants", folder, "--data", data.path().to_str().expect("a plain path")]);
    assert_eq!(demo.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&demo.stderr).contains("The configuration has the errors listed above"));
}
