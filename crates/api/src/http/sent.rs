//! The body of a request: its bytes are taken in up to a bound, and read by the engine once the caller was admitted.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sportello_domain::refusal::{Code, Refusal};
use sportello_domain::service::LARGEST_FILE_MIB;
use sportello_engine::Unread;

use super::{context::text, fields::Fields, json, multipart, problem::Problem};

/// The largest JSON body.
pub(crate) const MAX_JSON: usize = 1024 * 1024;
/// The largest file.
pub(crate) const MAX_FILE: usize = LARGEST_FILE_MIB as usize * 1024 * 1024;
/// What surrounds a file in a form.
const FORM: usize = 64 * 1024;

/// The bytes of a body with the type that they were sent as.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    bytes: Bytes,
    content_type: Option<String>,
    encoded: bool,
}

/// A body that brings a file.
#[derive(Clone, Debug)]
pub(crate) struct SentFile(pub(crate) Sent);

impl FromRequest for Sent {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(take(request.clone(), payload.take(), MAX_JSON))
    }
}

impl FromRequest for SentFile {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let taken = take(request.clone(), payload.take(), MAX_FILE + FORM);
        Box::pin(async move { Ok(Self(taken.await?)) })
    }
}

async fn take(request: HttpRequest, mut payload: Payload, limit: usize) -> Result<Sent, Problem> {
    let headers = request.headers();
    let announced = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(limit).into());
    }
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or_default());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::from(Code::InvalidBody).because("Il corpo si è interrotto.", "The body broke off."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large(limit).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Sent {
        bytes: bytes.freeze(),
        content_type: text(headers, &header::CONTENT_TYPE).map(str::to_owned),
        encoded: text(headers, &header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")),
    })
}

fn too_large(limit: usize) -> Refusal {
    let limit = limit / (1024 * 1024);
    Refusal::because(Code::BodyTooLarge, format!("Si accettano al massimo {limit} MiB."), format!("At most {limit} MiB are taken."))
}

fn unsupported(expected: &str) -> Refusal {
    Refusal::because(
        Code::UnsupportedMediaType,
        format!("Qui si accetta soltanto {expected}, senza Content-Encoding."),
        format!("Only {expected} is taken here, without Content-Encoding."),
    )
}

impl Sent {
    /// What a repeated request is recognised by: the SHA-256 of the bytes.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }

    fn is(&self, expected: &str) -> Result<(), Refusal> {
        let kind = self.content_type.as_deref().map(|kind| kind.split(';').next().unwrap_or_default().trim());
        if !self.encoded && kind.is_some_and(|kind| kind.eq_ignore_ascii_case(expected)) { Ok(()) } else { Err(unsupported(expected)) }
    }

    fn fields(&self, expected: &str) -> Result<Fields, Refusal> {
        self.is(expected)?;
        Fields::of(json::read(&self.bytes)?)
    }

    /// A JSON object, read member by member; what `read` leaves is refused.
    pub(crate) fn json<T>(self, read: impl FnOnce(&mut Fields) -> T + Send + 'static) -> Unread<T> {
        Unread::new(move || whole(self.fields("application/json")?, read))
    }

    /// A JSON object or nothing at all.
    pub(crate) fn json_or_nothing<T>(self, read: impl FnOnce(&mut Fields) -> T + Send + 'static) -> Unread<T> {
        Unread::new(move || {
            let nothing = self.bytes.is_empty() && self.content_type.is_none();
            let fields = if nothing { Fields::of(Value::Object(serde_json::Map::new()))? } else { self.fields("application/json")? };
            whole(fields, read)
        })
    }

    /// A merge patch (RFC 7396).
    pub(crate) fn merge_patch<T>(self, read: impl FnOnce(&mut Fields) -> T + Send + 'static) -> Unread<T> {
        Unread::new(move || whole(self.fields("application/merge-patch+json")?, read))
    }
}

impl SentFile {
    /// What a repeated upload is recognised by: what the form says; the bytes of what is no form.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let form = self.boundary().and_then(|boundary| multipart::fingerprint(&self.0.bytes, &boundary));
        form.unwrap_or_else(|| self.0.fingerprint())
    }

    fn boundary(&self) -> Option<String> {
        self.0.content_type.as_deref().filter(|_| !self.0.encoded).and_then(multipart::boundary)
    }

    /// A form with a file.
    pub(crate) fn upload<T>(self, make: impl FnOnce(multipart::Sent) -> T + Send + 'static) -> Unread<T> {
        Unread::new(move || {
            let boundary = self.boundary().ok_or_else(|| unsupported("multipart/form-data"))?;
            let upload = multipart::upload(&self.0.bytes, &boundary)?;
            if upload.bytes.len() > MAX_FILE {
                return Err(too_large(MAX_FILE));
            }
            Ok(make(upload))
        })
    }
}

fn whole<T>(mut fields: Fields, read: impl FnOnce(&mut Fields) -> T) -> Result<T, Refusal> {
    let made = read(&mut fields);
    fields.finish()?;
    Ok(made)
}
