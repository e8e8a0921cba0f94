//! One person's way to speak to an installation.

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::{
    Method, StatusCode,
    blocking::{Client, ClientBuilder, RequestBuilder, multipart},
    header::HeaderMap,
};
use serde_json::Value;

/// A key that no other request of this process used.
pub fn key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("key-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A client to be built. Compiled together with the product it has the product's TLS, and wants to know whose cryptography; once is enough.
pub fn http() -> ClientBuilder {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Client::builder()
}

/// A person with a token, or nobody.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    token: Option<String>,
    language: &'static str,
    client: Client,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl Reply {
    /// The body, if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The problem's code, if the status is this one and the body a problem.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        for member in ["type", "title", "status", "detail", "code", "remedy", "request_id"] {
            assert!(!self.json[member].is_null(), "the problem lacks {member}: {}", self.json);
        }
        self.json["code"].as_str().expect("a code").to_owned()
    }
}

impl Api {
    /// Speaks to an address with a token.
    pub fn new(base: &str, token: Option<String>) -> Self {
        Self { base: base.to_owned(), token, language: "it", client: http().build().expect("a client") }
    }

    /// The same person, reading English.
    pub fn in_english(&self) -> Self {
        Self { language: "en", ..self.clone() }
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.client.request(method, format!("{}{path}", self.base)).header("accept-language", self.language);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub fn send(&self, request: RequestBuilder) -> Reply {
        let response = request.send().expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().expect("a whole body").to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply { status: StatusCode::as_u16(&status), headers, bytes, json }
    }

    /// GET.
    pub fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path))
    }

    /// All items of a list, page by page.
    pub fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(format!("{path}?limit=200"));
        while let Some(path) = next {
            let page = self.get(&path).expect(200);
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            next = page["_links"]["next"]["href"].as_str().map(str::to_owned);
        }
        items
    }

    /// POST with a new idempotency key.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request("POST", path).header("idempotency-key", key()).json(body))
    }

    /// POST that moves a versioned resource: reads its `ETag` at `resource` first.
    pub fn post_on(&self, resource: &str, path: &str, body: &Value) -> Reply {
        let etag = self.etag(resource);
        self.send(self.request("POST", path).header("idempotency-key", key()).header("if-match", etag).json(body))
    }

    /// PATCH as a merge patch on the version read now.
    pub fn patch(&self, path: &str, body: &Value) -> Reply {
        let etag = self.etag(path);
        let request = self.request("PATCH", path).header("if-match", etag).header("content-type", "application/merge-patch+json");
        self.send(request.body(body.to_string()))
    }

    /// DELETE of the version read now.
    pub fn delete(&self, path: &str) -> Reply {
        let etag = self.etag(path);
        self.send(self.request("DELETE", path).header("if-match", etag))
    }

    /// Attaches a file to a case.
    pub fn upload(&self, case: &str, kind: &str, name: &str, media_type: &str, bytes: &[u8]) -> Reply {
        let file = multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned()).mime_str(media_type).expect("a media type");
        let form = multipart::Form::new().text("kind", kind.to_owned()).part("file", file);
        self.send(self.request("POST", &format!("{case}/documents")).header("idempotency-key", key()).multipart(form))
    }

    /// The `ETag` of a resource.
    #[track_caller]
    pub fn etag(&self, path: &str) -> String {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.bytes));
        reply.header("etag").expect("an ETag").to_owned()
    }
}
