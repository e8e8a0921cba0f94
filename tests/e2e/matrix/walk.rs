//! A desk at work: whatever its people do next is thrown with dice, and what they are told is kept in words that are the same wherever
//! and whenever it is said.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Value, json};
use sportello_tests::{Api, PDF, Reply, badge, key};

use crate::network::{Body, NOWHERE, Network, resident};

/// Numbers that come in the same order for the same seed (`SplitMix64` by G. L. Steele, D. Lea and C. H. Flood, 2014).
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below another.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).expect("it is below the limit")
    }
}

/// The people of a body, what they opened, and what they were told.
pub(crate) struct Desk {
    root: String,
    body: Body,
    citizen: Api,
    operator: Api,
    officer: Api,
    administrator: Api,
    nobody: Api,
    cases: Vec<String>,
    granted: usize,
    told: Told,
}

impl Desk {
    /// The desk of a body.
    pub(crate) fn of(network: &Network, body: Body) -> Self {
        let who = |role| network.who(body, role);
        Self {
            root: format!("/v1/tenants/{}", body.slug),
            body,
            citizen: who("citizen"),
            operator: who("operator"),
            officer: who("case_officer"),
            administrator: who("administrator"),
            nobody: network.world().nobody(),
            cases: Vec::new(),
            granted: 0,
            told: Told::default(),
        }
    }

    /// The path of a case that was opened here; of nothing before one is.
    pub(crate) fn some_case(&self, dice: &mut Dice) -> String {
        let place = dice.below(self.cases.len());
        self.cases.get(place).cloned().unwrap_or_else(|| format!("{}/cases/{NOWHERE}", self.root))
    }

    /// What happens next, and what is told of it.
    pub(crate) fn step(&mut self, dice: &mut Dice) -> String {
        let case = self.some_case(dice);
        let Self { root, citizen, operator, officer, administrator, nobody, .. } = &*self;
        let reply = match dice.below(24) {
            0..3 => return self.open(dice),
            3 => Self::on(citizen, &case, |etag| {
                let request =
                    citizen.request("PATCH", &case).header("if-match", etag).header("content-type", "application/merge-patch+json");
                citizen.send(request.body(json!({"answers": {"request": {"expected-date": "2099-03-31"}}}).to_string()))
            }),
            4 => citizen.upload(&case, "medical-certificate", "certificate.pdf", "application/pdf", PDF),
            5..8 => Self::on(citizen, &case, |etag| Self::moved(citizen, &format!("{case}/submission"), etag, &json!({}))),
            8..10 => {
                let transition = ["take-charge", "ask-integration", "deny-nothing"][dice.below(3)];
                let body = json!({"transition": transition, "data": {"request": self.body.word}});
                Self::on(officer, &case, |etag| Self::moved(officer, &format!("{case}/transitions"), etag, &body))
            }
            10 => citizen.post(&format!("{case}/messages"), &json!({"subject": "?", "body": self.body.word})),
            11 => officer.post(&format!("{case}/notes"), &json!({"body": self.body.word})),
            12 => officer.get(&format!("{root}/inbox?limit={}", 1 + dice.below(5))),
            13 => officer.send(officer.request("GET", &format!("{root}/inbox")).header("accept", "text/csv")),
            14 => operator.send(operator.request("POST", &format!("{root}/cases/search")).json(&json!({"service": "pink-badge"}))),
            15 => citizen.get(&format!("{root}/cases?limit={}", 1 + dice.below(5))),
            16 => {
                let part = ["", "/events", "/term", "/summary", "/documents", "/messages", "/notes", "/transitions", "/receipt"];
                officer.get(&format!("{case}{}", part[dice.below(part.len())]))
            }
            17 => administrator.get(&format!("{root}/register/entries?limit=200")),
            18 => return self.grant(),
            19 => citizen.get(["/v1/me", "/v1/me/inbox"][dice.below(2)]),
            20 => nobody.get(&format!("{root}/services?q={}", ["bollino", "certificato", "nulla di simile"][dice.below(3)])),
            21 => nobody.get(&["/status".to_owned(), "/health/ready".to_owned(), root.clone()][dice.below(3)]),
            22 => Self::moved(citizen, &format!("{case}/submission"), "\"99\"", &json!({})),
            _ => officer.get(&format!("{root}/cases/{}", [NOWHERE, "nonsense"][dice.below(2)])),
        };
        self.told.words(&reply)
    }

