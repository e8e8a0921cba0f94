//! The same over a real socket: what only the server itself does.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

use sportello_api::serve;

use crate::world::World;

/// A server on a free port; it ends with the test's process.
async fn start() -> (World, SocketAddr) {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let state = world.state();
    thread::spawn(move || actix_web::rt::System::new().block_on(async { serve(listener, 1, state).unwrap().await }));
    (world, address)
}

fn ask(address: SocketAddr, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

#[actix_web::test]
async fn head_has_the_head_of_get_and_no_body() {
    let (_world, address) = start().await;
    let path = "/v1/tenants/alfa HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let (get, body) = ask(address, &format!("GET {path}"));
    let (head, nothing) = ask(address, &format!("HEAD {path}"));
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert_eq!(nothing, "");
    let length = format!("content-length: {}", body.len());
    assert!(get.contains(&length) && head.contains(&length), "{head}");
}

/// What no HTTP message is, the server refuses before the application hears of it: an empty answer and the end of the connection
/// (docs/decisions/0012).
#[actix_web::test]
async fn what_is_no_request_is_refused_without_a_word() {
    let (_world, address) = start().await;
    // No byte more than the server reads: what it leaves unread resets the connection under its answer.
    let head = "GET /status HTTP/1.1\r\nHost: localhost\r\nX-Long: ";
    let long = format!("{head}{}", "x".repeat(131_072 - head.len()));
    let many = format!("GET /status HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X-Many: x\r\n".repeat(200));
    for (request, status) in [
        ("nonsense\r\n\r\n", "400"),
        ("GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
        ("GET /status HTTP/1.1\r\nHost localhost\r\n\r\n", "400"),
        ("POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", "400"),
        (many.as_str(), "431"),
        (long.as_str(), "431"),
    ] {
        let (head, body) = ask(address, request);
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
        assert!(head.contains("content-length: 0") && body.is_empty(), "{head}\n{body}");
        assert!(!head.contains("content-type") && !head.contains("x-ratelimit"), "{head}");
    }
    let (head, _) = ask(address, "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(head.starts_with("http/1.1 200"), "{head}");
}

#[actix_web::test]
async fn a_body_that_is_announced_too_large_is_not_waited_for() {
    let (_world, address) = start().await;
    let request = "POST /v1/tenants/alfa/cases HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
                   Content-Length: 99999999\r\n\r\n";
    let (head, body) = ask(address, request);
    assert!(head.starts_with("http/1.1 413"), "{head}");
    assert!(body.contains("\"code\":\"body_too_large\""), "{body}");
}
