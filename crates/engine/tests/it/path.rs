//! The path of a case from the draft to the outcome, and what stands in its way.

use serde_json::json;
use sportello_domain::{
    case::{CaseStatus, PaymentStatus},
    permissions::Role,
    refusal::Code,
};
use sportello_engine::{
    Unread,
    cases::{self, Assign},
    messages::{self, NewMessage},
    payments::{self, RecordPayment},
    register,
};

use crate::{
    fixture::with_other_form,
    world::{PDF, World, code, faults, first, mario, page, pdf, staff},
};

#[tokio::test]
async fn a_badge_goes_from_the_draft_to_the_outcome() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let draft = world.draft(&mario, "badge", json!({"request": {"kind": "first"}})).await.unwrap().case;
    assert_eq!((draft.status, &*draft.state, draft.code.as_deref()), (CaseStatus::Draft, "draft", None));
    let missing = world.submit(&mario, draft.id).await;
    assert_eq!(
        faults(missing),
        [("/answers/request/diagnosis".to_owned(), "required"), ("/documents/certificate".to_owned(), "document_missing")]
    );
    let patch = json!({"request": {"diagnosis": "private"}, "applicant": {"email": "m@example.org"}});
    let saved = cases::save(&world.engine, &world.call_at(&mario, draft.version), draft.id, Unread::known(patch)).await.unwrap();
    assert_eq!(saved.case.answers["request"], json!({"kind": "first", "diagnosis": "private"}));
    world.attach(&mario, draft.id, "certificate", PDF).await.unwrap();
    let submitted = world.submit(&mario, draft.id).await.unwrap().case;
    assert_eq!(submitted.code.as_deref(), Some("ALF-2026-0000001"));
    assert_eq!(submitted.register_number.as_deref(), Some("0000001"));
    assert_eq!((&*submitted.state, submitted.status), ("submitted", CaseStatus::InProgress));
    assert_eq!(submitted.due_date.unwrap().to_string(), "2026-04-01");
    let id = submitted.id;
    world.take(&officer, id, "take-charge", None).await.unwrap();
    assert_eq!(code(world.take(&officer, id, "grant", None).await), Code::ActMissing);
    let act = world.attach(&officer, id, "badge-act", b"%PDF-1.7 the act").await.unwrap();
    let granted = world.take(&officer, id, "grant", None).await.unwrap().case;
    let outcome = granted.outcome.unwrap();
    assert_eq!((granted.status, outcome.act, &*outcome.transition), (CaseStatus::ConcludedPositive, Some(act.id), "grant"));
    assert_eq!(code(world.take(&mario, id, "withdraw", None).await), Code::TransitionNotAvailable);
    let events = cases::events(&world.engine, &world.call(&mario), id, page()).await.unwrap().items;
    let told: Vec<_> = events.iter().map(|event| (event.sequence, &*event.kind, event.role)).collect();
    assert_eq!(
        told,
        [
            (1, "created", Role::Citizen),
            (2, "document_added", Role::Citizen),
            (3, "submitted", Role::Citizen),
            (4, "transition", Role::CaseOfficer),
            (5, "act_added", Role::CaseOfficer),
            (6, "transition", Role::CaseOfficer),
        ]
    );
}

#[tokio::test]
async fn no_positive_end_without_the_payment_even_with_the_act() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let id = world.permit(&mario).await.case.id;
    world.take(&officer, id, "take-charge", None).await.unwrap();
    world.attach(&officer, id, "badge-act", PDF).await.unwrap();
    assert_eq!(code(world.take(&officer, id, "grant", None).await), Code::PaymentDue);
    let record = |fee: &str| Unread::known(RecordPayment { fee: fee.into(), receipt: Some("R-1".into()) });
    assert_eq!(code(payments::record(&world.engine, &world.call(&mario), id, record("issue")).await), Code::Forbidden);
    let unknown = payments::record(&world.engine, &world.call(&officer), id, record("other")).await;
    assert_eq!(faults(unknown), [("/fee".to_owned(), "not_due")]);
    let paid = payments::record(&world.engine, &world.call(&officer), id, record("issue")).await.unwrap();
    assert_eq!((paid.status, paid.amount.to_string()), (PaymentStatus::PaidAtDesk, "16.00".to_owned()));
    assert_eq!(code(payments::record(&world.engine, &world.call(&officer), id, record("issue")).await), Code::AlreadyPaid);
    assert_eq!(world.take(&officer, id, "grant", None).await.unwrap().case.status, CaseStatus::ConcludedPositive);
}

#[tokio::test]
async fn what_was_charged_stays_what_it_was() {
    let world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "permit", json!({"request": {"reason": "moving"}})).await.unwrap().case.id;
    let submitted = world.permit(&mario).await.case.id;
    world.outside.hands.set("2026-03-20T09:00:00Z");
    for (case, amount) in [(draft, "18.00"), (submitted, "16.00")] {
        let summary = cases::summary(&world.engine, &world.call(&mario), case).await.unwrap();
        assert_eq!(summary.fees.iter().map(|due| due.amount.to_string()).collect::<Vec<_>>(), [amount]);
    }
}

