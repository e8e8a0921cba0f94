//! An installation of two bodies on a real engine, asked without a socket.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use actix_web::{
    body::BoxBody,
    dev::{Service, ServiceResponse},
    http::header::HeaderMap,
    test::{TestRequest, call_service, init_service, read_body},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sportello_api::{ApiSettings, ApiState, app};
use sportello_domain::permissions::Role;
use sportello_engine::{Engine, Parts, assignments, fleet::Fleet};
use sportello_store::{PostgresSettings, StoreSettings, Stores};
use sportello_tenancy::{Installation, Loaded, Platform};
use sportello_test_postgres::TestDatabase;
use tempfile::TempDir;

use crate::{
    fixture::tenant,
    ports::{identity, ports},
};

/// A citizen of alfa.
pub(crate) const CITIZEN: &str = "citizen.alfa.RSSMRA80A01C573D";
/// Another citizen of alfa.
pub(crate) const OTHER: &str = "citizen.alfa.BNCLRA85B41C573Q";
/// A citizen of beta, a stranger at alfa.
pub(crate) const STRANGER: &str = "citizen.beta.VRDGPP70C15I304O";
/// A case officer of alfa.
pub(crate) const OFFICER: &str = "staff.alfa.officer";
/// The body's payment connector.
pub(crate) const CONNECTOR: &str = "staff.alfa.connector";
/// An administrator of alfa.
pub(crate) const ADMINISTRATOR: &str = "staff.alfa.administrator";

/// Somebody on the server's own machine.
pub(crate) const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);

/// An installation.
pub(crate) struct World {
    pub(crate) engine: Engine,
    state: ApiState,
    _data: TempDir,
    _database: Option<TestDatabase>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

impl Reply {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json
    }

    /// The status and code of a problem.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.json["status"], self.status);
        (self.status, self.json["code"].as_str().unwrap())
    }

    /// Pointers and codes of the faults.
    pub(crate) fn faults(&self) -> Vec<(&str, &str)> {
        let faults = self.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        faults.iter().map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
    }
}

impl World {
    /// An installation where nobody asks too much.
    pub(crate) async fn new() -> Self {
        Self::with_limit(1_000_000).await
    }

    /// An installation where a caller may ask so many times.
    pub(crate) async fn with_limit(limit: u64) -> Self {
        let data = TempDir::new().unwrap();
        let database = sportello_test_postgres::placement();
        let folder = data.path().join("data");
        let stores = Stores::open(match &database {
            Some(database) => StoreSettings::shared(folder, &PostgresSettings::serving(&database.server(), 8)),
            None => StoreSettings::embedded(folder, 4),
        });
        let stores = stores.await.unwrap();
        let fleet = Fleet::new(data.path().join("snapshots"), Box::new(|_| Vec::new()));
        let loaded = |slug: &str| {
            let tenant = tenant(slug);
            let loaded = Loaded { slug: slug.to_owned(), id: Some(tenant.id), tenant: Some(Arc::new(tenant)), problems: Vec::new() };
            (slug.to_owned(), loaded)
        };
        let broken = Loaded { slug: "gamma".to_owned(), id: None, tenant: None, problems: Vec::new() };
        let tenants = BTreeMap::from([loaded("alfa"), loaded("beta"), ("gamma".to_owned(), broken)]);
        let platform = Platform { name: "Test".to_owned(), support: Some("beta".to_owned()), ..Platform::default() };
        fleet.take_in(&Installation { platform, tenants, problems: Vec::new() });
        let engine = Engine::new(Parts { stores, fleet: Arc::new(fleet), ports: ports(limit) });
        for (token, role) in [(OFFICER, Role::CaseOfficer), (ADMINISTRATOR, Role::Administrator), (CONNECTOR, Role::ServiceAccount)] {
            assignments::ensure(&engine, &tenant("alfa"), &identity(token).unwrap(), role, None).await.unwrap();
        }
        Self { engine: engine.clone(), state: ApiState::new(engine, ApiSettings::default()), _data: data, _database: database }
    }

    /// What a server is started with.
    pub(crate) fn state(&self) -> ApiState {
        self.state.clone()
    }

    /// Sends a request.
    pub(crate) async fn send(&self, request: TestRequest) -> Reply {
        let service = init_service(app(self.state.clone())).await;
        ask(&service, request.to_request()).await
    }

    /// GET by nobody.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(TestRequest::get().uri(path)).await
    }

    /// GET by somebody.
    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Reply {
        self.send(by(token, TestRequest::get().uri(path))).await
    }

    /// POST of JSON by somebody with a key of its own.
    pub(crate) async fn post_as(&self, token: &str, path: &str, body: &Value) -> Reply {
        let key = hex::encode(Sha256::digest(format!("{path} {body}")));
        let request = TestRequest::post().uri(path).insert_header(("idempotency-key", key)).insert_header(("if-match", "*"));
        self.send(by(token, request.set_json(body))).await
    }
}

/// Sends a request to an application that is there already: making one takes longer than asking it.
pub(crate) async fn ask<R>(service: &impl Service<R, Response = ServiceResponse<BoxBody>, Error = actix_web::Error>, request: R) -> Reply {
    let response = call_service(service, request).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = read_body(response).await.to_vec();
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Reply { status, headers, bytes, json }
}

/// A request by somebody.
pub(crate) fn by(token: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {token}")))
}
