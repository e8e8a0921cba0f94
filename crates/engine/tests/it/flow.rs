//! Workflows that do more than wait for people: passages that happen by themselves, acts that are drawn up, opinions of other offices,
//! silence, the notice of refusal.

use std::sync::Arc;

use serde_json::{Value, json};
use sportello_domain::{case::CaseStatus, ids::CaseId, opinion::Verdict, refusal::Code};
use sportello_engine::{
    Unread,
    cases::{self, CaseView},
    documents,
    opinions::{self, GiveOpinion, OpinionView},
    payments::{self, RecordPayment},
};

use crate::{
    fixture::{both, with_workflow},
    world::{World, code, faults, laura, mario, page, staff},
};

fn state(title: &str, status: &str) -> Value {
    json!({"title": both(title, title), "status": status})
}

fn passage(from: &str, to: &str, by: &str, more: &Value) -> Value {
    let mut passage = json!({"title": both("Passaggio", "Passage"), "from": {from: true}, "to": to, "by": {by: true}});
    passage.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    passage
}

/// Paid, it is issued at once; the office may also convene a conference, give notice of refusal, or let the term pass.
fn workflow() -> Value {
    let asked = |title: &str, office: &str, days: u16| json!({"title": both(title, title), "office": office, "limit_days": days});
    let mut conference = state("Conferenza", "in_progress");
    conference["opinions"] = json!({"heritage": asked("Paesaggio", "registry", 10), "works": asked("Lavori", "mobility", 10)});
    let mut notice = state("Preavviso", "suspended_applicant");
    notice["clock"] = json!("refusal_notice");
    notice["limit_days"] = json!(10);
    notice["on_limit"] = json!("no-observations");
    json!({
        "id": "rich", "start": "submitted", "on_due": "silent-refusal",
        "states": {
            "submitted": state("Presentata", "in_progress"), "conference": conference, "notice": notice,
            "decision": state("In decisione", "in_progress"),
            "granted": state("Accolta", "concluded_positive"), "refused": state("Respinta", "concluded_negative"),
        },
        "transitions": {
            "issue": passage("submitted", "granted", "system", &json!({"automatic": true, "when": "payments.due == 0", "draws_up": "permit"})),
            "convene": passage("submitted", "conference", "case_officer", &json!({"notify": {"office": "integration-request"}})),
            "agree": passage("conference", "decision", "system", &json!({"automatic": true,
                "when": "opinions.pending == 0 && opinions.heritage != 'unfavourable'"})),
            "disagree": passage("conference", "refused", "case_officer", &json!({"when": "opinions.heritage == 'unfavourable'",
                "refusal": both("Si attende il parere sul paesaggio.", "The opinion on the landscape is waited for.")})),
            "warn": passage("submitted", "notice", "case_officer", &json!({})),
            "observe": passage("notice", "decision", "citizen", &json!({})),
            "no-observations": passage("notice", "decision", "system", &json!({})),
            "permit": passage("decision", "granted", "case_officer", &json!({"draws_up": "permit", "requires": {"act": "permit"},
                "form": {"fields": {"until": {"type": "date", "title": both("Fino al", "Until"), "required": true}}}})),
            "silent-refusal": {"title": both("Silenzio", "Silence"), "from": {"submitted": true}, "to": "refused",
                "by": {"system": true}},
        },
    })
}

fn acts() -> Value {
    json!({"permit": {
        "title": both("Permesso", "Permit"),
        "values": {
            "reason": {"title": both("Motivo", "Reason"), "computed": "answers.request.reason"},
            "until": {"title": both("Valido fino al", "Valid until"), "computed": "data.until"},
        },
        "body": both("Si permette a {{values.reason}}, pratica {{case.code}}.", "Permitted."),
    }})
}

async fn world() -> World {
    let mut world = World::new().await;
    world.alfa = Arc::new(with_workflow(&world.alfa, workflow(), acts()));
    world.put_in_force([&world.alfa, &world.beta]);
    world
}

