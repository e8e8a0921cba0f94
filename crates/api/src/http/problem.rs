//! Problem details (RFC 9457): the one shape of every error.
//!
//! A handler fails with a [`Problem`], which carries the refusal unsaid; the words are put in at the end of the request, where
//! language and request id are known. Errors that the web framework makes itself pass through the same door, so that none
//! leaves in another shape.

use std::fmt;

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    body::BoxBody,
    http::{StatusCode, header},
};
use serde::Serialize;
use sportello_domain::{
    refusal::{Code, Fault, Refusal},
    text::Language,
};
use sportello_engine::Failure;
use utoipa::ToSchema;
use uuid::Uuid;

/// The media type of problems.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// An error on its way to the client.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    refusal: Refusal,
    allow: Option<String>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem that names the methods that would do.
    pub(crate) fn method_not_allowed(allow: String) -> Self {
        Self { allow: Some(allow), ..Code::MethodNotAllowed.into() }
    }

    /// A problem that says when to come again.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Its entry of the table.
    pub(crate) const fn code(&self) -> Code {
        self.refusal.code
    }

    /// What stands for an error that the framework made.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
            StatusCode::NOT_ACCEPTABLE => Code::NotAcceptable,
            StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
            StatusCode::TOO_MANY_REQUESTS => Code::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE => Code::StoreUnavailable,
            status if status.is_client_error() => Code::InvalidParameter,
            _ => Code::Internal,
        }
        .into()
    }

    /// Adds what is known of the cause, in both languages.
    pub(crate) fn because(mut self, it: impl Into<String>, en: impl Into<String>) -> Self {
        self.refusal = Refusal { faults: self.refusal.faults, ..Refusal::because(self.refusal.code, it, en) };
        self
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body that the client reads.
    pub(crate) fn body(&self, language: Language, request: Uuid) -> ProblemDetails {
        let Refusal { code, detail, faults } = &self.refusal;
        ProblemDetails {
            r#type: format!("/problems/{}", code.id()),
            title: code.title(language).to_owned(),
            status: i32::from(code.status()),
            detail: detail.as_ref().map_or_else(|| format!("{}.", code.title(language)), |detail| detail.get(language).to_owned()),
            code: code.id().to_owned(),
            errors: faults.iter().map(|fault| FaultDetails::of(fault, language)).collect(),
            remedy: code.remedy(language).to_owned(),
            request_id: request.to_string(),
        }
    }

    /// The whole response.
    pub(crate) fn respond(&self, language: Language, request: Uuid) -> HttpResponse {
        let mut response = self.headers();
        response.content_type(MEDIA_TYPE).json(self.body(language, request))
    }

    fn headers(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status());
        if let Some(allow) = &self.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        let retry_after = self.retry_after.or(match self.refusal.code {
            Code::IdempotencyKeyInUse | Code::TooManyRequests => Some(1),
            Code::TenantUnavailable => Some(60),
            Code::IssuerUnavailable => Some(30),
            Code::Stopping | Code::StoreUnavailable | Code::RegisterUnavailable => Some(5),
            _ => None,
        });
        if let Some(seconds) = retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, allow: None, retry_after: None }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Broken(broken) => {
                tracing::error!(?broken, "a request broke");
                broken.refusal().into()
            }
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Refusal::new(code).into()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.refusal.code.id())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// The problem travels inside the response until [`crate::http::envelope`] puts it into words.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status()).finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// A problem as clients read it (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDetails {
    /// Where this kind of problem is explained.
    #[schema(format = "uri-reference", max_length = 200, example = "/problems/version_mismatch")]
    r#type: String,
    /// What happened, in the reader's language.
    #[schema(max_length = 200, example = "Nel frattempo qualcun altro ha modificato la risorsa")]
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 412)]
    status: i32,
    /// What happened here.
    #[schema(max_length = 4000, example = "Nel frattempo qualcun altro ha modificato la risorsa.")]
    detail: String,
    /// The stable code.
    #[schema(max_length = 64, pattern = "^[a-z0-9_]+$", example = "version_mismatch")]
    code: String,
    /// Everything that is wrong in what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    errors: Vec<FaultDetails>,
    /// What to do.
    #[schema(max_length = 400, example = "Rileggi la risorsa e ripeti con il suo nuovo ETag.")]
    remedy: String,
    /// Names this request in the logs.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    request_id: String,
}

/// One thing that is wrong in what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct FaultDetails {
    /// JSON pointer into the body, or `/query/…` and `/header/…` for parameters.
    #[schema(max_length = 400, example = "/answers/applicant/tax-code")]
    pointer: String,
    /// The stable code.
    #[schema(max_length = 64, pattern = "^[a-z0-9_]+$", example = "required")]
    code: String,
    /// What is wrong and how to mend it.
    #[schema(max_length = 1000, example = "È obbligatorio.")]
    detail: String,
}

impl FaultDetails {
    /// A fault in the reader's language.
    pub(crate) fn of(fault: &Fault, language: Language) -> Self {
        let Fault { pointer, code, message } = fault;
        Self { pointer: pointer.clone(), code: (*code).to_owned(), detail: message.get(language).to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_everything_in_the_readers_language() {
        let problem: Problem = Code::IfMatchRequired.into();
        let body = problem.body(Language::En, Uuid::nil());
        assert_eq!(
            serde_json::to_value(&body).unwrap(),
            serde_json::json!({
                "type": "/problems/if_match_required",
                "title": "The If-Match header is missing",
                "status": 428,
                "detail": "The If-Match header is missing.",
                "code": "if_match_required",
                "remedy": "Read the resource and send its ETag.",
                "request_id": "00000000-0000-0000-0000-000000000000",
            })
        );
        assert_eq!(problem.body(Language::It, Uuid::nil()).title, "Manca l'intestazione If-Match");
    }

    #[test]
    fn those_who_must_wait_are_told_how_long() {
        for code in Code::ALL {
            let response = Problem::from(*code).respond(Language::It, Uuid::nil());
            assert_eq!(response.status().as_u16(), code.status());
            let waits = matches!(code.status(), 429 | 503) || *code == Code::IdempotencyKeyInUse;
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), waits, "{}", code.id());
        }
    }
}
