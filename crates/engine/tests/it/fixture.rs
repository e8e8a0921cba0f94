//! Two bodies made by hand, with services that differ where a rule looks: special answers, a fee, a wait with a limit.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use serde_json::{Value, json};
use sportello_domain::{
    act::Act,
    definition::Definition,
    service::{Key, Service},
    tenant::{ActiveService, Tenant},
    workflow::Workflow,
};

/// A body.
pub(crate) fn tenant(slug: &str) -> Tenant {
    let (id, code) = match slug {
        "alfa" => ("019b78cc-aad8-7e5a-9397-af82e1c70001", "ALF"),
        _ => ("019b78cc-aad8-7e5a-9397-af82e1c70002", "BET"),
    };
    let mut tenant: Tenant = serde_json::from_value(json!({
        "id": id, "slug": slug, "code": code, "kind": "municipality",
        "name": both("Comune", "Municipality"), "languages": {"it": true, "en": true},
        "issuers": {"staff": {"issuer": "https://id.example.org", "audience": slug, "jwks": {}, "algorithms": {}, "people": "staff"}},
        "offices": {
            "police": {"name": both("Polizia locale", "Local police"), "role": "mobility", "email": "polizia@example.org"},
            "registry": {"name": both("Anagrafe", "Registry"), "role": "registry"},
        },
        "templates": {
            "receipt": {"subject": both("Pratica {{case.code}}", "Case {{case.code}}"),
                "body": both("Entro il {{case.due_date}}.", "By {{case.due_date}}.")},
            "integration-request": {"subject": both("Manca qualcosa", "Something is missing"), "body": both("Leggi.", "Read.")},
        },
        "hash": format!("hash-of-{slug}"),
    }))
    .unwrap();
    let mut desk_only = service("desk-only", &json!({}));
    desk_only["channels"] = json!({"online": false, "desk": true});
    let mut suspended = service("suspended", &json!({}));
    suspended["status"] = json!("suspended");
    suspended["status_reason"] = both("Fino a maggio.", "Until May.");
    let mut elsewhere = service("elsewhere", &json!({}));
    elsewhere["office"] = json!("registry");
    for service in [badge(), permit(), pass(), own_code(), desk_only, suspended, elsewhere] {
        let active = active(&tenant, service);
        tenant.services.insert(active.service.id.clone(), Arc::new(active));
    }
    tenant
}

/// The same body with another service in the place of the one that has its id.
pub(crate) fn with_service(tenant: &Tenant, service: Value) -> Tenant {
    let mut changed = tenant.clone();
    let active = active(tenant, service);
    changed.services.insert(active.service.id.clone(), Arc::new(active));
    changed
}

/// The same body after the badge's form has changed.
pub(crate) fn with_other_form(tenant: &Tenant) -> Tenant {
    let mut service = badge();
    service["form"]["sections"]["request"]["fields"]["new"] = json!({"type": "text", "title": both("Nuovo", "New")});
    with_service(tenant, service)
}

/// The same body with its permit on another workflow, which draws up these acts.
pub(crate) fn with_workflow(tenant: &Tenant, workflow: Value, acts: Value) -> Tenant {
    let mut changed = tenant.clone();
    let workflow: Workflow = serde_json::from_value(workflow).unwrap();
    assert_eq!(sportello_domain::workflow::check::check(&workflow), []);
    let acts: BTreeMap<Key, Act> = serde_json::from_value(acts).unwrap();
    let active = active_on(tenant, permit(), workflow, &acts.into_iter().collect());
    changed.services.insert(active.service.id.clone(), Arc::new(active));
    changed
}

fn active(tenant: &Tenant, service: Value) -> ActiveService {
    active_on(tenant, service, serde_json::from_value(workflow()).unwrap(), &IndexMap::new())
}

