//! A believable day: who comes, what they ask, how far each request gets. Everything goes through the engine's own commands, under a
//! clock that walks through yesterday.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use sportello_domain::case::CaseStatus;
use sportello_domain::condition::Scope;
use sportello_domain::ids::CaseId;
use sportello_domain::permissions::Role;
use sportello_domain::service::{Channel, DocumentRequirement, FileType};
use sportello_domain::tenant::{ActiveService, People, Tenant};
use sportello_domain::text::Language;
use sportello_engine::cases::{self, CaseQuery, NewCase, Passage, Take};
use sportello_engine::documents::{self, Upload};
use sportello_engine::payments::{self, RecordPayment};
use sportello_engine::ports::Clock;
use sportello_engine::{Call, Engine, Failure, IdempotencyKey, Identity, IfMatch, Page, Unread, assignments};

use super::answers::{Answering, answer, answers};
use super::people::{RESIDENTS, Resident, resident, who};
use super::{broken, communes, identity};
use crate::compose::Composed;
use crate::stop::Outcome;
use crate::ui::Ui;

/// How many requests a commune gets at least; no service is left out.
const REQUESTS: usize = 24;
/// How often somebody thinks again before asking.
const MOST_THOUGHTS: usize = 24;
/// Minutes between two of them.
const PACE: i64 = 12;

/// How far a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reaches {
    Draft,
    Submission,
    Charge,
    Wait,
    Grant,
    Withdrawal,
}

/// The course of the day: most requests are on their way, some have ended.
const COURSE: [Reaches; 8] = [
    Reaches::Grant,
    Reaches::Charge,
    Reaches::Submission,
    Reaches::Wait,
    Reaches::Grant,
    Reaches::Draft,
    Reaches::Charge,
    Reaches::Withdrawal,
];

/// A clock that is set by hand.
#[derive(Debug)]
struct WalkingClock(Mutex<Timestamp>);

impl WalkingClock {
    fn forward(&self, minutes: i64) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(*now);
    }
}

impl Clock for WalkingClock {
    fn now(&self) -> Timestamp {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Two things never happen at the same instant.
        *now = now.checked_add(SignedDuration::from_millis(40)).unwrap_or(*now);
        *now
    }
}

/// Fills the communes; one that has cases already is left as it is.
pub(crate) async fn fill(ui: Ui, composed: &Composed) -> Outcome {
    for tenant in communes(composed) {
        let clock = Arc::new(WalkingClock(Mutex::new(opening(composed.engine.now()))));
        let engine = composed.at(Arc::clone(&clock) as Arc<dyn Clock>);
        let day = Day { engine, clock, tenant };
        let made = day.run(ui).await.map_err(|failure| {
            tracing::error!(?failure, tenant = %day.tenant.slug, "the day cannot be filled");
            broken(failure.code().id())
        })?;
        let name = day.tenant.name.get(ui.language);
        ui.progress(match made {
            Some(count) => format!("{name}: {count} {}", ui.pick("pratiche", "cases")),
            None => format!("{name}: {}", ui.pick("i dati ci sono già", "data are there already")),
        });
    }
    Ok(())
}

/// Five past eight of the day before.
fn opening(now: Timestamp) -> Timestamp {
    let yesterday = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    let Ok(local) = yesterday.in_tz("Europe/Rome") else { return yesterday };
    local.date().at(8, 5, 0, 0).in_tz("Europe/Rome").map_or(yesterday, |start| start.timestamp())
}

/// One commune's day.
struct Day {
    engine: Engine,
    clock: Arc<WalkingClock>,
    tenant: Arc<Tenant>,
}

