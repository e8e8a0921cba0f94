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

#[actix_web::test]
async fn a_body_that_is_announced_too_large_is_not_waited_for() {
    let (_world, address) = start().await;
    let request = "POST /v1/tenants/alfa/cases HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
                   Content-Length: 99999999\r\n\r\n";
    let (head, body) = ask(address, request);
    assert!(head.starts_with("http/1.1 413"), "{head}");
    assert!(body.contains("\"code\":\"body_too_large\""), "{body}");
}
