//! What people do with cases, against the very statements of the same requests on a copy of the same file, sent by a program that
//! does nothing else and without HTTP; and against those statements and a bare HTTP exchange together, which is what any server over
//! that database pays at least.

use serde_json::json;
use sportello_tests::{MARIO, PDF, key, tax_code};
use tokio::runtime::Runtime;

use crate::{
    bare,
    client::{Client, Reply, request},
    installation::{Installation, TENANT},
    measure::{Turns, head, timed},
    replay::{Copy, Script},
};

/// How many cases the body has when it is measured.
const SIZES: [usize; 3] = [10, 100, 1000];
/// Turns of what reads.
const READS: usize = 300;
/// Turns of what writes; each needs a draft of its own.
const WRITES: usize = 40;

/// A case, and how its citizen proves who it is.
#[derive(Clone)]
struct Case {
    path: String,
    citizen: String,
}

struct Bench<'a> {
    installation: &'a Installation,
    runtime: &'a Runtime,
    client: Client,
    officer: String,
    cases: usize,
    rows: Vec<Row>,
}

/// One kind of request at one size.
struct Row {
    work: &'static str,
    size: usize,
    script: Script,
    alone: Turns,
    with_http: Turns,
}

/// Measures and prints.
pub(crate) fn measure(installation: &Installation, runtime: &Runtime) {
    let officer = runtime.block_on(installation.officer());
    let client = Client::new(installation.serve());
    let mut bench = Bench { installation, runtime, client, officer, cases: 0, rows: Vec::new() };
    for size in SIZES {
        bench.size(size);
    }
    head();
    for Row { work, size, script, alone, with_http } in &bench.rows {
        let (number, times) = (script.len(), script.transactions);
        alone.print(
            &format!("{work}, {size} cases"),
            &format!("its {number} statements; {times} transaction{}", if times == 1 { "" } else { "s" }),
            0.7,
        );
        with_http.print(&format!("{work}, {size} cases"), "these and a bare exchange", 0.7);
    }
    println!("\n| work | cases | ours µs | to the smallest | statements µs | to the smallest |\n|---|--:|--:|--:|--:|--:|");
    bench.rows.sort_by_key(|row| (row.work, row.size));
    for same in bench.rows.chunk_by(|one, other| one.work == other.work) {
        let (ours, bound) = (same[0].alone.ours(), same[0].alone.bound());
        for Row { work, size, alone, .. } in same {
            let (one, other) = (alone.ours(), alone.bound());
            println!("| {work} | {size} | {one:.0} | {:.2} | {other:.0} | {:.2} |", one / ours, other / bound);
        }
    }
}

impl Bench<'_> {
    fn size(&mut self, size: usize) {
        let mut submitted = None;
        while self.cases < size {
            let case = self.draft();
            self.client.send(&submission(&case)).expect(200);
            submitted = Some(case);
        }
        let case = submitted.expect("sizes grow");
        let original = self.installation.file();
        let detail = request("GET", &case.path, &[("authorization", &case.citizen)], b"");
        let inbox = request("GET", &format!("/v1/tenants/{TENANT}/inbox?limit=10"), &[("authorization", &self.officer)], b"");
        let mut copy = self.runtime.block_on(Copy::of(&original, &format!("read-{size}.sqlite")));
        self.row("detail", size, &vec![detail; READS], &mut copy);
        self.row("list of ten", size, &vec![inbox; READS], &mut copy);
        let drafts: Vec<Case> = (0..WRITES).map(|_| self.draft()).collect();
        let submissions: Vec<_> = drafts.iter().map(submission).collect();
        let transitions: Vec<_> = drafts.iter().map(|case| take_charge(case, &self.officer)).collect();
        let mut copy = self.runtime.block_on(Copy::of(&original, &format!("written-{size}.sqlite")));
        self.row("submission", size, &submissions, &mut copy);
        self.row("transition", size, &transitions, &mut copy);
        self.runtime.block_on(copy.assert_same());
    }

    /// Sends each request, then the statements that it sent to the copy, then asks a bare server for the same reply.
    fn row(&mut self, work: &'static str, size: usize, requests: &[Vec<u8>], copy: &mut Copy) {
        let record = &self.installation.record;
        let (first, rest) = requests.split_first().expect("a request");
        record.take();
        // The first of each is not counted: it opens connections and prepares statements.
        let reply = self.client.send(first);
        reply.expect(200);
        let script = record.take();
        self.runtime.block_on(copy.send(&script));
        let (mut bare, plain) = bare_of(&reply);
        let (mut alone, mut with_http) = (Turns::default(), Turns::default());
        for request in rest {
            let (ours, same) = timed(|| self.client.send(request));
            same.expect(200);
            assert!(request != first || same.body == reply.body, "{work}: the same request, the same reply");
            let again = record.take();
            assert_eq!((again.len(), again.transactions), (script.len(), script.transactions), "{work}: other statements");
            let (sent, ()) = timed(|| self.runtime.block_on(copy.send(&again)));
            let (exchanged, _) = timed(|| bare.send(&plain));
            alone.add(ours, sent);
            with_http.add(ours, sent + exchanged);
        }
        self.rows.push(Row { work, size, script, alone, with_http });
    }

    /// A draft that can be submitted, of a citizen who has no other.
    fn draft(&mut self) -> Case {
        let code = tax_code(self.cases);
        self.cases += 1;
        let citizen = self.installation.citizen(&code);
        let mut applicant = MARIO.applicant();
        applicant["tax-code"] = code.into();
        let body = json!({"service": "pink-badge", "answers": {
            "request": {"kind": "first-issue", "situation": "pregnant", "expected-date": "2099-01-31"},
            "applicant": applicant,
            "declarations": {"residence": true, "use": true, "health-data": true},
        }});
        let made = post(&format!("/v1/tenants/{TENANT}/cases"), &citizen, "application/json", body.to_string().as_bytes());
        let path = self.client.send(&made).expect(201)["_links"]["self"]["href"].as_str().expect("a link to itself").to_owned();
        let form = [
            b"--cut\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\nmedical-certificate\r\n--cut\r\ncontent-disposition: \
              form-data; name=\"file\"; filename=\"certificato.pdf\"\r\ncontent-type: application/pdf\r\n\r\n",
            PDF,
            b"\r\n--cut--\r\n",
        ];
        let upload = post(&format!("{path}/documents"), &citizen, "multipart/form-data; boundary=cut", &form.concat());
        self.client.send(&upload).expect(201);
        Case { path, citizen }
    }
}

/// A server that answers with this reply and does nothing, and what to ask it.
fn bare_of(reply: &Reply) -> (Client, Vec<u8>) {
    let mut client = Client::new(bare::answering(reply));
    let plain = request("GET", "/", &[], b"");
    assert_eq!(client.send(&plain).body, reply.body, "the bound answers the same");
    (client, plain)
}

fn submission(case: &Case) -> Vec<u8> {
    post(&format!("{}/submission", case.path), &case.citizen, "application/json", b"{}")
}

fn take_charge(case: &Case, officer: &str) -> Vec<u8> {
    post(&format!("{}/transitions", case.path), officer, "application/json", br#"{"transition": "take-charge", "data": {}}"#)
}

fn post(path: &str, caller: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let headers = [("authorization", caller), ("content-type", content_type), ("idempotency-key", &key()), ("if-match", "*")];
    request("POST", path, &headers, body)
}
