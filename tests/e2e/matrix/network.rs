//! The four bodies of the matrix, the people in them, and one of everything in each.

use std::{fmt::Write as _, fs, sync::Arc, thread, time::Duration};

use serde_json::{Value, json};
use sportello_tests::{
    Api, Data, Launch, PDF, Provider, Resident, World, badge, copy_folder, copy_tenants, draft, sportello, submit, take, tax_code,
};
use tempfile::TempDir;

/// A body, and what it is to the one whose paths are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    /// Its slug.
    pub(crate) slug: &'static str,
    /// What it is to Santarcangelo.
    pub(crate) relation: &'static str,
    /// A word that stands in everything that its people write, and nowhere else.
    pub(crate) word: &'static str,
}

/// Whose paths are asked.
pub(crate) const OWN: Body = Body { slug: "santarcangelo", relation: "own", word: "Ombracinque" };
/// The neighbour in the same union.
pub(crate) const SIBLING: Body = Body { slug: "verucchio", relation: "sibling", word: "Ventosette" };
/// Whose catalogue it is.
pub(crate) const GRANTING: Body = Body { slug: "cesena", relation: "granting", word: "Lampotredici" };
/// Through which it is inherited.
const UNION: Body = Body { slug: "unione-valmarecchia", relation: "union", word: "Nebbiadue" };

/// All of them, in the order of the columns.
pub(crate) const BODIES: [Body; 4] = [OWN, SIBLING, GRANTING, UNION];

/// Who asks at a body. The citizen is whose case it is, the neighbour somebody else.
pub(crate) const ROLES: [&str; 12] = [
    "citizen",
    "neighbour",
    "delegate",
    "professional",
    "operator",
    "case_officer",
    "office_head",
    "desk_manager",
    "administrator",
    "auditor",
    "support",
    "service_account",
];

/// The ids of one of everything at a body, by the names that paths give them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Things(pub(crate) Vec<(&'static str, String)>);

impl Things {
    /// The id of a thing; that of nothing where a body has none of the kind.
    pub(crate) fn id(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or(NOWHERE, |(_, id)| id)
    }
}

/// An id that nothing has.
pub(crate) const NOWHERE: &str = "019b78cc-aad8-7e5a-9397-af82e1c7ffff";

/// A running installation of the four bodies.
pub(crate) struct Network {
    world: World,
    provider: Provider,
    own: Things,
    elsewhere: Things,
    _tenants: TempDir,
}

impl Network {
    /// Starts it and lets people work in it.
    pub(crate) fn start(launch: Launch, data: Data) -> Self {
        let provider = Provider::new("matrix");
        let tenants = bodies(&provider);
        let launch = Launch { command: "serve", tenants: tenants.path().to_path_buf(), ..launch }.without_limits();
        let world = World::launch_on(&launch, Arc::new(data));
        let mut network = Self { world, provider, own: Things::default(), elsewhere: Things::default(), _tenants: tenants };
        for body in BODIES {
            network.appoint(body);
        }
        network.elsewhere = network.work(GRANTING, 3);
        network.work(SIBLING, 1);
        network.own = network.work(OWN, 1);
        assert!(network.elsewhere.id("number") > network.own.id("number"), "a number of the one is none of the other");
        network
    }

    /// The installation.
    pub(crate) const fn world(&self) -> &World {
        &self.world
    }

    /// What is at the body that is asked.
    pub(crate) const fn own(&self) -> &Things {
        &self.own
    }

    /// What is at another.
    pub(crate) const fn elsewhere(&self) -> &Things {
        &self.elsewhere
    }

    /// Somebody of a body.
    pub(crate) fn who(&self, body: Body, role: &str) -> Api {
        self.world.with_token(self.provider.token(&claims(body, role)))
    }

