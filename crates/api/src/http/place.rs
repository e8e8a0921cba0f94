//! Which body a request is about: only the path says so.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, HeaderValue},
};
use jiff::civil::Date;
use serde::Serialize;
use sportello_domain::{refusal::Code, tenant::Tenant, text::Language};
use sportello_engine::fleet::Found;
use std::sync::Arc;

use super::{
    cache::{Key, Rendered},
    coding::Coding,
    conditional::if_none_match,
    context::Context,
    problem::Problem,
    query::Query,
};
use crate::state::ApiState;

/// A request about one tenant, under the snapshot that it keeps to its end.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The request.
    pub(crate) request: HttpRequest,
    /// What the server holds.
    pub(crate) state: ApiState,
    /// The snapshot.
    pub(crate) tenant: Arc<Tenant>,
    /// The reader's language.
    pub(crate) language: Language,
}

impl FromRequest for Place {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let place = Self::of(request);
        Box::pin(async move { place })
    }
}

impl Place {
    /// The tenant that the path names.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = ApiState::of(request)?;
        let tenant = match state.engine.fleet().find(request.match_info().get("tenant").unwrap_or_default()) {
            Found::Ready(tenant) => tenant,
            Found::Unavailable => return Err(Code::TenantUnavailable.into()),
            Found::Unknown => return Err(Code::NotFound.into()),
        };
        super::host::admit(request, &state, &tenant)?;
        Ok(Self { language: Context::of(request).language, request: request.clone(), state, tenant })
    }

    /// The root of the tenant's addresses.
    pub(crate) fn root(&self) -> String {
        format!("/v1/tenants/{}", self.tenant.slug)
    }

    /// An address under the tenant's root.
    pub(crate) fn under(&self, rest: &str) -> String {
        format!("/v1/tenants/{}/{rest}", self.tenant.slug)
    }

    /// A piece of the path.
    pub(crate) fn piece(&self, name: &str) -> &str {
        self.request.match_info().get(name).unwrap_or_default()
    }

    /// The query.
    pub(crate) fn query(&self) -> Query {
        Query::of(&self.request)
    }

    /// Refuses every parameter, for addresses that take none.
    pub(crate) fn without_parameters(&self) -> Result<(), Problem> {
        Ok(self.query().finish()?)
    }

    /// Today in Italy.
    pub(crate) fn today(&self) -> Date {
        self.state.engine.today()
    }

    /// A public JSON reply, rendered once for each snapshot, language and (where it speaks of today) day.
    pub(crate) fn json<T: Serialize>(&self, day: Option<Date>, view: impl FnOnce() -> T) -> Result<HttpResponse, Problem> {
        self.rendered("application/json", day, || {
            serde_json::to_vec(&view()).map_err(|error| {
                tracing::error!(%error, "a reply cannot be written");
                Code::Internal.into()
            })
        })
    }

    /// A public reply of any type, rendered once; 304 where the reader has it already.
    pub(crate) fn rendered(
        &self,
        content_type: &'static str,
        day: Option<Date>,
        render: impl FnOnce() -> Result<Vec<u8>, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let path = self.request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let coding = Coding::wanted(&self.request);
        let key = Key { snapshot: self.tenant.hash.clone(), path, language: self.language, content_type, day, coding };
        let rendered = self.state.cache.get(key, || Ok::<_, Problem>(Rendered::new(render()?, content_type)))?;
        Ok(reply(&self.request, &rendered))
    }
}

/// A rendered body, or 304.
pub(crate) fn reply(request: &HttpRequest, rendered: &Rendered) -> HttpResponse {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let Rendered { body, coding, tag, content_type } = rendered;
    let known = if_none_match(known, tag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, &**tag));
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache")));
    response.insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")));
    if known {
        return response.finish();
    }
    if let Some(coding) = coding.name() {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(coding)));
    }
    response.content_type(*content_type).body(body.clone())
}