#[tokio::test]
async fn a_form_that_changed_is_read_again_before_it_is_submitted() {
    let mut world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "badge", json!({"request": {"kind": "duplicate"}})).await.unwrap().case;
    let kept = world.badge(&mario, "before").await.case;
    world.alfa = std::sync::Arc::new(with_other_form(&world.alfa));
    world.put_in_force([&world.alfa, &world.beta]);
    assert_eq!(code(world.submit(&mario, draft.id).await), Code::FormChanged);
    let saved = cases::save(&world.engine, &world.call(&mario), draft.id, Unread::known(json!({}))).await.unwrap().case;
    assert_ne!(saved.definition, draft.definition);
    assert_eq!(world.submit(&mario, draft.id).await.unwrap().case.definition, saved.definition);
    // What was submitted before runs under what it was promised.
    let officer = staff("officer");
    assert_eq!(world.take(&officer, kept.id, "take-charge", None).await.unwrap().case.definition, kept.definition);
}

#[tokio::test]
async fn a_service_that_cannot_be_asked_for_says_why() {
    let world = World::new().await;
    let mario = mario();
    assert_eq!(code(world.draft(&mario, "suspended", json!({})).await), Code::ServiceSuspended);
    assert_eq!(code(world.draft(&mario, "desk-only", json!({})).await), Code::ChannelClosed);
    assert_eq!(faults(world.draft(&mario, "nowhere", json!({})).await), [("/service".to_owned(), "unknown_service")]);
    let weak = sportello_engine::Identity { level: 1, ..mario.clone() };
    assert_eq!(code(world.draft(&weak, "badge", json!({})).await), Code::AssuranceLevelTooLow);
    let wrong = world.draft(&mario, "badge", json!({"request": {"kind": "third"}, "elsewhere": {}})).await;
    let found = faults(wrong);
    assert!(found.iter().any(|(pointer, _)| pointer == "/answers/request/kind"), "{found:?}");
    assert!(found.contains(&("/answers/elsewhere".to_owned(), "unknown_field")), "{found:?}");
}

#[tokio::test]
async fn what_is_a_draft_and_what_is_not() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let draft = world.draft(&mario, "badge", first("x")).await.unwrap().case.id;
    assert_eq!(code(world.take(&mario, draft, "withdraw", None).await), Code::StillADraft);
    assert_eq!(code(cases::term(&world.engine, &world.call(&mario), draft).await), Code::StillADraft);
    let body = || Unread::known(NewMessage { subject: None, body: "hello".into() });
    assert_eq!(code(messages::write(&world.engine, &world.call(&mario), draft, body()).await), Code::StillADraft);
    let case = world.permit(&mario).await.case.id;
    assert_eq!(code(world.submit(&mario, case).await), Code::NotADraft);
    assert_eq!(code(cases::save(&world.engine, &world.call(&mario), case, Unread::known(json!({}))).await), Code::NotADraft);
    assert_eq!(code(cases::discard(&world.engine, &world.call(&mario), case).await), Code::NotADraft);
    assert_eq!(code(cases::validate(&world.engine, &world.call(&mario), case, Unread::known(None)).await), Code::NotADraft);
    world.take(&mario, case, "withdraw", None).await.unwrap();
    let assign = Unread::known(Assign { assignee: None });
    assert_eq!(code(cases::assign(&world.engine, &world.call(&officer), case, assign).await), Code::CaseConcluded);
}

#[tokio::test]
async fn a_draft_that_is_discarded_leaves_nothing() {
    let world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "badge", first("gone-with-it")).await.unwrap().case.id;
    world.attach(&mario, draft, "certificate", PDF).await.unwrap();
    assert_eq!(world.outside.files.0.lock().unwrap().len(), 1);
    cases::discard(&world.engine, &world.call(&mario), draft).await.unwrap();
    assert_eq!(world.outside.files.0.lock().unwrap().len(), 0);
    assert_eq!(code(world.get(&mario, draft).await), Code::NotFound);
    let register = register::page(&world.engine, &world.call(&staff("administrator")), 2026, page()).await.unwrap();
    assert_eq!(register.items.len(), 0);
}

#[tokio::test]
async fn files_are_what_their_bytes_show_and_no_more_than_are_asked_for() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let id = world.draft(&mario, "badge", json!({"request": {"kind": "duplicate"}})).await.unwrap().case.id;
    assert_eq!(faults(world.attach(&mario, id, "report", b"<html>").await), [("/file".to_owned(), "content_mismatch")]);
    assert_eq!(faults(world.attach(&mario, id, "report", b"").await), [("/file".to_owned(), "empty")]);
    assert_eq!(faults(world.attach(&mario, id, "holiday-photo", PDF).await), [("/kind".to_owned(), "unknown_kind")]);
    let large = [b"%PDF-1.7".as_slice(), &vec![0; 1024 * 1024]].concat();
    assert_eq!(faults(world.attach(&mario, id, "report", &large).await), [("/file".to_owned(), "too_large")]);
    for _ in 0..2 {
        world.attach(&mario, id, "report", PDF).await.unwrap();
    }
    assert_eq!(faults(world.attach(&mario, id, "report", PDF).await), [("/kind".to_owned(), "too_many_documents")]);
    assert_eq!(world.outside.files.0.lock().unwrap().len(), 2, "what was refused is not kept");
    let call = world.call(&mario);
    let again = |bytes: &[u8]| sportello_engine::documents::add(&world.engine, &call, id, Unread::known(pdf("certificate", bytes)));
    let one = again(PDF).await.unwrap();
    assert_eq!(again(PDF).await.unwrap(), one, "the same request again is the same document");
    world.submit(&mario, id).await.unwrap();
    assert_eq!(code(world.attach(&mario, id, "badge-act", PDF).await), Code::Forbidden);
    let act = world.attach(&officer, id, "badge-act", PDF).await.unwrap();
    assert!(act.is_act);
    world.take(&mario, id, "withdraw", None).await.unwrap();
    assert_eq!(code(world.attach(&mario, id, "report", PDF).await), Code::CaseConcluded);
}