impl Day {
    async fn run(&self, ui: Ui) -> Result<Option<usize>, Failure> {
        let officer = self.staff(Role::CaseOfficer).await?;
        self.staff(Role::Operator).await?;
        let call = self.call(&officer, Language::It);
        if !cases::page(&self.engine, &call, CaseQuery::default(), Page { limit: 1, cursor: None }).await?.items.is_empty() {
            return Ok(None);
        }
        let services: Vec<_> = self.tenant.services.values().filter(|active| active.service.offers(Channel::Online)).collect();
        let mut made = 0;
        let requests = REQUESTS.max(services.len());
        for number in 0..requests {
            let Some(active) = services.get(number % services.len().max(1)) else { break };
            let first = number * 5 + self.tenant.slug.len();
            self.clock.forward(PACE);
            let mut asked = Ok(false);
            // Not everybody may have everything: the registry has people for whom nothing can be certified.
            for place in 0..RESIDENTS.len() {
                asked = self.request(active, RESIDENTS[(first + place) % RESIDENTS.len()], number, &officer).await;
                if !matches!(asked, Ok(false)) {
                    break;
                }
            }
            match asked {
                Ok(done) => made += usize::from(done),
                Err(failure) => tracing::warn!(?failure, service = %active.service.id, number, "a request of the day came to nothing"),
            }
            if (number + 1) % 6 == 0 {
                ui.progress(format!("  {} {}/{requests}", self.tenant.slug, number + 1));
            }
        }
        Ok(Some(made))
    }

    /// One request, as far as it gets; false where this person cannot have it.
    async fn request(&self, active: &ActiveService, who: Resident, number: usize, officer: &Identity) -> Result<bool, Failure> {
        let citizen = identity(&self.tenant, People::Citizens, &resident(who));
        let reaches = COURSE[(number / 2 + number) % COURSE.len()];
        let scope = Scope { parameters: self.tenant.parameter_values(), today: Some(self.engine.today()), ..Scope::default() };
        let city = self.tenant.name.it.rsplit(" di ").next().unwrap_or("Cesena").to_owned();
        let answering = Answering { who, city: &city, today: self.engine.today(), luck: number / 6 };
        let new = NewCase { service: active.service.id.clone(), answers: json!({}), on_behalf_of: None, delegate: None };
        let id = cases::create(&self.engine, &self.call(&citizen, Language::It), Unread::known(new)).await?.case.id;
        let Some(answers) = self.think(active, &citizen, id, &scope, answering).await? else {
            cases::discard(&self.engine, &self.call(&citizen, Language::It), id).await?;
            return Ok(false);
        };
        if reaches == Reaches::Draft {
            return Ok(true);
        }
        let scope = Scope { answers, ..scope };
        for (kind, requirement) in &active.service.documents {
            if requirement.required && requirement.when.as_ref().is_none_or(|when| when.holds(&scope)) {
                self.attach(&citizen, id, kind, requirement).await?;
            }
        }
        self.clock.forward(2);
        cases::submit(&self.engine, &self.call(&citizen, Language::It), id, Unread::known(())).await?;
        self.carry_on(id, reaches, &citizen, officer, answering).await?;
        Ok(true)
    }

    /// Saves the first answers that the service's own rules have nothing against; documents come later.
    async fn think(
        &self,
        active: &ActiveService,
        citizen: &Identity,
        id: CaseId,
        scope: &Scope,
        answering: Answering<'_>,
    ) -> Result<Option<Value>, Failure> {
        let save = async |answers: Value| cases::save(&self.engine, &self.call(citizen, Language::It), id, Unread::known(answers)).await;
        let nothing: Map<String, Value> = active.service.form.sections.keys().map(|section| (section.to_string(), Value::Null)).collect();
        for luck in answering.luck..answering.luck + MOST_THOUGHTS {
            let answers = answers(&active.service.form, scope, Answering { luck, ..answering });
            save(nothing.clone().into()).await?;
            save(answers.clone()).await?;
            let faults = cases::validate(&self.engine, &self.call(citizen, Language::It), id, Unread::known(None)).await?;
            if faults.iter().all(|fault| fault.pointer.starts_with("/documents")) {
                return Ok(Some(answers));
            }
        }
        Ok(None)
    }

    async fn carry_on(
        &self,
        id: CaseId,
        reaches: Reaches,
        citizen: &Identity,
        officer: &Identity,
        answering: Answering<'_>,
    ) -> Result<(), Failure> {
        self.clock.forward(3);
        match reaches {
            Reaches::Draft | Reaches::Submission => Ok(()),
            Reaches::Withdrawal => self.step(citizen, id, CaseStatus::ConcludedNegative, answering).await,
            Reaches::Charge => self.step(officer, id, CaseStatus::InProgress, answering).await,
            Reaches::Wait => {
                self.step(officer, id, CaseStatus::InProgress, answering).await?;
                self.step(officer, id, CaseStatus::SuspendedApplicant, answering).await
            }
            Reaches::Grant => {
                self.step(officer, id, CaseStatus::InProgress, answering).await?;
                self.clock.forward(4);
                self.step(officer, id, CaseStatus::ConcludedPositive, answering).await
            }
        }
    }

