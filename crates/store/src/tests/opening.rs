//! Opening: the schema that results, and what is said where it cannot be done.

use std::{
    io,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::Command,
};

use rustix::fs::{StatVfs, StatVfsMountFlags};
use sea_orm::{ConnectionTrait, SqlxSqliteConnector};
use sea_orm_migration::MigratorTrait;
use sportello_domain::{
    ids::TenantId,
    text::Language::{En, It},
};
use sportello_migrations::TenantMigrator;
use sqlx::{Connection, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions};

use super::kit::{abandoned_after, draft, kit_of, known, stored, uuid};
use crate::{StoreProblem, StoreSettings, Stores, cases, counters, persons};

fn settings(directory: &Path) -> StoreSettings {
    StoreSettings::embedded(directory.to_owned(), 2)
}

/// Tables, indexes and triggers with their text, in order.
async fn schema(file: &Path) -> Vec<(String, String)> {
    let mut raw = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.unwrap();
    sqlx::query_as("SELECT name, COALESCE(sql, '') FROM sqlite_master ORDER BY type, name").fetch_all(&mut raw).await.unwrap()
}

async fn pool(file: &Path) -> SqlitePool {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(file).create_if_missing(true)).await.unwrap()
}

#[tokio::test]
async fn step_by_step_over_many_starts_makes_the_same_schema_as_all_at_once() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    let fresh = schema(&kit.stores.file(kit.cesena)).await;
    assert!(fresh.len() > 40, "{}", fresh.len());

    let steps = TenantMigrator::migrations().len();
    for taken in 1..steps {
        // As if an older program had stopped after so many steps, each applied in a start of its own.
        let tenant = TenantId::new(uuid());
        let file = kit.stores.file(tenant);
        for _ in 0..taken {
            let pool = pool(&file).await;
            TenantMigrator::up(&SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone()), Some(1)).await.unwrap();
            pool.close().await;
        }
        kit.stores.prepare(tenant).await.unwrap();
        assert_eq!(schema(&file).await, fresh, "after {taken} of {steps} steps");
    }
}

#[tokio::test]
async fn every_key_of_a_tenants_table_begins_with_the_tenant() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    let mut raw = kit.raw(kit.cesena).await;
    let keys: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT m.name, l.name, i.name FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
         WHERE m.type = 'table' AND m.name <> 'seaql_migrations' AND i.seqno = 0",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(keys.len() > 30, "{}", keys.len());
    for (table, index, first) in keys {
        assert_eq!(first, "tenant_id", "{index} of {table}");
    }
    let foreign: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, f.\"from\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.seq = 0",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(foreign.len() > 10, "{}", foreign.len());
    for (table, first) in foreign {
        assert_eq!(first, "tenant_id", "a foreign key of {table}");
    }
}

#[tokio::test]
async fn a_first_start_that_is_interrupted_at_any_point_is_made_good_by_the_next() {
    let kit = kit_of(8).await;
    let mut finished = 0;
    for polls in (0..400).step_by(9) {
        let tenant = TenantId::new(uuid());
        finished += usize::from(abandoned_after(polls, kit.stores.prepare(tenant)).await.is_some());
        let tx = kit.stores.write(tenant).await.unwrap();
        assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 1, "after {polls} polls");
        tx.commit().await.unwrap();
    }
    assert!(finished < 45, "{finished}: no start was interrupted");
}

