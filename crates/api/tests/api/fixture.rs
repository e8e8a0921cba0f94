//! Two bodies made by hand: the same permit at both, each with its domain; one of them with a fee.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Value, json};
use sportello_domain::{
    definition::Definition,
    service::Service,
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
        "name": {"it": format!("Comune di {slug}"), "en": format!("Municipality of {slug}")},
        "domains": {format!("sportello.{slug}.example.org"): true},
        "languages": {"it": true, "en": true},
        "contacts": {"email": {"value": format!("info@{slug}.example.org"), "verified": false, "source": "unverified"}},
        "branding": {"colors": {"primary": "#0066CC"}, "logo": {"file": "logo.svg", "alt": {"it": "Stemma", "en": "Arms"}, "svg": "<svg/>"}},
        "offices": {"police": {"name": {"it": "Polizia locale", "en": "Local police"}, "role": "mobility", "phone": "0541 1"}},
        "locations": {"hall": {"name": {"it": "Sportello", "en": "Desk"}, "hours": {"always": {"value": {"week": {"mon": {"08:30": "13:00"}}}}}}},
        "calendar": {"patron_saint": {
            "month_day": {"value": "06-24"}, "name": {"it": "San Giovanni", "en": "Saint John"},
            "closes_desk": {"value": true}, "moves_terms": {"value": false, "verified": false}
        }},
        "parameters": {"permit-months": {"value": 12}},
        "hash": format!("hash-of-{slug}"),
    }))
    .unwrap();
    let active = permit(&tenant);
    tenant.services = IndexMap::from([(active.service.id.clone(), Arc::new(active))]);
    tenant
}

fn permit(tenant: &Tenant) -> ActiveService {
    let service: Service = serde_json::from_value(service()).unwrap();
    let workflow: Workflow = serde_json::from_value(workflow()).unwrap();
    let definition = Definition::of(&service, &workflow, &IndexMap::new(), &tenant.parameters);
    let (_, hash) = definition.freeze().unwrap();
    ActiveService { service, workflow, definition: Arc::new(definition), definition_hash: hash.into() }
}

fn both(it: &str, en: &str) -> Value {
    json!({"it": it, "en": en})
}

fn service() -> Value {
    json!({
        "id": "parking-permit", "category": "mobility-and-transport",
        "title": both("Permesso di sosta in città", "Parking permit"), "summary": both("Per chi abita in centro.", "For those who live in the centre."),
        "audience": both("Ai residenti: {{tenant.name}}.", "To residents: {{tenant.name}}."),
        "how": both("Telefona: {{office.phone}}.", "Call {{office.phone}}."),
        "needs": both("La patente.", "The licence."),
        "outcome": both("Un permesso di {{parameters.permit-months}} mesi.", "A permit for {{parameters.permit-months}} months."),
        "channels": {"online": true, "desk": true, "phone": false},
        "conditions": both("Nessuna.", "None."), "office": "mobility", "topics": {"parking": true}, "life_events": {"vehicle": true},
        "assurance_level": 2, "term_days": {"value": 30, "source": "L. 241/1990"},
        "fees": {"issue": {"title": both("Rilascio", "Issue"), "amount": "10.00", "verified": false, "source": "unverified",
            "changes": {"2026-07-01": {"amount": "12.00"}, "2027-01-01": {"amount": "15.00"}}}},
        "documents": {"licence": {"title": both("Patente", "Licence"), "required": true, "types": {"pdf": true}, "max_mb": 1}},
        "form": {"sections": {
            "vehicle": {"title": both("Veicolo", "Vehicle"), "fields": {
                "plate": {"type": "plate", "title": both("Targa", "Plate"), "required": true},
                "note": {"type": "text", "title": both("Nota", "Note"), "max_length": 20}
            }}
        }},
        "workflow": "simple",
    })
}

fn workflow() -> Value {
    let staff = json!({"operator": true, "case_officer": true});
    json!({
        "id": "simple", "start": "submitted",
        "states": {
            "submitted": {"title": both("Presentata", "Submitted"), "status": "in_progress"},
            "examination": {"title": both("In esame", "Under examination"), "status": "in_progress"},
            "granted": {"title": both("Accolta", "Granted"), "status": "concluded_positive"},
            "refused": {"title": both("Respinta", "Refused"), "status": "concluded_negative"},
        },
        "transitions": {
            "take-charge": {"title": both("Prendi in carico", "Take charge"), "from": {"submitted": true}, "to": "examination", "by": staff},
            "grant": {"title": both("Accogli", "Grant"), "from": {"examination": true}, "to": "granted", "by": {"case_officer": true}, "requires": {"act": "permit"}},
            "refuse": {"title": both("Respingi", "Refuse"), "from": {"examination": true}, "to": "refused", "by": {"case_officer": true},
                "form": {"fields": {"reason": {"type": "long_text", "title": both("Motivo", "Reason"), "required": true}}}},
        },
    })
}
