//! What operators rely on: an access log with a line for each request, figures at an address of their own, traces for a collector, and a
//! stop that cuts nobody off.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sportello_tests::{BIANCA, Data, Launch, MARIO, PDF, World, draft, http};

/// A server under settings of its own.
fn serving(settings: &str) -> World {
    let arguments = ["--log-format", "json"].map(str::to_owned).to_vec();
    World::launch(&Launch { command: "serve", settings: settings.to_owned() + "\n", arguments, ..Launch::default() })
}

fn signal(world: &World, name: &str) {
    let sent = Command::new("kill").args([name, &world.process().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// Waits until something is so.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}: never");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The lines of the access log.
fn accesses(world: &World) -> Vec<Value> {
    let log = world.log();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["target"] == "access").collect()
}

/// The line of the request whose reply named it so.
fn access(world: &World, request: &str) -> Value {
    let mut found = None;
    until("the line of a request", || {
        found = accesses(world).into_iter().find(|line| line["request_id"] == request);
        found.is_some()
    });
    found.expect("it was found")
}

#[test]
fn each_request_is_one_line_that_says_who_did_what_and_how_it_ended() {
    let launch = Launch { arguments: vec!["--log-format".to_owned(), "json".to_owned()], ..Launch::default() };
    let world = World::launch(&launch);
    let citizen = world.citizen("cesena", &BIANCA);
    let case = draft(&citizen, "cesena", "pink-badge", &json!({}));
    let id = case.rsplit('/').next().expect("an id");
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let neighbour = world.citizen("cesena", &MARIO);
    let refused = neighbour.send(neighbour.request("GET", &format!("{case}?who=segreto")).header("traceparent", parent));
    let line = access(&world, refused.json["request_id"].as_str().expect("a request id"));
    let route = "/v1/tenants/{tenant}/cases/{case}";
    assert_eq!(
        (&line["method"], &line["route"], &line["status"], &line["code"]),
        (&"GET".into(), &route.into(), &404.into(), &"not_found".into())
    );
    assert_eq!(line["uri"], format!("/v1/tenants/cesena/cases/{id}"), "without the query");
    assert_eq!((&line["tenant"], &line["home"], &line["client"]), (&"cesena".into(), &"cesena".into(), &"127.0.0.1".into()));
    assert_eq!(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(line["bytes"], refused.bytes.len(), "{line}");
    assert!(line["milliseconds"].is_u64() && line["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{line}");
    let caller = line["caller"].as_str().expect("a caller").to_owned();
    assert!(caller.len() == 32 && caller.bytes().all(|byte| byte.is_ascii_hexdigit()), "{caller}");
    // The same person is the same, another is another, nobody is nobody; what strangers make up is not written down.
    let again = neighbour.get("/v1/me/nothing").json["request_id"].as_str().expect("an id").to_owned();
    let other = citizen.get("/v1/me/nothing").json["request_id"].as_str().expect("an id").to_owned();
    let nobody = world.nobody().get("/v1/tenants/cesena/cases/RSSMRA80A01C573D").json["request_id"].as_str().expect("an id").to_owned();
    let (again, other, nobody) = (access(&world, &again), access(&world, &other), access(&world, &nobody));
    assert_eq!((&again["caller"], &again["uri"]), (&Value::from(caller.clone()), &"none".into()));
    assert!(other["caller"].is_string() && other["caller"] != caller, "{other}");
    assert_eq!((&nobody["caller"], &nobody["uri"]), (&Value::Null, &"/v1/tenants/cesena/cases/{case}".into()));
    let ids: Vec<_> = accesses(&world).iter().map(|line| line["request_id"].to_string()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<std::collections::BTreeSet<_>>().len(), "one line each");
}

#[test]
fn figures_have_an_address_of_their_own_where_one_is_set() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let world = serving(&format!("telemetry: {{metrics_listen: \"{address}\"}}\n"));
    world.nobody().get("/metrics").problem(404);
    let client = http().build().expect("a client");
    let reply = client.get(format!("http://{address}/metrics")).send().expect("figures are answered");
    assert_eq!(reply.headers()["content-type"], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let figures = reply.text().expect("text");
    assert!(figures.contains("sportello_tenants{state=\"active\"} 4\n") && figures.ends_with("# EOF\n"), "{figures}");
    assert_eq!(client.get(format!("http://{address}/v1/tenants")).send().expect("an answer").status(), 404, "nothing else is there");
}

#[test]
fn figures_tell_what_is_done_without_and_how_many_connections_there_are() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = gone.local_addr().expect("an address");
    drop(gone);
    let data = Data::default();
    data.write_beside("redis", &format!("redis://{address}"));
    let launch = Launch { command: "serve", settings: "redis: {url_file: redis}\n".to_owned(), ..Launch::default() };
    let world = World::launch_on(&launch, Arc::new(data));
    world.nobody().get("/v1/tenants/cesena").expect(200);
    let figures = String::from_utf8(world.nobody().get("/metrics").bytes).expect("text");
    assert!(figures.contains("sportello_degraded{part=\"redis\"} 1\n"), "{figures}");
    let pools = figures.lines().filter(|line| line.starts_with("sportello_database_connections{placement=\"main\"")).count();
    assert_eq!(pools, if world.database().is_some() { 2 } else { 0 }, "{figures}");
}

/// Takes one request and answers it; what it was is sent on.
fn collector() -> (SocketAddr, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            while let Some(request) = one_request(&mut stream) {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                let _ = send.send(request);
            }
        }
    });
    (address, receive)
}