    /// Somebody opens a case.
    fn open(&mut self, dice: &mut Dice) -> String {
        let service = ["pink-badge", "pink-badge", "complaint", "no-such-service"][dice.below(4)];
        let answers = if service == "pink-badge" { badge(&resident(self.body, "citizen")) } else { json!({}) };
        let reply = self.citizen.post(&format!("{}/cases", self.root), &json!({"service": service, "answers": answers}));
        if let Some(path) = reply.json["_links"]["self"]["href"].as_str() {
            self.cases.push(path.to_owned());
        }
        self.told.words(&reply)
    }

    /// Somebody new gets a role.
    fn grant(&mut self) -> String {
        self.granted += 1;
        let grant = json!({"given_name": "New", "family_name": "Person", "subject": format!("new-{}", self.granted), "role": "operator"});
        let reply = self.administrator.post(&format!("{}/assignments", self.root), &grant);
        self.told.words(&reply)
    }

    /// Does something on the version of a case that is read now; where it is not there, that is the answer.
    fn on(api: &Api, case: &str, act: impl FnOnce(&str) -> Reply) -> Reply {
        let read = api.get(case);
        match read.header("etag") {
            Some(etag) => act(etag),
            None => read,
        }
    }

    fn moved(api: &Api, path: &str, etag: &str, body: &Value) -> Reply {
        api.send(api.request("POST", path).header("idempotency-key", key()).header("if-match", etag).json(body))
    }

    /// Somebody of this body tries everything on a case of another, there and here, and gets nothing.
    pub(crate) fn reach_for(&self, case: &str) {
        let id = case.rsplit('/').next().expect("a path has a last part");
        for path in [case.to_owned(), format!("{}/cases/{id}", self.root)] {
            for api in [&self.citizen, &self.operator, &self.officer, &self.administrator] {
                let replies = [
                    api.get(&path),
                    api.get(&format!("{path}/documents")),
                    api.post(&format!("{path}/messages"), &json!({"body": "?"})),
                    api.upload(&path, "medical-certificate", "x.pdf", "application/pdf", PDF),
                    Self::moved(api, &format!("{path}/transitions"), "*", &json!({"transition": "take-charge"})),
                    api.send(api.request("DELETE", &path).header("if-match", "*")),
                ];
                // Who may never do it on any case is told so before it is looked for.
                assert!(replies.iter().all(|reply| matches!(reply.status, 403 | 404)), "{path}: {replies:?}");
            }
        }
    }
}

/// What was told, without what is new each time it is said: ids in the order in which they were met, times, digests and cursors.
struct Told {
    passing: [(Regex, &'static str); 3],
    id: Regex,
    met: BTreeMap<String, usize>,
}

impl Default for Told {
    fn default() -> Self {
        let pattern = |pattern| Regex::new(pattern).expect("a pattern");
        Self {
            passing: [
                (pattern(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "(time)"),
                (pattern("[0-9a-f]{64}"), "(digest)"),
                (pattern(r"cursor=[^&\x22]+"), "cursor=(cursor)"),
            ],
            id: pattern("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
            met: BTreeMap::new(),
        }
    }
}

impl Told {
    fn words(&mut self, reply: &Reply) -> String {
        let printed = reply.header("content-type").is_some_and(|kind| kind == "application/pdf");
        let body = if printed { "a printed page".into() } else { String::from_utf8_lossy(&reply.bytes) };
        let header = |name| reply.header(name).unwrap_or_default();
        let said = format!("{} {} {} {body}", reply.status, header("content-type"), header("location"));
        let said = self.passing.iter().fold(said, |said, (pattern, by)| pattern.replace_all(&said, *by).into_owned());
        let Self { id, met, .. } = self;
        let named = id.replace_all(&said, |found: &regex::Captures| {
            let next = met.len();
            format!("(id {})", met.entry(found[0].to_owned()).or_insert(next))
        });
        named.into_owned()
    }
}