    /// Takes the first passage into a category, with its act, its payment and its form.
    async fn step(&self, who: &Identity, id: CaseId, into: CaseStatus, answering: Answering<'_>) -> Result<(), Failure> {
        let call = self.call(who, Language::It);
        let case = cases::get(&self.engine, &call, id).await?.case;
        let Some(active) = self.tenant.service(&case.service) else { return Ok(()) };
        let leads = |passage: &Passage| active.workflow.states.get(&passage.transition.to).is_some_and(|state| state.status == into);
        let Some(passage) = cases::transitions(&self.engine, &call, id).await?.into_iter().find(leads) else { return Ok(()) };
        if into == CaseStatus::ConcludedPositive {
            for due in payments::page(&self.engine, &call, id, Page::default()).await?.items {
                let paid = RecordPayment { fee: due.fee, receipt: Some("DEMO-1".into()) };
                payments::record(&self.engine, &self.call(who, Language::It), id, Unread::known(paid)).await?;
            }
        }
        if let Some(kind) = &passage.transition.requires.act {
            let act = Upload {
                kind: kind.clone(),
                declared_type: Some("application/pdf".to_owned()),
                file_name: Some(format!("{kind}.pdf")),
                bytes: PDF.to_vec(),
            };
            documents::add(&self.engine, &self.call(who, Language::It), id, Unread::known(act)).await?;
        }
        // What stands in the way once paid and drawn up, the officer cannot mend either: the case waits where it is.
        let still = cases::transitions(&self.engine, &call, id).await?.into_iter().find(|open| open.id == passage.id);
        if still.is_none_or(|open| open.obstacle.is_some()) {
            return Ok(());
        }
        let data = passage.transition.form.as_ref().map(|form| {
            let fields = form.fields.iter().filter(|(_, field)| field.required);
            let given: Map<String, Value> =
                fields.filter_map(|(id, field)| Some((id.to_string(), answer(id, field, &Scope::default(), answering)?))).collect();
            json!(given)
        });
        let take = Take { transition: passage.id, data, note: None };
        cases::take(&self.engine, &self.call(who, Language::It), id, Unread::known(take)).await?;
        Ok(())
    }

    async fn attach(&self, who: &Identity, id: CaseId, kind: &str, requirement: &DocumentRequirement) -> Result<(), Failure> {
        let Some(file_type) = requirement.types.iter().find(|(_, on)| **on).map(|(file_type, _)| *file_type) else { return Ok(()) };
        let (bytes, ending): (&[u8], _) = match file_type {
            FileType::Pdf => (PDF, "pdf"),
            FileType::Jpeg => (JPEG, "jpg"),
            FileType::Png => (PNG, "png"),
            FileType::P7m => return Ok(()),
        };
        let upload = Upload {
            kind: kind.into(),
            declared_type: Some(file_type.media_type().to_owned()),
            file_name: Some(format!("{kind}.{ending}")),
            bytes: bytes.to_vec(),
        };
        documents::add(&self.engine, &self.call(who, Language::It), id, Unread::known(upload)).await?;
        Ok(())
    }

    async fn staff(&self, role: Role) -> Result<Identity, Failure> {
        let identity = identity(&self.tenant, People::Staff, &who(role, None, 2));
        assignments::ensure(&self.engine, &self.tenant, &identity, role, None).await?;
        Ok(identity)
    }

    fn call(&self, who: &Identity, language: Language) -> Call {
        let key = self.engine.new_id();
        Call {
            tenant: Arc::clone(&self.tenant),
            identity: Some(who.clone()),
            language,
            request_id: key,
            idempotency_key: Some(IdempotencyKey { key: key.to_string(), fingerprint: [0; 32], operation: "demo".to_owned() }),
            if_match: IfMatch::Any,
        }
    }
}

/// The smallest files that are what they say.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xD9];
const PNG: &[u8] =
    &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
