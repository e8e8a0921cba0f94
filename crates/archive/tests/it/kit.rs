//! An installation with files and a database, and a tenant with rows in every table.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sportello_archive::{Archive, Ground, Problem, Table, Written, export};
use sportello_connect::handover::{Recipient, RecipientPair};
use sportello_connect::keys::MasterKey;
use sportello_domain::ids::TenantId;
use sportello_domain::text::Language;
use sportello_engine::ports::Keys as _;
use sportello_store::archive::{self, Arriving, Column, Kind, Standing, stand};
use sportello_store::platform::{self, Listed};
use sportello_store::{Placement, PostgresSettings, StoreSettings, Stores};
use sportello_test_postgres::TestDatabase;
use tempfile::TempDir;
use uuid::Uuid;

/// How many rows each table of a filled tenant has.
pub(crate) const EACH: usize = 3;

pub(crate) fn now() -> Timestamp {
    "2026-05-04T08:30:00.123456Z".parse().unwrap()
}

pub(crate) fn cesena() -> TenantId {
    TenantId::new(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001))
}

pub(crate) struct Kit {
    pub(crate) stores: Stores,
    pub(crate) keys: MasterKey,
    pub(crate) pair: Option<RecipientPair>,
    pub(crate) database: TestDatabase,
    pub(crate) folder: TempDir,
}

/// Files are the default, `main` is a database.
pub(crate) async fn kit() -> Kit {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create();
    let data = folder.path().join("data");
    let reached =
        PostgresSettings { owner_url: Some(database.owner().as_str().into()), ..PostgresSettings::serving(&database.server(), 4) };
    let mut settings = StoreSettings::embedded(data.clone(), 8);
    settings.placements.insert(Arc::from("main"), Placement::Postgres(reached));
    let stores = Stores::open(settings).await.unwrap();
    let keys = MasterKey::keep(&data.join("keys/master.key")).unwrap().with_carried(&data.join("keys")).unwrap();
    Kit { stores, keys, pair: None, database, folder }
}

