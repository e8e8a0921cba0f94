//! What people do with cases, against the very statements of the same requests on rows that are the same, sent by a program that does
//! nothing else and without HTTP; and against those statements and a bare HTTP exchange together, which is what any server over
//! that database pays at least.

use std::{net::SocketAddr, thread, time::Duration};

use serde_json::json;
use sportello_tests::{MARIO, PDF, badge, key, tax_code};
use tokio::runtime::Runtime;

use crate::{
    bare,
    client::{Client, Reply, request},
    cpu,
    installation::{Installation, TENANT},
    measure::{Turns, head, median, timed},
    replay::{Replay, Script},
};

/// Turns of what reads.
const READS: usize = 300;
/// Turns of what writes; each needs a draft of its own.
pub(crate) const WRITES: usize = 40;

/// A case, and how its citizen proves who it is.
#[derive(Clone)]
pub(crate) struct Case {
    path: String,
    citizen: String,
}

/// An installation at work.
pub(crate) struct Bench<'a> {
    pub(crate) installation: &'a Installation,
    address: SocketAddr,
    client: Client,
    officer: String,
    drafts: usize,
    pub(crate) rows: Vec<Row>,
}

/// One kind of request at one size.
pub(crate) struct Row {
    pub(crate) work: &'static str,
    pub(crate) size: usize,
    script: Script,
    alone: Turns,
    with_http: Turns,
    /// What the product and its workers ran for a request, in microseconds.
    pub(crate) cpu: f64,
}

impl<'a> Bench<'a> {
    /// Serves an installation.
    pub(crate) fn new(installation: &'a Installation, runtime: &Runtime) -> Self {
        let officer = runtime.block_on(installation.officer());
        let address = installation.serve();
        Self { installation, address, client: Client::new(address), officer, drafts: 0, rows: Vec::new() }
    }

    /// A case that was submitted.
    pub(crate) fn case(&mut self) -> Case {
        let case = self.draft();
        self.client.send(&submission(&case)).expect(200);
        case
    }

    /// Measures what reads, with a case to be looked at.
    pub(crate) fn reads(&mut self, size: usize, case: &Case, bound: &mut impl Replay) {
        let detail = request("GET", &case.path, &[("authorization", &case.citizen)], b"");
        let inbox = request("GET", &format!("/v1/tenants/{TENANT}/inbox?limit=10"), &[("authorization", &self.officer)], b"");
        self.row("detail", size, &vec![detail; READS], bound);
        self.row("list of ten", size, &vec![inbox; READS], bound);
    }

    /// Measures what writes, on drafts that nobody submitted.
    pub(crate) fn writes(&mut self, size: usize, drafts: &[Case], bound: &mut impl Replay) {
        let submissions: Vec<_> = drafts.iter().map(submission).collect();
        let transitions: Vec<_> = drafts.iter().map(|case| take_charge(case, &self.officer)).collect();
        self.row("submission", size, &submissions, bound);
        self.row("transition", size, &transitions, bound);
    }

    /// Sends each request, then the statements that it sent to the bound, then asks a bare server for the same reply.
    fn row(&mut self, work: &'static str, size: usize, requests: &[Vec<u8>], bound: &mut impl Replay) {
        // A connection that rested for long is closed.
        self.client = Client::new(self.address);
        let record = &self.installation.record;
        let (first, rest) = requests.split_first().expect("a request");
        record.take();
        // The first of each is not counted: it opens connections and prepares statements.
        let reply = self.client.send(first);
        reply.expect(200);
        let script = record.take();
        bound.prepare(&script, requests.len());
        bound.send(&script);
        let workers = bound.workers();
        let ran = || cpu::of_the_others() + workers.iter().copied().map(cpu::of).sum::<f64>();
        let (mut bare, plain) = bare_of(&reply);
        let (mut alone, mut with_http, mut cpu) = (Turns::default(), Turns::default(), Vec::new());
        for request in rest {
            let before = ran();
            let (ours, same) = timed(|| self.client.send(request));
            // What a server does after it answered belongs to the request as well.
            thread::sleep(Duration::from_millis(1));
            cpu.push(ran() - before);
            same.expect(200);
            assert!(request != first || same.body == reply.body, "{work}: the same request, the same reply");
            let again = record.take();
            assert!(again.is_like(&script), "{work}: other statements");
            let sent = bound.send(&again);
            let (exchanged, _) = timed(|| bare.send(&plain));
            alone.add(ours, sent);
            with_http.add(ours, sent + exchanged);
        }
        self.rows.push(Row { work, size, script, alone, with_http, cpu: median(cpu) });
    }

    /// A draft that can be submitted, of a citizen who has no other.
    pub(crate) fn draft(&mut self) -> Case {
        let code = tax_code(self.drafts);
        self.drafts += 1;
        let citizen = self.installation.citizen(&code);
        let mut answers = badge(&MARIO);
        answers["applicant"]["tax-code"] = code.into();
        let body = json!({"service": "pink-badge", "answers": answers});
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

    /// Prints what was measured at a size, and which program sent the statements.
    pub(crate) fn print_size(&self, size: usize, program: &str) {
        head();
        for Row { work, size, script, alone, with_http, .. } in self.rows.iter().filter(|row| row.size == size) {
            let (number, times) = (script.len(), script.transactions());
            alone.print(
                &format!("{work}, {size} cases"),
                &format!("its {number} statements{program}; {times} transaction{}", if times == 1 { "" } else { "s" }),
                0.7,
            );
            with_http.print(&format!("{work}, {size} cases"), "these and a bare exchange", 0.7);
        }
    }

    /// Prints how it grows from the smallest size on.
    pub(crate) fn print_growth(&mut self) {
        println!("\n| work | cases | ours µs | to the smallest | CPU µs | to the smallest | statements µs | to the smallest |");
        println!("|---|--:|--:|--:|--:|--:|--:|--:|");
        self.rows.sort_by_key(|row| (row.work, row.size));
        for same in self.rows.chunk_by(|one, other| one.work == other.work) {
            let smallest = &same[0];
            for Row { work, size, alone, cpu, .. } in same {
                let (one, other) = (alone.ours(), alone.bound());
                println!(
                    "| {work} | {size} | {one:.0} | {:.2} | {cpu:.0} | {:.2} | {other:.0} | {:.2} |",
                    one / smallest.alone.ours(),
                    cpu / smallest.cpu,
                    other / smallest.alone.bound()
                );
            }
        }
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