#[tokio::test]
async fn the_files_are_safe_against_a_power_cut_and_closed_to_others() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    for (pragma, expected) in [("foreign_keys", 1_i64), ("synchronous", 2), ("busy_timeout", 5000)] {
        let sql = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, format!("PRAGMA {pragma}"));
        let row = tx.session().query_one_raw(sql).await.unwrap().unwrap();
        assert_eq!(row.try_get_by::<i64, _>(0).unwrap(), expected, "{pragma}");
    }
    let sql = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, "PRAGMA journal_mode");
    let row = tx.session().query_one_raw(sql).await.unwrap().unwrap();
    assert_eq!(row.try_get_by::<String, _>(0).unwrap(), "wal");
    for folder in [kit.stores.directory(), kit.stores.file(kit.cesena).parent().unwrap()] {
        assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_by_name_and_left_alone() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    let mut raw = kit.raw(kit.cesena).await;
    sqlx::raw_sql("INSERT INTO seaql_migrations VALUES ('m0099_contract_m0098_the_past', 0)").execute(&mut raw).await.unwrap();
    let stores = Stores::open(settings(kit.stores.directory())).await.unwrap();
    let problem = stores.read(kit.cesena).await.unwrap_err();
    let file = kit.stores.file(kit.cesena).display().to_string();
    let known = TenantMigrator::migrations().last().unwrap().name().to_owned();
    assert_eq!(
        problem.text(It),
        format!(
            "Il database {file} è più recente di questo programma: contiene il passo m0099_contract_m0098_the_past, il programma arriva \
             a {known}. Avvia una versione di Sportello almeno altrettanto recente, oppure ripristina la copia fatta prima \
             dell'aggiornamento."
        )
    );
    assert_eq!(
        problem.text(En),
        format!(
            "The database {file} is newer than this program: it holds step m0099_contract_m0098_the_past, the program knows up \
             to {known}. Start a version of Sportello that is at least as recent, or restore the copy made before the update."
        )
    );
    sqlx::raw_sql("DELETE FROM seaql_migrations WHERE version = 'm0099_contract_m0098_the_past'").execute(&mut raw).await.unwrap();
    stores.prepare(kit.cesena).await.unwrap();
}

#[tokio::test]
async fn a_newer_platform_database_is_refused_at_the_start() {
    let kit = kit_of(8).await;
    let file = kit.stores.directory().join("platform.sqlite");
    let pool = pool(&file).await;
    sqlx::raw_sql("INSERT INTO seaql_migrations VALUES ('m0009_contract_m0008_later', 0)").execute(&pool).await.unwrap();
    let problem = Stores::open(settings(kit.stores.directory())).await.unwrap_err();
    let StoreProblem::Newer { place, found, .. } = problem else { panic!("{problem:?}") };
    assert_eq!((place, found), (file.display().to_string(), "m0009_contract_m0008_later".to_owned()));
}

#[tokio::test]
async fn a_database_of_a_newer_program_that_only_expanded_it_is_served() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    let known = TenantMigrator::migrations().last().unwrap().name().to_owned();
    let mut raw = kit.raw(kit.cesena).await;
    // One that expands, and one that shuts out only programs that are older than this one.
    let number = known.split('_').next().unwrap();
    let later = format!("INSERT INTO seaql_migrations VALUES ('m0098_later', 0), ('m0099_contract_{number}_tidy', 0)");
    sqlx::raw_sql(sqlx::AssertSqlSafe(later)).execute(&mut raw).await.unwrap();
    let stores = Stores::open(settings(kit.stores.directory())).await.unwrap();
    let tx = stores.write(kit.cesena).await.unwrap();
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 1);
    tx.commit().await.unwrap();
    stores.close().await;

    // What lacks a step and holds a later one was made by nobody's order.
    let gone = format!("DELETE FROM seaql_migrations WHERE version = '{known}'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(gone)).execute(&mut raw).await.unwrap();
    let stores = Stores::open(settings(kit.stores.directory())).await.unwrap();
    let place = kit.stores.file(kit.cesena).display().to_string();
    let expected = StoreProblem::Newer { place, found: format!("m0099_contract_{number}_tidy"), known };
    assert_eq!(stores.read(kit.cesena).await.unwrap_err(), expected);
}

