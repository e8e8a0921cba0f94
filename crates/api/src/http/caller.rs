//! What the engine is told about a request: where, who, in which language, under which conditions.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use sha2::{Digest, Sha256};
use sportello_domain::refusal::Code;
use sportello_engine::{Call, IdempotencyKey, IfMatch, Page};

use super::{
    conditional::{Match, if_match},
    context::{Caller, Context, text},
    idempotency,
    place::Place,
    problem::Problem,
    query::PageQuery,
    sent::{Sent, SentFile},
};

/// The header that makes a repeated request harmless.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A request about one tenant by somebody whom the engine will ask for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Where.
    pub(crate) place: Place,
    context: Context,
}

impl FromRequest for Asked {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = Place::of(request).map(|place| Self { place, context: Context::of(request) });
        Box::pin(async move { asked })
    }
}

impl Asked {
    /// The call of a request without a body.
    pub(crate) fn call(&self) -> Call {
        self.call_with(|| Sha256::digest([]).into())
    }

    /// The call of a request with a body.
    pub(crate) fn call_for(&self, sent: &Sent) -> Call {
        self.call_with(|| sent.fingerprint())
    }

    /// The call of a request with a file.
    pub(crate) fn call_for_file(&self, sent: &SentFile) -> Call {
        self.call_with(|| sent.fingerprint())
    }

    fn call_with(&self, fingerprint: impl FnOnce() -> [u8; 32]) -> Call {
        let request = &self.place.request;
        let headers = request.headers();
        let key = headers.get(IDEMPOTENCY_KEY).and_then(|value| value.to_str().ok()).and_then(idempotency::parse);
        Call {
            tenant: self.place.tenant.clone(),
            identity: match &self.context.caller {
                Caller::Known(identity) => Some((**identity).clone()),
                Caller::Nobody | Caller::Unproven | Caller::Unjudged => None,
            },
            language: self.context.language,
            request_id: self.context.id,
            idempotency_key: key.map(|key| IdempotencyKey {
                key,
                fingerprint: fingerprint(),
                operation: format!("{} {}", request.method(), request.path()),
            }),
            if_match: match if_match(text(headers, &header::IF_MATCH)) {
                Match::Missing => IfMatch::Missing,
                Match::Any => IfMatch::Any,
                Match::Version(version) => IfMatch::Version(version),
                Match::Other => IfMatch::Other,
            },
        }
    }

    /// An id in the path. What is no id is answered like one that nobody has.
    pub(crate) fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.place.piece(name).parse().map_err(|_| match self.context.caller {
            Caller::Known(_) => Code::NotFound.into(),
            Caller::Nobody | Caller::Unproven | Caller::Unjudged => Code::Unauthenticated.into(),
        })
    }
}

impl From<PageQuery> for Page {
    fn from(page: PageQuery) -> Self {
        let PageQuery { limit, cursor } = page;
        Self { limit, cursor }
    }
}
