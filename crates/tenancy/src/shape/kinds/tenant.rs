//! The installation, its tenants, their parameters and identity providers.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::{FORMAT_FIELD, ID, LINE, TEXTS};

/// `platform.yaml`
pub static PLATFORM: Record = Record {
    it: "l'installazione",
    en: "the installation",
    fields: &[
        FORMAT_FIELD,
        field("name", LINE, "nome", "name").required(),
        field("support", ID, "assistenza: l'ente che assiste gli altri", "the tenant whose staff supports the others"),
        field("reuse_agreements", Shape::Items(&AGREEMENTS), "convenzioni di riuso", "reuse agreements"),
    ],
};

static AGREEMENTS: Items = Items { keys: Keys::Id, item: Shape::Record(&AGREEMENT), sourced: false };

static AGREEMENT: Record = Record {
    it: "una convenzione di riuso",
    en: "a reuse agreement",
    fields: &[
        field("granting", Shape::Set(Keys::Id), "enti concedenti", "granting bodies").required(),
        field("using", Shape::Set(Keys::Id), "enti utilizzatori", "using bodies").required(),
        field("since", Shape::Leaf(Leaf::Date), "dal", "since").required(),
        field("act", TEXTS, "atto", "the act"),
    ],
};

/// `tenant.yaml`
pub static TENANT: Record = Record {
    it: "un ente",
    en: "a tenant",
    fields: &[
        FORMAT_FIELD,
        field("id", Shape::Leaf(Leaf::Uuid), "identificativo, UUIDv7 scritto una volta sola", "id, a UUIDv7 written once").required(),
        field("slug", ID, "slug: uguale alla cartella", "equals the folder").required(),
        field("aliases", Shape::Set(Keys::Id), "slug precedenti", "earlier slugs"),
        field("code", Shape::Leaf(Leaf::Code), "codice, da 3 a 5 lettere", "3 to 5 letters, prefix of case codes").required(),
        field("kind", Shape::Leaf(Leaf::OneOf(&["municipality", "union"])), "tipo", "municipality or union").required(),
        field("name", TEXTS, "nome", "name").required(),
        field("union", ID, "unione di cui fa parte", "the union that it belongs to"),
        field("codes", Shape::Items(&CODES), "codici IPA, Belfiore e ISTAT", "IPA, Belfiore and ISTAT codes"),
        field("domains", Shape::Set(Keys::Host), "domini dei suoi portali", "domains of its portals"),
        field("languages", Shape::Set(Keys::OneOf(&["it", "en"])), "lingue", "languages").required(),
        field("contacts", Shape::Items(&CONTACTS), "contatti", "contacts"),
        field("legal", Shape::Items(&LEGAL), "pagine legali", "legal pages"),
        field("inherits", ID, "eredita: l'ente di cui prende il catalogo", "the tenant whose catalogue it takes"),
        field(
            "follow",
            Shape::Leaf(Leaf::OneOf(&["manual", "fixes", "stable"])),
            "segue gli aggiornamenti: manual, fixes, stable",
            "how it follows updates",
        )
        .internal(),
        field("services", Shape::Set(Keys::Id), "servizi attivi", "active services").internal(),
    ],
};

static CODES: Items = Items { keys: Keys::OneOf(&["ipa", "belfiore", "istat", "aoo"]), item: Shape::Leaf(Leaf::Text(40)), sourced: true };

static CONTACTS: Items =
    Items { keys: Keys::OneOf(&["email", "certified_email", "phone", "website"]), item: Shape::Leaf(Leaf::Text(200)), sourced: true };

static LEGAL: Items = Items { keys: Keys::OneOf(&["privacy", "accessibility", "terms"]), item: Shape::Leaf(Leaf::Url), sourced: false };

/// `parameters.yaml` of a tenant
pub static LOCAL_PARAMETERS: Record = Record {
    it: "i parametri di un ente",
    en: "a tenant's parameters",
    fields: &[FORMAT_FIELD, field("parameters", Shape::Items(&VALUES), "parametri", "parameters").required()],
};

static VALUES: Items = Items { keys: Keys::Id, item: Shape::Free, sourced: true };

/// `identity.yaml`
pub static IDENTITY: Record = Record {
    it: "i fornitori d'identità",
    en: "identity providers",
    fields: &[FORMAT_FIELD, field("issuers", Shape::Items(&ISSUERS), "fornitori", "issuers").required()],
};

static ISSUERS: Items = Items { keys: Keys::Id, item: Shape::Record(&ISSUER), sourced: false };

const ALGORITHMS: &[&str] = &["ES256", "ES384", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"];

static ISSUER: Record = Record {
    it: "un fornitore d'identità",
    en: "an identity provider",
    fields: &[
        field("issuer", Shape::Leaf(Leaf::Url), "chi emette i token", "who issues the tokens").required(),
        field("audience", Shape::Leaf(Leaf::Text(200)), "destinatario dei token", "for whom they are issued").required(),
        field("jwks", Shape::Record(&JWKS), "chiavi", "keys").required(),
        field("algorithms", Shape::Set(Keys::OneOf(ALGORITHMS)), "algoritmi ammessi", "algorithms that are accepted").required(),
        field("people", Shape::Leaf(Leaf::OneOf(&["citizens", "staff"])), "persone", "whom it vouches for").required(),
        field("claims", Shape::Items(&CLAIMS), "attributi", "our name of a claim → the token's"),
    ],
};

static JWKS: Record = Record {
    it: "le chiavi",
    en: "the keys",
    fields: &[
        field("url", Shape::Leaf(Leaf::Url), "indirizzo", "address"),
        field("file", Shape::Leaf(Leaf::FileName), "file", "a file in this folder"),
    ],
};

const CLAIM_NAMES: &[&str] =
    &["subject", "tax_code", "given_name", "family_name", "level", "email", "name", "birth_date", "residence", "phone"];

static CLAIMS: Items = Items { keys: Keys::OneOf(CLAIM_NAMES), item: Shape::Leaf(Leaf::Text(200)), sourced: false };