/// Root may write everywhere, so this test is run again as nobody where it is run by root.
#[tokio::test]
async fn a_read_only_folder_is_named_at_the_start() {
    let probe = tempfile::tempdir().unwrap();
    std::fs::set_permissions(probe.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(probe.path().join("probe"), "").is_err() {
        return check_read_only_folder().await;
    }
    let binary = probe.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
    std::fs::set_permissions(&binary, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = Command::new(&binary)
        .args(["--exact", "--ignored", "tests::opening::a_read_only_folder_as_nobody"])
        .uid(65534)
        .gid(65534)
        .current_dir("/")
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && output.contains("1 passed"), "{output}{}", String::from_utf8_lossy(&run.stderr));
}

#[tokio::test]
#[ignore = "run by the test above, as a user who may not write everywhere"]
async fn a_read_only_folder_as_nobody() {
    check_read_only_folder().await;
}

async fn check_read_only_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Stores::open(settings(&data)).await.unwrap().close().await;
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o555)).unwrap();
    let problem = Stores::open(settings(&data)).await.expect_err("this user may write everywhere: run the test that calls this one");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        problem.text(It),
        format!(
            "La cartella dei dati {0} è di sola lettura. Dai all'utente che avvia Sportello il permesso di scriverci, oppure indica \
             un'altra cartella con --data.",
            data.display()
        )
    );
    assert_eq!(
        problem.text(En),
        format!(
            "The data folder {0} is read-only. Give the user who runs Sportello permission to write to it, or name another folder \
             with --data.",
            data.display()
        )
    );
}

#[tokio::test]
async fn a_disk_that_is_full_is_named_and_what_was_committed_stays() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    tx.commit().await.unwrap();
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    // The file may not grow beyond what it is: to the database the same as a disk without space.
    tx.session().execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let mut big = draft(kit.cesena, &maria);
    big.answers = serde_json::json!("x".repeat(1 << 20));
    let problem = cases::insert(&tx, &big).await.unwrap_err();
    let file = kit.stores.file(kit.cesena).display().to_string();
    assert_eq!(
        problem.text(It),
        format!("Non c'è più spazio sul disco di {file}. Libera spazio e riprova: quanto era già confermato è al sicuro.")
    );
    assert_eq!(
        problem.text(En),
        format!("No space is left on the disk of {file}. Free some space and try again: what was already confirmed is safe.")
    );
    drop(tx);
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    assert_eq!(persons::find(&tx, maria.id).await.unwrap(), Some(maria.clone()));
    stored(&tx, draft(kit.cesena, &maria)).await;
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_waited_for_and_then_named() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    let mut raw = kit.raw(kit.cesena).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut raw).await.unwrap();
    let problem = kit.stores.write(kit.cesena).await.unwrap_err();
    let file = kit.stores.file(kit.cesena).display().to_string();
    assert!(problem.is_passing());
    assert_eq!(
        problem.text(En),
        format!(
            "The database {file} has been busy for more than 5 seconds. Try again; if it goes on, close the other program that \
             holds it open, or for PostgreSQL raise pool."
        )
    );
    kit.stores.prepare(kit.cesena).await.unwrap();
    sqlx::raw_sql("ROLLBACK").execute(&mut raw).await.unwrap();
    kit.stores.write(kit.cesena).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named_and_not_overwritten() {
    let kit = kit_of(8).await;
    let file = kit.stores.file(kit.cesena);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let garbage = "this was a database once ".repeat(400);
    std::fs::write(&file, &garbage).unwrap();
    let problem = kit.stores.read(kit.cesena).await.unwrap_err();
    assert_eq!(
        problem.text(It),
        format!(
            "Il database {} è danneggiato: file is not a database. Ferma Sportello, metti da parte il file e ripristina l'ultima \
             copia di sicurezza.",
            file.display()
        )
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), garbage);
}

#[tokio::test]
async fn the_file_of_one_tenant_is_not_taken_for_anothers() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    kit.stores.close().await;
    let (from, to) = (kit.stores.file(kit.cesena), kit.stores.file(kit.santarcangelo));
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::copy(from, &to).unwrap();
    let stores = Stores::open(settings(kit.stores.directory())).await.unwrap();
    let problem = stores.read(kit.santarcangelo).await.unwrap_err();
    let expected = StoreProblem::WrongTenant { place: to.display().to_string(), tenant: kit.santarcangelo };
    assert_eq!(problem, expected);
}

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    std::fs::write(&file, "").unwrap();
    let problem = Stores::open(settings(&file)).await.unwrap_err();
    let StoreProblem::Folder { path, .. } = &problem else { panic!("{problem:?}") };
    assert_eq!(path, &file.display().to_string());
}