fn active_on(tenant: &Tenant, service: Value, workflow: Workflow, acts: &IndexMap<Key, Act>) -> ActiveService {
    let service: Service = serde_json::from_value(service).unwrap();
    let definition = Definition::of(&service, &workflow, acts, &IndexMap::clone(&tenant.parameters));
    let (_, hash) = definition.freeze().unwrap();
    ActiveService { service, workflow, definition: Arc::new(definition), definition_hash: hash.into() }
}

pub(crate) fn both(it: &str, en: &str) -> Value {
    json!({"it": it, "en": en})
}

fn service(id: &str, sections: &Value) -> Value {
    let text = both("testo", "text");
    json!({
        "id": id, "category": "mobility-and-transport", "title": both("Permesso", "Permit"), "summary": text, "audience": text, "how": text,
        "needs": text, "outcome": text, "channels": {"online": true, "desk": true}, "conditions": text, "office": "mobility",
        "assurance_level": 2, "term_days": {"value": 30}, "form": {"sections": sections}, "workflow": "full",
    })
}

/// Health data in an answer, in a document and in a transition.
pub(crate) fn badge() -> Value {
    let mut badge = service(
        "badge",
        &json!({
            "request": {"title": both("Domanda", "Request"), "fields": {
                "kind": {"type": "choice", "title": both("Tipo", "Kind"), "required": true,
                    "choices": {"first": {"title": both("Primo", "First")}, "duplicate": {"title": both("Duplicato", "Duplicate")}}},
                "diagnosis": {"type": "text", "title": both("Diagnosi", "Diagnosis"), "required": true, "privacy": "special",
                    "when": "answers.request.kind == 'first'"},
            }},
            "applicant": {"title": both("Chi", "Who"), "fields": {"email": {"type": "email", "title": both("E-mail", "E-mail")}}},
        }),
    );
    badge["documents"] = json!({
        "certificate": {"title": both("Certificato", "Certificate"), "required": true, "types": {"pdf": true}, "max_mb": 1,
            "privacy": "special", "when": "answers.request.kind == 'first'"},
        "report": {"title": both("Denuncia", "Report"), "types": {"pdf": true, "png": true}, "max_mb": 1, "max_count": 2},
        "mandate": {"title": both("Delega", "Mandate"), "types": {"pdf": true}, "max_mb": 1},
    });
    badge["delegates"] = json!({"document": "mandate"});
    badge
}

/// A fee.
fn permit() -> Value {
    let mut permit = service(
        "permit",
        &json!({"request": {"title": both("Domanda", "Request"), "fields": {
            "reason": {"type": "text", "title": both("Motivo", "Reason"), "required": true, "max_length": 50}}}}),
    );
    permit["fees"] =
        json!({"issue": {"title": both("Rilascio", "Issue"), "amount": "16.00", "changes": {"2026-03-20": {"amount": "18.00"}}}});
    permit
}

/// A section with a rule about its answers, and one that is never asked, whose rule never holds.
fn own_code() -> Value {
    let rule = json!({"own-code": {"holds": "same_tax_code(answers.who['tax-code'], applicant.tax_code)", "at": "answers.who.tax-code",
        "refusal": both("Non è il suo codice.", "It is not their code.")}});
    let never = json!({"never": {"holds": "false", "refusal": both("Mai.", "Never.")}});
    let mut service = service(
        "own-code",
        &json!({
            "who": {"title": both("Chi", "Who"), "checks": rule, "fields": {
                "tax-code": {"type": "tax_code", "title": both("Codice", "Code"), "required": true},
            }},
            "never": {"title": both("Mai", "Never"), "when": "applicant == null", "checks": never, "fields": {}},
        }),
    );
    service["documents"] = json!({"mandate": {"title": both("Delega", "Mandate"), "types": {"pdf": true}, "max_mb": 1}});
    service["delegates"] = json!({"document": "mandate"});
    service
}