async fn pay(world: &World, id: CaseId) {
    let body = Unread::known(RecordPayment { fee: "issue".into(), receipt: None });
    payments::record(&world.engine, &world.call(&staff("operator")), id, body).await.unwrap();
}

async fn say(world: &World, who: &str, id: CaseId, opinion: &str, verdict: Verdict) -> Result<OpinionView, sportello_engine::Failure> {
    let body = Unread::known(GiveOpinion { opinion: opinion.into(), verdict, note: Some("perché sì".into()) });
    opinions::give(&world.engine, &world.call(&staff(who)), id, body).await
}

async fn verdicts(world: &World, who: &str, id: CaseId) -> Vec<(String, Option<Verdict>)> {
    let found = opinions::page(&world.engine, &world.call(&staff(who)), id, page()).await.unwrap().items;
    found.iter().map(|seen| (seen.opinion.request.to_string(), seen.opinion.given.as_ref().map(|given| given.verdict))).collect()
}

async fn story(world: &World, id: CaseId) -> Vec<String> {
    let events = cases::events(&world.engine, &world.call(&mario()), id, page()).await.unwrap().items;
    events.iter().map(|event| event.kind.to_string()).collect()
}

async fn conference(world: &World) -> CaseId {
    let id = world.permit(&mario()).await.case.id;
    world.take(&staff("officer"), id, "convene", None).await.unwrap();
    id
}

#[tokio::test]
async fn a_payment_lets_the_product_issue_the_act_by_itself() {
    let world = world().await;
    let id = world.permit(&mario()).await.case.id;
    assert_eq!(world.get(&mario(), id).await.unwrap().case.status, CaseStatus::InProgress);
    pay(&world, id).await;
    let CaseView { case, .. } = world.get(&mario(), id).await.unwrap();
    assert_eq!((case.status, &*case.state), (CaseStatus::ConcludedPositive, "granted"));
    assert_eq!(story(&world, id).await, ["created", "submitted", "payment", "transition", "act_added"]);
    let act = case.outcome.unwrap().act.unwrap();
    let content = documents::content(&world.engine, &world.call(&mario()), act).await.unwrap();
    assert_eq!((&*content.document.name, content.document.is_act), ("permit-ALF-2026-0000001.pdf", true));
    let text = String::from_utf8(content.bytes).unwrap();
    assert!(text.contains("Si permette a moving house, pratica ALF-2026-0000001."), "{text}");
    let events = cases::events(&world.engine, &world.call(&mario()), id, page()).await.unwrap().items;
    assert_eq!(events.last().unwrap().data["values"], json!({"reason": "moving house", "until": null}));
}

#[tokio::test]
async fn what_the_officer_says_stands_in_the_act() {
    let world = world().await;
    let (id, officer) = (conference(&world).await, staff("officer"));
    for (who, opinion) in [("registrar", "heritage"), ("officer", "works")] {
        say(&world, who, id, opinion, Verdict::Favourable).await.unwrap();
    }
    assert_eq!(code(world.take(&officer, id, "permit", Some(json!({"until": "2027-01-31"}))).await), Code::PaymentDue);
    pay(&world, id).await;
    assert_eq!(faults(world.take(&officer, id, "permit", None).await), [("/data/until".to_owned(), "required")]);
    let granted = world.take(&officer, id, "permit", Some(json!({"until": "2027-01-31"}))).await.unwrap().case;
    let act = granted.outcome.unwrap().act.unwrap();
    let bytes = documents::content(&world.engine, &world.call(&mario()), act).await.unwrap().bytes;
    assert!(String::from_utf8(bytes).unwrap().contains("31 gennaio 2027"));
}

