//! What everybody reads: list, sheet, and that nothing changed.

use std::net::SocketAddr;

use crate::{
    bare,
    client::{Client, Reply, request},
    installation::Installation,
    measure::{Turns, head, timed},
};

/// How often each server has its turn.
const ROUNDS: usize = 200;
/// Requests of one turn that are sent one after the other, each when the one before was answered.
const ONE_BY_ONE: u32 = 20;
/// Requests of one turn that are sent at once, on one connection: the server is never idle, so its own work shows.
const AT_ONCE: u32 = 16;
/// How the bound is called.
const BOUND: &str = "bare handler";

/// A server beside a bare one that answers the same.
struct Pair {
    ours: Client,
    bound: Client,
    one_by_one: Turns,
    at_once: Turns,
}

/// Measures and prints.
pub(crate) fn measure(installation: &Installation) {
    let (whole, handlers) = (installation.serve(), installation.serve_handlers());
    let list = "/v1/tenants/cesena/services?limit=50";
    let sheet = "/v1/tenants/cesena/services/pink-badge";
    let first = Client::new(whole).send(&request("GET", sheet, &[], b""));
    let known = ("if-none-match", first.header("etag").expect("a tag"));
    let browser = ("accept-encoding", "gzip, deflate, br, zstd");
    let asked = [
        ("list", list, None, 200),
        ("list, compressed", list, Some(browser), 200),
        ("sheet", sheet, None, 200),
        ("sheet, compressed", sheet, Some(browser), 200),
        ("sheet, 304", sheet, Some(known), 304),
    ];
    head();
    for (name, path, header, status) in asked {
        row(name, &request("GET", path, header.as_slice(), b""), status, [whole, handlers]);
    }
}

/// Asks the whole, its bare twin, the handlers, theirs, and again.
fn row(name: &str, request: &[u8], status: u16, servers: [SocketAddr; 2]) {
    let mut pairs = servers.map(|server| Pair::of(server, request, status));
    let many = request.repeat(AT_ONCE as usize);
    for _ in 0..ROUNDS {
        for Pair { ours, bound, one_by_one: single, at_once: together } in &mut pairs {
            single.add(one_by_one(ours, request), one_by_one(bound, request));
            together.add(at_once(ours, &many), at_once(bound, &many));
        }
    }
    let [whole, mut handlers] = pairs;
    let bytes = handlers.ours.send(request).body.len();
    whole.one_by_one.print(&format!("{name} ({bytes} bytes), one by one"), BOUND, 0.7);
    whole.at_once.print(&format!("{name}, {AT_ONCE} at once"), BOUND, 0.7);
    handlers.one_by_one.print(&format!("{name}, one by one, without middleware"), BOUND, 0.9);
    handlers.at_once.print(&format!("{name}, {AT_ONCE} at once, without middleware"), BOUND, 0.9);
}

impl Pair {
    fn of(server: SocketAddr, request: &[u8], status: u16) -> Self {
        let mut ours = Client::new(server);
        let reply = ours.send(request);
        reply.expect(status);
        let mut bound = Client::new(bare::answering(&reply));
        let same = bound.send(request);
        let said = |reply: &Reply| {
            let mut headers: Vec<_> = reply.headers().map(|(name, value)| format!("{name}: {value}")).collect();
            headers.sort();
            (reply.status, headers, reply.body.clone())
        };
        assert_eq!(said(&same), said(&reply), "the bound answers the same");
        Self { ours, bound, one_by_one: Turns::default(), at_once: Turns::default() }
    }
}

fn one_by_one(client: &mut Client, request: &[u8]) -> f64 {
    let (time, ()) = timed(|| (0..ONE_BY_ONE).for_each(|_| drop(client.send(request))));
    time / f64::from(ONE_BY_ONE)
}

fn at_once(client: &mut Client, requests: &[u8]) -> f64 {
    let (time, _) = timed(|| client.send_all(requests, AT_ONCE as usize));
    time / f64::from(AT_ONCE)
}