/// A limit, a rule of its own, a computed answer, a group and a mandate.
pub(crate) fn pass() -> Value {
    let mut pass = service(
        "pass",
        &json!({
            "vehicle": {"title": both("Veicolo", "Vehicle"), "fields": {
                "plate": {"type": "plate", "title": both("Targa", "Plate"), "required": true},
                "from": {"type": "date", "title": both("Dal", "From"), "required": true},
                "years": {"type": "number", "title": both("Anni", "Years"), "min": "1", "max": "3"},
                "until": {"type": "date", "title": both("Fino al", "Until"),
                    "computed": "add_days(add_months(answers.vehicle.from, answers.vehicle.years * 12), -1)"},
            }},
            "passengers": {"title": both("Passeggeri", "Passengers"), "fields": {
                "list": {"type": "group", "title": both("Elenco", "List"), "max": "3", "fields": {
                    "name": {"type": "text", "title": both("Nome", "Name"), "required": true},
                    "minor": {"type": "boolean", "title": both("Minorenne", "Minor")},
                    "guardian": {"type": "text", "title": both("Tutore", "Guardian"), "required": true, "when": "item.minor == true"},
                }},
            }},
        }),
    );
    pass["documents"] = json!({"mandate": {"title": both("Delega", "Mandate"), "types": {"pdf": true}, "max_mb": 1}});
    pass["delegates"] = json!({"document": "mandate"});
    pass["limits"] = json!({"month-per-plate": {"count": 3, "per": "month", "key": "answers.vehicle.plate", "day": "answers.vehicle.from",
        "refusal": both("Per questa targa hai già tre permessi nel mese.", "This plate already has three passes this month.")}});
    pass["checks"] = json!({"not-yesterday": {"holds": "answers.vehicle.from >= today", "at": "answers.vehicle.from",
        "refusal": both("Il permesso non può cominciare nel passato.", "The pass cannot begin in the past.")}});
    pass
}

fn workflow() -> Value {
    let officer = json!({"case_officer": true});
    let reply = json!({"fields": {
        "reply": {"type": "long_text", "title": both("Risposta", "Answer")},
        "health": {"type": "long_text", "title": both("Salute", "Health"), "privacy": "special"},
    }});
    let request = json!({"fields": {"request": {"type": "long_text", "title": both("Che cosa", "What"), "required": true}}});
    json!({
        "id": "full", "start": "submitted",
        "states": {
            "submitted": {"title": both("Presentata", "Submitted"), "status": "in_progress"},
            "examination": {"title": both("In esame", "Examined"), "status": "in_progress"},
            "integration": {"title": both("In attesa", "Waiting"), "status": "suspended_applicant", "clock": "suspended",
                "limit_days": 30, "on_limit": "close-incomplete"},
            "granted": {"title": both("Accolta", "Granted"), "status": "concluded_positive"},
            "incomplete": {"title": both("Incompleta", "Incomplete"), "status": "concluded_negative"},
            "withdrawn": {"title": both("Ritirata", "Withdrawn"), "status": "concluded_negative"},
        },
        "transitions": {
            "take-charge": {"title": both("Prendi", "Take"), "from": {"submitted": true}, "to": "examination",
                "by": {"operator": true, "case_officer": true}},
            "ask-integration": {"title": both("Chiedi", "Ask"), "from": {"examination": true}, "to": "integration", "by": officer,
                "form": request, "notify": {"applicant": "integration-request"}},
            "answer": {"title": both("Rispondi", "Answer"), "from": {"integration": true}, "to": "examination",
                "by": {"citizen": true, "delegate": true}, "form": reply},
            "close-incomplete": {"title": both("Chiudi", "Close"), "from": {"integration": true}, "to": "incomplete",
                "by": {"system": true}, "when": "payments.due >= 0"},
            "grant": {"title": both("Accogli", "Grant"), "from": {"examination": true}, "to": "granted", "by": officer,
                "requires": {"act": "badge-act"}},
            "withdraw": {"title": both("Ritira", "Withdraw"), "from": {"submitted": true, "examination": true}, "to": "withdrawn",
                "by": {"citizen": true, "delegate": true}},
        },
    })
}
