//! Who offers this API, where, under which conditions.

use serde_json::{Value, json};

/// Writes what stands before the paths.
pub(super) fn write(document: &mut Value) {
    let paths = document.get("paths").cloned().unwrap_or_default();
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    *document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sportello",
            "description": "Services, cases, documents, payments and the protocol register of municipalities and their unions. One \
                installation serves several bodies; the path names the body. Texts are in Italian unless `Accept-Language` asks for English.",
            "version": env!("CARGO_PKG_VERSION"),
            "x-summary": "Sportello polifunzionale: servizi, pratiche, documenti, pagamenti e protocollo dei comuni e delle loro unioni",
            "x-api-id": "5b0c7e0e-6f3a-4c3e-9d0f-5a1f0c7f8a11",
            "termsOfService": "https://sportello.example.org/terms",
            "contact": {"name": "Unione dei Comuni Valle del Savio", "url": "https://sportello.example.org", "email": "sportello@example.org"},
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [
            {"url": "https://sportello.example.org", "description": "An installation; each has its own address"},
            {"url": "http://127.0.0.1:8080", "description": "The demo on this machine", "x-sandbox": true},
        ],
        "tags": [
            {"name": "operation", "description": "Health, this description, the meaning of problems"},
            {"name": "tenants", "description": "The bodies"},
            {"name": "services", "description": "What citizens can ask for"},
            {"name": "places", "description": "Offices, locations, calendar"},
            {"name": "me", "description": "Who is asking"},
            {"name": "cases", "description": "Requests, from draft to outcome"},
            {"name": "documents", "description": "Files of a case"},
            {"name": "messages", "description": "Messages on a case"},
            {"name": "notes", "description": "Private notes of colleagues on a case"},
            {"name": "opinions", "description": "What other offices think of a case"},
            {"name": "payments", "description": "What is due for a case"},
            {"name": "ratings", "description": "What citizens thought of services"},
            {"name": "register", "description": "The protocol register"},
            {"name": "registers", "description": "What the body has elsewhere: population register, land registry"},
            {"name": "assignments", "description": "Who holds which role"},
            {"name": "dead-letters", "description": "Timers and letters that failed too often and wait for a person"},
            {"name": "support", "description": "All bodies at once, for the support staff"},
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "A token of the body's identity provider. It proves a person and an identity level; roles are kept by the body.",
                },
            },
        },
    });
}