    /// The same person with a token that lets nobody in: by what is wrong with it.
    pub(crate) fn refused(&self, body: Body, role: &str) -> [(&'static str, Api); 4] {
        let with = |name: &str, value: Value| {
            let mut claims = claims(body, role);
            claims[name] = value;
            self.world.with_token(self.provider.token(&claims))
        };
        let other = Provider::new("matrix").token(&claims(body, role));
        [
            ("none", self.world.nobody()),
            ("expired", with("exp", json!(1_700_000_000))),
            ("other issuer's", self.world.with_token(other)),
            ("for others", with("aud", json!("another-desk"))),
        ]
    }

    /// How many letters were written for a body, once no more are.
    pub(crate) fn letters(&self, body: Body) -> usize {
        let id = self.world.nobody().get(&format!("/v1/tenants/{}", body.slug)).expect(200)["id"].as_str().expect("an id").to_owned();
        let folder = self.world.data().join("outgoing").join(id);
        let count = || fs::read_dir(&folder).map_or(0, |entries| entries.flatten().count());
        let mut last = usize::MAX;
        while last != count() {
            last = count();
            thread::sleep(Duration::from_secs(5));
        }
        last
    }

    /// The first administrator from the command line, everybody else by that one.
    fn appoint(&self, body: Body) {
        let person = resident(body, "administrator");
        let names = ["--given-name", person.given_name, "--family-name", person.family_name];
        let places = self.world.places();
        let arguments =
            [&["tenant", "admin", body.slug, "--tax-code", person.tax_code], &names[..], &places.each_ref().map(String::as_str)];
        let output = sportello(&arguments.concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let administrator = self.who(body, "administrator");
        for role in ROLES.into_iter().filter(|role| is_staff(role) && *role != "administrator") {
            let person = resident(body, role);
            let grant = json!({
                "given_name": person.given_name, "family_name": person.family_name, "tax_code": person.tax_code, "role": role,
            });
            let given = administrator.post(&format!("/v1/tenants/{}/assignments", body.slug), &grant);
            // Roles without a permission cannot be given yet; they stay in the matrix for the day on which they can.
            let status = if matches!(role, "delegate" | "professional" | "citizen") { 422 } else { 201 };
            given.expect(status);
        }
    }

    /// Lets a citizen of a body ask for so many badges and its office work on the last.
    fn work(&self, body: Body, badges: usize) -> Things {
        let (citizen, officer) = (self.who(body, "citizen"), self.who(body, "case_officer"));
        let person = resident(body, "citizen");
        let mut last = String::new();
        for _ in 0..badges {
            last = draft(&citizen, body.slug, "pink-badge", &badge(&person));
            citizen.upload(&last, "medical-certificate", &format!("{}.pdf", body.word), "application/pdf", PDF).expect(201);
            submit(&citizen, &last);
        }
        take(&officer, &last, "take-charge", &json!({}));
        citizen.post(&format!("{last}/messages"), &json!({"subject": body.word, "body": body.word})).expect(201);
        officer.post(&format!("{last}/notes"), &json!({"body": body.word})).expect(201);
        let root = format!("/v1/tenants/{}", body.slug);
        let filter = officer.post(&format!("{root}/inbox/filters"), &json!({"name": body.word, "filter": {"assignee": "me"}})).expect(201);
        let first = |api: &Api, path: &str| api.get(path).expect(200)["items"][0].clone();
        let assignment = first(&self.who(body, "administrator"), &format!("{root}/assignments"));
        let document = first(&citizen, &format!("{last}/documents"));
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let case = citizen.get(&last).expect(200);
        Things(vec![
            ("case", text(&case["id"])),
            ("number", text(&case["register_number"])),
            ("document", text(&document["id"])),
            ("filter", text(&filter["id"])),
            ("assignment", text(&assignment["id"])),
            ("service", "pink-badge".to_owned()),
            ("code", "not_found".to_owned()),
        ])
    }
}

/// Whether a role is given by a row.
fn is_staff(role: &str) -> bool {
    !matches!(role, "citizen" | "neighbour")
}

/// The person who holds a role at a body; the name is the body's word.
pub(crate) fn resident(body: Body, role: &str) -> Resident {
    let place = |found: Option<usize>| found.expect("one of those above");
    let number = place(BODIES.iter().position(|known| *known == body)) * ROLES.len() + place(ROLES.iter().position(|known| *known == role));
    Resident {
        given_name: body.word,
        family_name: body.word,
        tax_code: Box::leak(tax_code(number).into_boxed_str()),
        birth_date: "1980-01-01",
        email: Box::leak(format!("{}@example.org", body.word.to_lowercase()).into_boxed_str()),
    }
}

/// What a person's own provider says of the person.
fn claims(body: Body, role: &str) -> Value {
    let person = resident(body, role);
    let people = if is_staff(role) { "staff" } else { "citizens" };
    json!({
        "iss": issuer(), "aud": format!("{people}-{}", body.slug), "sub": person.tax_code, "acr": "2",
        "given_name": person.given_name, "family_name": person.family_name, "email": person.email, "fiscal_number": person.tax_code,
    })
}

/// One gateway for everybody: only the audience says for which body a token is.
const fn issuer() -> &'static str {
    "https://gateway.example.org"
}

/// The committed bodies with one more commune, where everybody logs in at a gateway of ours.
fn bodies(provider: &Provider) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    copy_tenants(folder.path());
    copy_folder(&folder.path().join(OWN.slug), &folder.path().join(SIBLING.slug));
    let file = folder.path().join(SIBLING.slug).join("tenant.yaml");
    let text = fs::read_to_string(&file).expect("the commune's file");
    let renamed = [
        ("019b78cc-aad8-7e5a-9397-af82e1c701f0", "019b78cc-aad8-7e5a-9397-af82e1c70aaa"),
        ("slug: santarcangelo", "slug: verucchio"),
        ("code: SAN", "code: VER"),
        ("{ipa: c_i304, belfiore: I304, istat: \"099018\"}", "{ipa: c_l797, belfiore: L797, istat: \"099028\"}"),
        ("sportello.comune.santarcangelo.rn.it: true", "sportello.comune.verucchio.rn.it: true"),
    ]
    .into_iter()
    .fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the commune's file");
        text.replace(from, to)
    });
    fs::write(file, renamed).expect("written");
    for body in BODIES {
        let mut text = "format: 1\nissuers:\n".to_owned();
        for people in ["citizens", "staff"] {
            let _ = write!(
                text,
                "  {people}:\n    issuer: {}\n    audience: {people}-{}\n    jwks: {{file: jwks.json}}\n    algorithms: {{ES256: true}}\n    \
                 people: {people}\n    claims: {{tax_code: fiscal_number, level: acr}}\n",
                issuer(),
                body.slug
            );
        }
        fs::write(folder.path().join(body.slug).join("identity.yaml"), text).expect("written");
        fs::write(folder.path().join(body.slug).join("jwks.json"), provider.keys().to_string()).expect("written");
    }
    folder
}
