//! Documents of a case: what the citizen attaches, and the acts of the administration.
//!
//! A file is what its first bytes show, whatever it is called. Its bytes stand in the object store, outside of anything that is
//! served, sealed where they show what is of a special category; the row keeps name, type, size and SHA-256.

use std::sync::Arc;

use serde_json::json;
use sha2::{Digest, Sha256};
use sportello_domain::{
    case::{Case, CaseStatus, Document},
    ids::{CaseId, DocumentId},
    permissions::Action,
    refusal::{Code, Fault, Message, Refusal},
    service::{DocumentRequirement, FileType, Key, LARGEST_FILE_MIB, Privacy},
};
use sportello_store::documents;
use tracing::instrument;

use crate::{
    Broken, Call, Engine, Failure, Page, Paged, Unread,
    cases::Context,
    desk::{Desk, Mode, Reached, cursor},
    vault,
};

/// The longest file name that is kept.
const LONGEST_NAME: usize = 120;
/// The most files of one kind that a case may hold in all.
const MOST_FILES: u16 = 100;
/// The most documents that a case is taken to have.
const MOST_DOCUMENTS: u64 = 1000;

/// A file to attach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The requirement that it answers, or for staff the kind of act that it is.
    pub kind: Key,
    /// The media type that was declared.
    pub declared_type: Option<String>,
    /// The name that it was sent under.
    pub file_name: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A document with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The document.
    pub document: Document,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The documents of a case that the caller may see.
#[instrument(name = "document.page", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn page(engine: &Engine, call: &Call, case: CaseId, page: Page) -> Result<Paged<Document>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, case, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, case: CaseId, page: &Page) -> Result<Paged<Document>, Failure> {
    let reached = desk.case(case, Action::ReadCase).await?;
    let mut found = documents::of_case(&desk.tx, case, cursor(page)?.as_ref(), page.limit).await?;
    found.items.retain(|document| reached.special || document.privacy == Privacy::Ordinary);
    Ok(found.into())
}

/// Attaches a file.
#[instrument(name = "document.add", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn add(engine: &Engine, call: &Call, case: CaseId, body: Unread<Upload>) -> Result<Document, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let (tenant, id) = (call.tenant.id, DocumentId::new(desk.id()));
    let result = attach(&desk, case, id, body).await;
    let result = desk.leave(result).await;
    if result.is_err()
        && let Err(error) = engine.ports().files.delete(tenant, id).await
    {
        tracing::warn!(document = %id, %error, "the bytes of a refused document stay behind");
    }
    result
}

async fn attach(desk: &Desk<'_>, case: CaseId, id: DocumentId, body: Unread<Upload>) -> Result<Document, Failure> {
    let reached = desk.case(case, Action::AddDocument).await?;
    if let Some(first) = desk.begin().await? {
        let first = documents::find(&desk.tx, DocumentId::new(first)).await?;
        return first.ok_or_else(|| Code::NotFound.into());
    }
    let upload = body.read()?;
    let accepted = accept(desk, &reached, &upload).await?;
    let document = Document {
        id,
        case,
        kind: upload.kind,
        is_act: accepted.is_act,
        name: clean(upload.file_name.as_deref(), accepted.file_type).into(),
        file_type: accepted.file_type,
        size: i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX),
        sha256: fingerprint(&upload.bytes),
        privacy: accepted.privacy,
        uploaded_by: desk.person.id,
        uploaded_at: desk.now,
    };
    let kept = match document.privacy {
        Privacy::Special => vault::seal_file(desk.engine, &desk.tx, id, &upload.bytes).await?,
        Privacy::Ordinary => upload.bytes,
    };
    desk.engine.ports().files.put(desk.tenant().id, id, kept).await.map_err(Broken::Files)?;
    documents::insert(&desk.tx, &document).await?;
    let kind = if document.is_act { "act_added" } else { "document_added" };
    desk.event(case, kind, reached.role(), json!({"document": id, "kind": document.kind})).await?;
    if reached.case.status != CaseStatus::Draft {
        desk.passages().follow_on(reached.case).await?;
    }
    desk.finish(201, id.uuid(), None).await?;
    Ok(document)
}

/// The SHA-256 of a file, in hexadecimal.
pub(crate) fn fingerprint(bytes: &[u8]) -> Arc<str> {
    hex::encode(Sha256::digest(bytes)).into()
}

/// What a file is taken as.
struct Accepted {
    is_act: bool,
    file_type: FileType,
    privacy: Privacy,
}

async fn accept(desk: &Desk<'_>, reached: &Reached, upload: &Upload) -> Result<Accepted, Failure> {
    let context = Context::of(desk, &reached.case).await?;
    let already = context.attached.get(&upload.kind).copied().unwrap_or(0);
    match context.definition.documents.get(&upload.kind) {
        Some(requirement) => {
            if reached.case.status.is_concluded() {
                return Err(Code::CaseConcluded.into());
            }
            room(desk, &reached.case, &upload.kind, requirement, already).await?;
            let file_type = file_type(upload, &allowed(requirement))?;
            size(upload, requirement.max_mb)?;
            Ok(Accepted { is_act: false, file_type, privacy: requirement.privacy })
        }
        None if is_act_of(&context, &upload.kind) => {
            act(desk, &reached.case)?;
            let file_type = file_type(upload, &[FileType::Pdf, FileType::P7m])?;
            size(upload, LARGEST_FILE_MIB)?;
            Ok(Accepted { is_act: true, file_type, privacy: Privacy::Ordinary })
        }
        None => Err(unknown_kind(&upload.kind, &context).into()),
    }
}