#[test]
fn errors_of_the_file_system_say_what_they_mean() {
    let path = Path::new("/data");
    let of = |kind: io::ErrorKind| StoreProblem::of_io(path, &io::Error::from(kind));
    assert_eq!(of(io::ErrorKind::PermissionDenied), StoreProblem::ReadOnly { path: "/data".into() });
    assert_eq!(of(io::ErrorKind::ReadOnlyFilesystem), StoreProblem::ReadOnly { path: "/data".into() });
    assert_eq!(of(io::ErrorKind::StorageFull), StoreProblem::Full { path: "/data".into() });
    assert_eq!(of(io::ErrorKind::QuotaExceeded), StoreProblem::Full { path: "/data".into() });
    assert!(matches!(of(io::ErrorKind::NotADirectory), StoreProblem::Folder { .. }));
}

/// A file system with so much room, in blocks of 4 KiB, and so many files left out of so many.
fn disk(room: u64, [left, files]: [u64; 2], flags: StatVfsMountFlags) -> StatVfs {
    StatVfs {
        f_bsize: 4096,
        f_frsize: 4096,
        f_blocks: 1_000_000,
        f_bfree: room,
        f_bavail: room,
        f_files: files,
        f_ffree: left,
        f_favail: left,
        f_fsid: 0,
        f_flag: flags,
        f_namemax: 255,
    }
}

#[test]
fn behind_an_error_of_the_disk_is_what_the_file_system_says() {
    let of = |disk: &StatVfs| StoreProblem::behind("/data/rows.sqlite".to_owned(), "disk I/O error", disk);
    let (path, none) = ("/data/rows.sqlite".to_owned(), StatVfsMountFlags::empty());
    assert_eq!(of(&disk(0, [100, 100], none)), StoreProblem::Full { path: path.clone() });
    assert_eq!(of(&disk(15, [100, 100], none)), StoreProblem::Full { path: path.clone() }, "less than is asked for at once");
    assert_eq!(of(&disk(100, [0, 100], none)), StoreProblem::Full { path: path.clone() }, "no file more");
    assert_eq!(of(&disk(100, [100, 100], StatVfsMountFlags::RDONLY)), StoreProblem::ReadOnly { path: path.clone() });
    let told = of(&disk(100, [0, 0], none));
    assert_eq!(told, StoreProblem::Disk { path, cause: "disk I/O error".to_owned() });
    assert_eq!(told.what(En), "The disk of /data/rows.sqlite does not do what it is asked: disk I/O error.");
}

#[test]
fn every_problem_speaks_both_languages() {
    let (path, file, detail) = (String::from("p"), String::from("f"), String::from("d"));
    let tenant = TenantId::new(uuid());
    let problems = [
        StoreProblem::Folder { path: path.clone(), cause: detail.clone() },
        StoreProblem::ReadOnly { path: path.clone() },
        StoreProblem::Full { path: path.clone() },
        StoreProblem::Disk { path, cause: detail.clone() },
        StoreProblem::Newer { place: file.clone(), found: "b".into(), known: "a".into() },
        StoreProblem::Busy { place: file.clone() },
        StoreProblem::Corrupt { place: file.clone(), detail: detail.clone() },
        StoreProblem::WrongTenant { place: file, tenant },
        StoreProblem::Moved { tenant },
        StoreProblem::UnreadableRow { table: "cases", column: "status" },
        StoreProblem::Abandoned,
        StoreProblem::Database { detail },
    ];
    for problem in problems {
        assert_ne!(problem.what(It), problem.what(En), "{problem:?}");
        assert_ne!(problem.remedy(It), problem.remedy(En), "{problem:?}");
        assert!(problem.text(It).ends_with('.') && problem.text(En).ends_with('.'), "{problem:?}");
    }
}

#[tokio::test]
async fn a_value_that_nobody_knows_is_named_by_its_place_and_not_shown() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    tx.commit().await.unwrap();
    let mut raw = kit.raw(kit.cesena).await;
    sqlx::raw_sql("UPDATE cases SET channel = 'pigeon'").execute(&mut raw).await.unwrap();
    let tx = kit.stores.read(kit.cesena).await.unwrap();
    let problem = cases::find(&tx, case.id).await.unwrap_err();
    assert_eq!(problem.what(En), "In table cases there is a value of column channel that this program does not know.");
}