impl Kit {
    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground { stores: &self.stores, files: self.files(), keys: &self.keys, pair: self.pair.as_ref() }
    }

    fn files(&self) -> &Path {
        Box::leak(self.folder.path().join("data/files").into_boxed_path())
    }

    pub(crate) fn files_of(&self, tenant: TenantId) -> PathBuf {
        self.files().join(tenant.to_string())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Lets the directory know a tenant, at a placement.
    pub(crate) async fn registered(&self, placement: &str) -> Listed {
        let tx = self.stores.write_platform().await.unwrap();
        assert!(platform::register(&tx, cesena(), "cesena", placement, now()).await.unwrap());
        platform::place(&tx, cesena(), placement).await.unwrap();
        tx.commit().await.unwrap();
        self.stores.prepare(cesena()).await.unwrap();
        Listed { tenant: cesena(), slug: "cesena".to_owned(), placement: placement.to_owned() }
    }

    /// Says where the tenant is, whatever is there.
    pub(crate) async fn registered_at(&self, placement: &str) {
        let tx = self.stores.write_platform().await.unwrap();
        platform::place(&tx, cesena(), placement).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A tenant with rows in every table, values that are hard to write down among them, and files.
    pub(crate) async fn filled(&self, placement: &str) -> Listed {
        let body = self.registered(placement).await;
        let wrapped = self.keys.new_data_key(cesena()).unwrap();
        let tx = self.stores.write(cesena()).await.unwrap();
        for (number, table) in archive::tables().iter().enumerate() {
            let mut arriving = Arriving::into_table(table);
            for row in 0..EACH {
                let mut line = Map::new();
                for column in &table.columns {
                    line.insert(column.name.to_owned(), value(number, row, column, &wrapped));
                }
                arriving.add(&tx, table.row(&Value::Object(line).to_string()).unwrap()).await.unwrap();
            }
            arriving.flush(&tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let sealed = self.keys.seal(cesena(), &wrapped, b"place", b"pregnant").unwrap();
        self.put_file("a7", &sealed);
        self.put_file("00", &vec![7; 300_000]);
        body
    }

    /// The same at another placement than before; answers its tables.
    pub(crate) async fn filled_anew(&self, placement: &str) -> Vec<Table> {
        self.filled(placement).await;
        self.tables().await
    }

    /// A file of the tenant.
    pub(crate) fn put_file(&self, drawer: &str, bytes: &[u8]) {
        let path = self.file(drawer);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn file(&self, drawer: &str) -> PathBuf {
        self.files_of(cesena()).join(drawer).join(format!("01980000-0000-7000-8000-0000000000{drawer}"))
    }

    /// An archive of the tenant as it is now.
    pub(crate) async fn exported(&self, name: &str, recipient: Option<&Recipient>) -> Written {
        let tx = self.stores.read(cesena()).await.unwrap();
        export(self.ground(), (tx, "cesena"), &self.path(name), recipient, now()).await.unwrap()
    }

    pub(crate) fn archive(&self, name: &str) -> Archive {
        Archive::open(&self.path(name)).unwrap()
    }

    /// Rows and sum of each table but that of the keys, whose wrapping differs between installations.
    pub(crate) async fn tables(&self) -> Vec<Table> {
        let scratch = tempfile::tempdir().unwrap();
        let tx = self.stores.read(cesena()).await.unwrap();
        export(self.ground(), (tx, "cesena"), &scratch.path().join("now.tar"), None, now()).await.unwrap().manifest.tables
    }

    /// What the tenant's sealed file says, opened with the newest of its keys.
    pub(crate) async fn unsealed(&self) -> Vec<u8> {
        let tx = self.stores.read(cesena()).await.unwrap();
        let key = sportello_store::keys::current(&tx).await.unwrap().unwrap();
        tx.rollback().await.unwrap();
        self.keys.open(cesena(), &key.wrapped, b"place", &fs::read(self.file("a7")).unwrap()).unwrap()
    }

    /// Changes something: a limit was used once more.
    pub(crate) async fn changed(&self) {
        let tx = self.stores.write(cesena()).await.unwrap();
        sportello_store::counters::next(&tx, "after", 2026).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn standing(&self, placement: &str) -> Option<Standing> {
        let spot = self.stores.spot(cesena(), placement).await.unwrap();
        let standing = spot.standing().await.unwrap();
        spot.close().await;
        standing
    }

    pub(crate) async fn stands(&self, placement: &str, standing: Standing) {
        let spot = self.stores.spot(cesena(), placement).await.unwrap();
        let (tx, _) = spot.write().await.unwrap();
        stand(&tx, standing).await.unwrap();
        tx.commit().await.unwrap();
        spot.close().await;
    }

    pub(crate) async fn placement(&self) -> Option<String> {
        let tx = self.stores.read_platform().await.unwrap();
        let placement = platform::placement(&tx, cesena()).await.unwrap();
        tx.rollback().await.unwrap();
        placement
    }
}

pub(crate) fn said(problem: &Problem) -> String {
    problem.message().get(Language::En).to_owned()
}

fn id(table: usize, row: usize) -> Value {
    json!(Uuid::from_u128((0x0198_u128 << 112) | ((table as u128) << 32) | (row as u128 + 1)))
}

/// A value for a column that no other row has, or one that points at the row of the same place in another table.
fn value(table: usize, row: usize, Column { name, kind }: &Column, wrapped: &[u8]) -> Value {
    let of = |wanted: &str| archive::tables().iter().position(|table| table.name == wanted).unwrap();
    let number = i64::try_from(row).unwrap();
    match (*name, kind) {
        ("case_id", _) => id(of("cases"), row),
        ("key_id", _) => json!(format!("key-{row}")),
        ("person_id" | "applicant_id" | "delegate_id" | "assignee_id" | "granted_by" | "given_by" | "author_id", _) => {
            id(of("persons"), row)
        }
        ("phase" | "stars" | "year" | "version", _) => json!(row.clamp(1, 2)),
        ("created_at", _) => json!(1_777_883_400_123_456 - number),
        ("wrapped", _) => json!(hex::encode(wrapped)),
        // What may be absent is absent in the last row.
        ("outcome" | "receipt" | "due_date", _) if row + 1 == EACH && table == of("cases") => Value::Null,
        (_, Kind::Id) => id(table, row),
        (_, Kind::Text) => json!(format!("È «{row}» \"{name}\"\n\\ {}", ["a", "Z", "z"][row % 3])),
        (_, Kind::Number) => json!(i64::MAX - number),
        (_, Kind::Small) => json!(-number),
        (_, Kind::Flag) => json!(row.is_multiple_of(2)),
        (_, Kind::Bytes) => json!(hex::encode([b"abc"[row % 3], 0, 255])),
    }
}