/// Whether one more file of a kind fits: a draft takes as many as the service asks for, a case that waits for the applicant as many
/// again each time; between the two a citizen attaches nothing, while the desk may take in what is brought.
async fn room(desk: &Desk<'_>, case: &Case, kind: &str, requirement: &DocumentRequirement, already: u16) -> Result<(), Failure> {
    if already >= MOST_FILES {
        return Err(too_many(MOST_FILES).into());
    }
    if case.status == CaseStatus::Draft {
        return if already >= requirement.max_count { Err(too_many(requirement.max_count).into()) } else { Ok(()) };
    }
    if desk.is_citizen() && case.status != CaseStatus::SuspendedApplicant {
        return Err(not_awaited().into());
    }
    let attached = documents::of_case(&desk.tx, case.id, None, MOST_DOCUMENTS).await?.items;
    let since = |document: &&Document| !document.is_act && &*document.kind == kind && document.uploaded_at > case.updated_at;
    if attached.iter().filter(since).count() >= usize::from(requirement.max_count) {
        return Err(too_many_again(requirement.max_count).into());
    }
    Ok(())
}

/// Whether a transition of the case's workflow rests on an act of this kind: by name, or because it ends well on any act.
fn is_act_of(context: &Context, kind: &str) -> bool {
    let workflow = &context.definition.workflow;
    let ends_well = |to: &str| workflow.states.get(to).is_some_and(|state| state.status == CaseStatus::ConcludedPositive);
    workflow.transitions.values().any(|transition| match &transition.requires.act {
        Some(act) => **act == *kind,
        None => ends_well(&transition.to) && is_id(kind),
    })
}

fn is_id(kind: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&kind.len()) && kind.bytes().all(plain)
}

/// Acts are the administration's, for what was submitted.
fn act(desk: &Desk<'_>, case: &Case) -> Result<(), Refusal> {
    if desk.reaching(case, Action::AddAct).is_empty() {
        return Err(Code::Forbidden.into());
    }
    if case.status == CaseStatus::Draft { Err(Code::StillADraft.into()) } else { Ok(()) }
}

fn allowed(requirement: &DocumentRequirement) -> Vec<FileType> {
    requirement.types.iter().filter(|(_, on)| **on).map(|(file_type, _)| *file_type).collect()
}

fn refuse(pointer: &str, code: &'static str, it: String, en: String) -> Refusal {
    Refusal::with_faults(Code::DocumentRefused, vec![Fault { pointer: pointer.to_owned(), code, message: Message { it, en } }])
}

fn unknown_kind(kind: &str, context: &Context) -> Refusal {
    let known: Vec<&str> = context.definition.documents.keys().map(AsRef::as_ref).collect();
    let known = known.join(", ");
    refuse(
        "/kind",
        "unknown_kind",
        format!("Questa pratica non chiede un documento «{kind}». Tipi previsti: {known}."),
        format!("This case asks for no document “{kind}”. Kinds: {known}."),
    )
}

fn too_many(most: u16) -> Refusal {
    refuse(
        "/kind",
        "too_many_documents",
        format!("Di questo documento si accettano al massimo {most} file."),
        format!("Of this document at most {most} files are taken."),
    )
}

fn too_many_again(most: u16) -> Refusal {
    refuse(
        "/kind",
        "too_many_documents",
        format!("Di questo documento si accettano al massimo {most} file ogni volta che l'ufficio chiede integrazioni."),
        format!("Of this document at most {most} files are taken each time the office asks for more."),
    )
}

fn not_awaited() -> Refusal {
    refuse(
        "/kind",
        "not_awaited",
        "La pratica non attende documenti: si allegano quando l'ufficio li chiede.".to_owned(),
        "The case awaits no documents: they are attached when the office asks for them.".to_owned(),
    )
}

fn size(upload: &Upload, most: u16) -> Result<(), Refusal> {
    if upload.bytes.is_empty() {
        return Err(refuse("/file", "empty", "Il file è vuoto.".to_owned(), "The file is empty.".to_owned()));
    }
    if upload.bytes.len() <= usize::from(most) * 1024 * 1024 {
        return Ok(());
    }
    Err(refuse(
        "/file",
        "too_large",
        format!("Il file supera i {most} MiB ammessi per questo documento."),
        format!("The file is larger than the {most} MiB that this document may have."),
    ))
}