/// The head of a request and its body; none where the connection ended.
fn one_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut one = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut one).ok()?;
        bytes.push(one[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

#[test]
fn a_collector_hears_of_requests_and_of_nobody() {
    let (address, heard) = collector();
    let mut world = serving(&format!("telemetry: {{otlp: \"http://{address}\"}}\nstop: {{drain_seconds: 0}}\n"));
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    let nobody = world.nobody();
    let path = "/v1/tenants/santarcangelo/services/pink-badge";
    let request =
        nobody.request("GET", &format!("{path}?x=segreto")).header("traceparent", parent).header("tracestate", "a=RSSMRA80A01C573D");
    nobody.send(request);
    signal(&world, "-TERM");
    assert_eq!(world.wait().code(), Some(0));
    let mut all = Vec::new();
    while let Ok((head, body)) = heard.recv_timeout(Duration::from_secs(1)) {
        assert!(head.starts_with("post /v1/traces http/1.1") && head.contains("content-type: application/x-protobuf"), "{head}");
        all.extend(body);
    }
    let holds = |words: &[u8]| all.windows(words.len()).any(|window| window == words);
    let trace: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&parent[3 + 2 * at..5 + 2 * at], 16).expect("hexadecimal")).collect();
    for words in ["service.name", "sportello", "GET /v1/tenants/{tenant}/services/{service}", "santarcangelo", "request_id"] {
        assert!(holds(words.as_bytes()), "the collector did not hear of {words}");
    }
    assert!(holds(&trace), "the trace was not taken over");
    for words in ["segreto", "RSSMRA80A01C573D"] {
        assert!(!holds(words.as_bytes()), "the collector heard of {words}");
    }
}

#[test]
fn a_collector_that_is_away_keeps_nobody_waiting() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = gone.local_addr().expect("an address");
    drop(gone);
    let mut world = serving(&format!("telemetry: {{otlp: \"http://{address}\"}}\nstop: {{drain_seconds: 0}}\n"));
    let nobody = world.nobody();
    let start = Instant::now();
    for _ in 0..50 {
        nobody.get("/v1/tenants/cesena").expect(200);
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    until("the warning", || world.log().contains("the collector of traces takes none"));
    nobody.get("/health/ready").expect(200);
    signal(&world, "-TERM");
    assert_eq!(world.wait().code(), Some(0));
    assert_eq!(world.log().matches("the collector of traces takes none").count(), 1, "it is said once");
}

/// Begins an upload and leaves its last bytes out; they follow with `finish`.
struct Upload {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Upload {
    fn begin(world: &World, case: &str, token: &str) -> Self {
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nmedical-certificate\r\n--b\r\nContent-Disposition: form-data; \
                         name=\"file\"; filename=\"c.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
                .to_vec();
        body.extend(PDF);
        body.extend(b"\r\n--b--\r\n");
        let rest = body.split_off(body.len() / 2);
        let host = world.base().trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("the server is there");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
        let head = format!(
            "POST {case}/documents HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: slow\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n",
            body.len() + rest.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).expect("it is taken");
        Self { stream, rest }
    }

    fn finish(mut self) -> String {
        self.stream.write_all(&self.rest).expect("it is still taken");
        let mut reply = String::new();
        let _ = self.stream.read_to_string(&mut reply);
        reply
    }
}

#[test]
fn a_request_that_runs_when_the_server_stops_is_answered() {
    let mut world = World::demo();
    let token = world.token("cesena", "citizen", Some(BIANCA.tax_code));
    let case = draft(&world.with_token(token.clone()), "cesena", "pink-badge", &json!({}));
    let upload = Upload::begin(&world, &case, &token);
    let figures = || String::from_utf8(world.nobody().get("/metrics").bytes).expect("text");
    until("the upload", || figures().contains("sportello_http_requests_in_flight 2\n"));
    signal(&world, "-TERM");
    until("the signal", || world.log().contains("running requests are finished first"));
    thread::sleep(Duration::from_millis(500));
    let reply = upload.finish();
    assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
    assert!(reply.to_lowercase().contains("connection: close"), "{reply}");
    assert_eq!(world.wait().code(), Some(0));
    until("the last line", || world.log().contains("\"stopped\"") || world.log().contains(" stopped"));
}

#[test]
fn balancers_are_told_first_and_others_are_answered_meanwhile() {
    let mut world = serving("stop: {drain_seconds: 2}\n");
    world.nobody().get("/health/ready").expect(200);
    signal(&world, "-TERM");
    until("the signal", || world.log().contains("running requests are finished first"));
    let told = world.nobody().get("/health/ready");
    assert_eq!((told.problem(503).as_str(), told.header("retry-after")), ("stopping", Some("5")));
    world.nobody().get("/health/live").expect(200);
    world.nobody().get("/v1/tenants/cesena").expect(200);
    assert_eq!(world.wait().code(), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut world = serving("stop: {drain_seconds: 0}\n");
    // Whose token it is would be asked once the body is there.
    let _upload = Upload::begin(&world, "/v1/tenants/cesena/cases/0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44", "none");
    thread::sleep(Duration::from_millis(200));
    signal(&world, "-TERM");
    until("the signal", || world.log().contains("running requests are finished first"));
    let start = Instant::now();
    thread::sleep(Duration::from_millis(200));
    signal(&world, "-TERM");
    assert_eq!(world.wait().code(), Some(143));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