#[tokio::test]
async fn offices_are_asked_at_once_and_the_last_word_moves_the_case() {
    let world = world().await;
    let id = conference(&world).await;
    assert_eq!(verdicts(&world, "officer", id).await, [("heritage".to_owned(), None), ("works".to_owned(), None)]);
    let waiting = opinions::asked(&world.engine, &world.call(&staff("registrar")), None, page()).await.unwrap().items;
    assert_eq!((&*waiting[0].opinion.request, &*waiting[0].opinion.office, waiting.len()), ("heritage", "registry", 1));
    assert_eq!(waiting[0].opinion.due.unwrap().to_string(), "2026-03-12");
    say(&world, "registrar", id, "heritage", Verdict::Conditional).await.unwrap();
    assert_eq!(&*world.get(&mario(), id).await.unwrap().case.state, "conference");
    say(&world, "officer", id, "works", Verdict::Favourable).await.unwrap();
    assert_eq!(&*world.get(&mario(), id).await.unwrap().case.state, "decision");
    assert_eq!(
        story(&world, id).await,
        ["created", "submitted", "transition", "opinion_asked", "opinion_asked", "opinion", "opinion", "transition"]
    );
    assert!(opinions::asked(&world.engine, &world.call(&staff("registrar")), None, page()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn an_opinion_is_the_asked_offices_and_given_once() {
    let world = world().await;
    let id = conference(&world).await;
    let favourable = || Unread::known(GiveOpinion { opinion: "heritage".into(), verdict: Verdict::Favourable, note: None });
    let stranger = opinions::give(&world.engine, &world.call(&laura()), id, favourable()).await;
    assert_eq!(code(stranger), Code::NotFound);
    assert_eq!(code(say(&world, "operator", id, "works", Verdict::Favourable).await), Code::Forbidden);
    assert_eq!(code(say(&world, "registrar", id, "works", Verdict::Favourable).await), Code::Forbidden);
    assert_eq!(faults(say(&world, "registrar", id, "bees", Verdict::Favourable).await), [("/opinion".to_owned(), "not_asked")]);
    let silent = GiveOpinion { opinion: "heritage".into(), verdict: Verdict::Unfavourable, note: Some(" ".into()) };
    let silent = opinions::give(&world.engine, &world.call(&staff("registrar")), id, Unread::known(silent)).await;
    assert_eq!(faults(silent), [("/note".to_owned(), "required")]);
    say(&world, "registrar", id, "heritage", Verdict::Unfavourable).await.unwrap();
    assert_eq!(code(say(&world, "registrar", id, "heritage", Verdict::Favourable).await), Code::OpinionGiven);
}

#[tokio::test]
async fn an_asked_office_reads_the_case_but_does_not_carry_it_on() {
    let world = world().await;
    let id = world.permit(&mario()).await.case.id;
    let registrar = staff("registrar");
    assert_eq!(code(world.get(&registrar, id).await), Code::NotFound);
    world.take(&staff("officer"), id, "convene", None).await.unwrap();
    assert_eq!(world.get(&registrar, id).await.unwrap().case.id, id);
    assert_eq!(code(world.take(&registrar, id, "disagree", None).await), Code::Forbidden);
    assert!(cases::transitions(&world.engine, &world.call(&registrar), id).await.unwrap().is_empty());
    let to_the_citizen = opinions::page(&world.engine, &world.call(&mario()), id, page()).await;
    assert_eq!(code(to_the_citizen), Code::Forbidden, "what offices think is theirs until the outcome");
    say(&world, "registrar", id, "heritage", Verdict::Unfavourable).await.unwrap();
    let events = cases::events(&world.engine, &world.call(&mario()), id, page()).await.unwrap().items;
    assert_eq!(events.last().unwrap().data, json!({"opinion": "heritage"}));
}

#[tokio::test]
async fn who_says_nothing_in_time_is_silent_and_the_case_goes_on() {
    let world = world().await;
    let id = conference(&world).await;
    say(&world, "registrar", id, "heritage", Verdict::Favourable).await.unwrap();
    world.outside.hands.set("2026-03-12T22:59:59Z");
    assert_eq!(world.run_due().await, 0);
    world.outside.hands.set("2026-03-12T23:00:00Z");
    world.run_due().await;
    let said = verdicts(&world, "officer", id).await;
    assert_eq!(said, [("heritage".to_owned(), Some(Verdict::Favourable)), ("works".to_owned(), Some(Verdict::Silent))]);
    assert_eq!(&*world.get(&mario(), id).await.unwrap().case.state, "decision");
}

#[tokio::test]
async fn what_is_not_possible_yet_is_shown_with_its_reason() {
    let world = world().await;
    let id = conference(&world).await;
    let offered = cases::transitions(&world.engine, &world.call(&staff("officer")), id).await.unwrap();
    let reasons: Vec<_> = offered.iter().map(|offer| (&*offer.id, offer.obstacle.clone().unwrap().detail.unwrap().en)).collect();
    assert_eq!(reasons, [("disagree", "The opinion on the landscape is waited for.".to_owned())]);
    say(&world, "registrar", id, "heritage", Verdict::Unfavourable).await.unwrap();
    let refused = world.take(&staff("officer"), id, "disagree", None).await.unwrap().case;
    assert_eq!(refused.status, CaseStatus::ConcludedNegative);
    assert_eq!(code(world.get(&staff("registrar"), id).await), Code::NotFound, "whoever was asked reads it while it lasts");
    // What works has not said is waited for no longer.
    assert_eq!(verdicts(&world, "officer", id).await, [("heritage".to_owned(), Some(Verdict::Unfavourable))]);
}

#[tokio::test]
async fn silence_means_what_the_workflow_says_once_the_term_has_passed() {
    let world = world().await;
    let id = world.permit(&mario()).await.case.id;
    // Thirty days from 2 March, to the last minute in Rome.
    world.outside.hands.set("2026-04-01T21:59:59Z");
    assert_eq!(world.run_due().await, 0);
    world.outside.hands.set("2026-04-01T22:00:00Z");
    assert_eq!(world.run_due().await, 1);
    let case = world.get(&mario(), id).await.unwrap().case;
    assert_eq!((case.status, &*case.outcome.unwrap().transition), (CaseStatus::ConcludedNegative, "silent-refusal"));
}

#[tokio::test]
async fn silence_waits_for_a_state_that_knows_it() {
    let world = world().await;
    let id = conference(&world).await;
    world.outside.hands.set("2026-04-02T09:00:00Z");
    world.run_due().await;
    assert_eq!(&*world.get(&mario(), id).await.unwrap().case.state, "decision", "both offices were silent first");
}

#[tokio::test]
async fn a_notice_of_refusal_suspends_the_term_and_ten_days_more_after_observations() {
    let world = world().await;
    let id = world.permit(&mario()).await.case.id;
    // 2 March + 30 days is 1 April; the notice goes out with eleven of them used.
    world.outside.hands.set("2026-03-13T09:00:00Z");
    world.take(&staff("officer"), id, "warn", None).await.unwrap();
    assert_eq!(world.get(&mario(), id).await.unwrap().case.due_date, None);
    world.outside.hands.set("2026-03-17T09:00:00Z");
    let observed = world.take(&mario(), id, "observe", None).await.unwrap().case;
    // Nineteen days are left, and they run from the day after the 27th; the 15th of April is no holiday.
    assert_eq!(observed.due_date.unwrap().to_string(), "2026-04-15");
}

#[tokio::test]
async fn without_observations_the_term_goes_on_when_their_time_is_over() {
    let world = world().await;
    let id = world.permit(&mario()).await.case.id;
    world.outside.hands.set("2026-03-13T09:00:00Z");
    world.take(&staff("officer"), id, "warn", None).await.unwrap();
    // Ten days from the 13th: the 23rd.
    world.outside.hands.set("2026-03-23T23:00:00Z");
    assert_eq!(world.run_due().await, 1);
    let case = world.get(&mario(), id).await.unwrap().case;
    assert_eq!((&*case.state, case.due_date.unwrap().to_string()), ("decision", "2026-04-11".to_owned()));
}

#[tokio::test]
async fn an_office_is_told_by_letter_in_both_languages() {
    let world = world().await;
    conference(&world).await;
    world.send_due().await;
    let sent = world.outside.post.sent.lock().unwrap().clone();
    let letter = sent.iter().find(|mail| mail.to == "polizia@example.org").unwrap();
    assert_eq!((letter.subject.as_str(), letter.body.as_str()), ("Manca qualcosa – Something is missing", "Leggi.\n\nRead."));
}