/// The type of a file: declared and shown by its bytes must agree, and be one of those that are taken.
fn file_type(upload: &Upload, taken: &[FileType]) -> Result<FileType, Refusal> {
    let names: Vec<&str> = taken.iter().map(|file_type| file_type.media_type()).collect();
    let names = names.join(", ");
    let declared = upload.declared_type.as_deref().map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let declared = declared.as_deref().and_then(|kind| FileType::ALL.into_iter().find(|file_type| file_type.media_type() == kind));
    let Some(declared) = declared.filter(|file_type| taken.contains(file_type)) else {
        return Err(refuse(
            "/file",
            "type_not_allowed",
            format!("Si accettano solo file di tipo {names}, dichiarato nel Content-Type del file."),
            format!("Only files of type {names} are taken, declared in the file's Content-Type."),
        ));
    };
    if FileType::sniff(&upload.bytes) == Some(declared) || upload.bytes.is_empty() {
        return Ok(declared);
    }
    Err(refuse(
        "/file",
        "content_mismatch",
        format!("Il file è dichiarato {}, ma il contenuto è di un altro tipo.", declared.media_type()),
        format!("The file is declared as {}, but its content is of another type.", declared.media_type()),
    ))
}

/// A name without path and control characters, with the ending of its type where it lacks one.
fn clean(name: Option<&str>, file_type: FileType) -> String {
    let last = name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = |letter: char| {
        letter.is_control() || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let kept: String = last.chars().filter(|letter| !hidden(*letter)).collect();
    let kept = kept.trim().trim_matches('.').trim();
    let ending = match file_type {
        FileType::Pdf => "pdf",
        FileType::Jpeg => "jpg",
        FileType::Png => "png",
        FileType::P7m => "p7m",
    };
    let stem = if kept.is_empty() { "documento" } else { kept };
    let whole = if stem.contains('.') { stem.to_owned() } else { format!("{stem}.{ending}") };
    let letters: Vec<char> = whole.chars().collect();
    letters[letters.len().saturating_sub(LONGEST_NAME)..].iter().collect()
}

/// A document with its bytes.
#[instrument(name = "document.content", skip_all, fields(tenant = %call.tenant.slug, document = %id))]
pub async fn content(engine: &Engine, call: &Call, id: DocumentId) -> Result<Content, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = bring(&desk, id).await;
    desk.leave(result).await
}

async fn bring(desk: &Desk<'_>, id: DocumentId) -> Result<Content, Failure> {
    let document = found(desk, id).await?;
    let kept = desk.engine.ports().files.get(desk.tenant().id, id).await.map_err(Broken::Files)?;
    let kept = kept.ok_or(Failure::Broken(Broken::Inconsistent("the bytes of a document are gone")))?;
    let bytes = match document.privacy {
        Privacy::Special => vault::open_file(desk.engine, &desk.tx, id, &kept).await?,
        Privacy::Ordinary => kept,
    };
    if document.sha256 != fingerprint(&bytes) {
        return Err(Failure::Broken(Broken::Inconsistent("the bytes of a document are not those that were sent")));
    }
    Ok(Content { document, bytes })
}

async fn found(desk: &Desk<'_>, id: DocumentId) -> Result<Document, Failure> {
    let document = documents::find(&desk.tx, id).await?.ok_or(Code::NotFound)?;
    let reached = desk.case(document.case, Action::ReadCase).await?;
    if document.privacy == Privacy::Special && !reached.special {
        return Err(Code::NotFound.into());
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_paths_and_control_characters() {
        let pdf = |name| clean(Some(name), FileType::Pdf);
        assert_eq!(pdf("../../etc/passwd"), "passwd.pdf");
        assert_eq!(pdf("C:\\Documenti\\referto.pdf"), "referto.pdf");
        assert_eq!(pdf("a\r\nb\u{0}.pdf"), "ab.pdf");
        assert_eq!(pdf("gnp.\u{202E}fdp.exe"), "gnp.fdp.exe");
        assert_eq!(pdf("..."), "documento.pdf");
        assert_eq!(clean(None, FileType::Jpeg), "documento.jpg");
        assert_eq!(pdf(&format!("{}.pdf", "x".repeat(500))).len(), LONGEST_NAME);
    }

    #[test]
    fn a_file_is_what_its_bytes_show() {
        let upload = |declared: &str, bytes: &[u8]| Upload {
            kind: "x".into(),
            declared_type: Some(declared.to_owned()),
            file_name: None,
            bytes: bytes.to_vec(),
        };
        let code = |upload: &Upload| file_type(upload, &[FileType::Pdf]).map_err(|refusal| refusal.faults[0].code);
        assert_eq!(code(&upload("application/pdf", b"%PDF-1.7")), Ok(FileType::Pdf));
        assert_eq!(code(&upload("application/pdf; x=y", b"%PDF-1.7")), Ok(FileType::Pdf));
        assert_eq!(code(&upload("application/pdf", b"<html>")), Err("content_mismatch"));
        assert_eq!(code(&upload("text/html", b"%PDF-1.7")), Err("type_not_allowed"));
        assert_eq!(code(&upload("image/png", b"\x89PNG\r\n\x1a\n")), Err("type_not_allowed"));
    }
}
