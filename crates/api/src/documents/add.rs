//! `POST /v1/tenants/{tenant}/cases/{case}/documents`

use actix_web::{HttpResponse, post};
use sportello_engine::documents::{self, Upload};
use utoipa::ToSchema;

use super::view::DocumentView;
use crate::http::{caller::Asked, multipart, parameters::IdempotencyKey, problem::Problem, reply, sent::SentFile};

/// A file to attach.
#[derive(ToSchema)]
#[schema(as = Upload)]
#[expect(dead_code, reason = "describes the form that `multipart::upload` reads")]
pub(crate) struct UploadForm {
    /// The requirement that it answers, or for staff the kind of act that it is.
    #[schema(min_length = 1, max_length = 64, example = "medical-certificate")]
    kind: String,
    /// The file. Type, size and number are those that the service sheet names; the type must be declared and show in the file.
    #[schema(format = Binary, max_length = 20_971_520, example = "%PDF-1.7 …")]
    file: String,
}

/// Attaches a file to a case.
#[utoipa::path(
    operation_id = "documents_add", tag = "documents", security(("bearer" = [])), params(IdempotencyKey),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The document.", body = DocumentView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/documents")]
pub(super) async fn add(asked: Asked, sent: SentFile) -> Result<HttpResponse, Problem> {
    let call = asked.call_for_file(&sent);
    let document = documents::add(&asked.place.state.engine, &call, asked.id("case")?, sent.upload(upload)).await?;
    let view = DocumentView::of(&asked.place, &document);
    Ok(reply::created(&view, &asked.place.under(&format!("documents/{}/content", view.id)), None))
}

fn upload(sent: multipart::Sent) -> Upload {
    let multipart::Sent { kind, declared_type, file_name, bytes } = sent;
    Upload { kind: kind.into(), declared_type, file_name, bytes }
}
