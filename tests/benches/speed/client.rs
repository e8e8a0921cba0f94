//! One connection that is kept alive, as thin as can be: what the client takes is taken from every ratio.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
};

use serde_json::Value;

/// A connection to a server.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    head: Vec<u8>,
}

impl Reply {
    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Its headers, without those that any server writes by itself.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let head = std::str::from_utf8(&self.head).expect("a head is ASCII");
        let pairs = head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(name, _)| !["date", "content-length", "transfer-encoding"].contains(name))
    }

    /// One of its headers.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(other, _)| *other == name).map(|(_, value)| value)
    }
}

/// A request as it is written on the wire.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\naccept-language: it\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    if !body.is_empty() {
        let _ = write!(head, "content-length: {}\r\n", body.len());
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

impl Client {
    /// Connects.
    pub(crate) fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("an option of every socket");
        Self { stream: BufReader::with_capacity(256 * 1024, stream) }
    }

    /// Sends one request and reads its reply.
    pub(crate) fn send(&mut self, request: &[u8]) -> Reply {
        self.send_all(request, 1)
    }

    /// Sends several requests at once and reads their replies, which must have the same length; the last one is answered.
    pub(crate) fn send_all(&mut self, requests: &[u8], number: usize) -> Reply {
        self.stream.get_mut().write_all(requests).expect("the server takes them");
        let mut last = self.read();
        for _ in 1..number {
            let next = self.read();
            assert_eq!((next.status, next.body.len()), (last.status, last.body.len()), "the same request, the same reply");
            last = next;
        }
        last
    }

    fn read(&mut self) -> Reply {
        let mut reply = Reply::default();
        let (mut length, mut chunked) = (0, false);
        loop {
            let start = reply.head.len();
            self.stream.read_until(b'\n', &mut reply.head).expect("a reply");
            let line = reply.head[start..].trim_ascii_end();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix(b"content-length: ") {
                length = number(value, 10);
            } else if let Some(value) = line.strip_prefix(b"HTTP/1.1 ") {
                reply.status = u16::try_from(number(&value[..3], 10)).expect("a status");
            } else if line == b"transfer-encoding: chunked" {
                chunked = true;
            }
        }
        if chunked {
            self.chunks(&mut reply.body);
        } else if reply.status != 304 {
            reply.body.resize(length, 0);
            self.stream.read_exact(&mut reply.body).expect("a whole body");
        }
        reply
    }

    fn chunks(&mut self, body: &mut Vec<u8>) {
        loop {
            let mut line = Vec::new();
            self.stream.read_until(b'\n', &mut line).expect("a chunk");
            let size = number(line.trim_ascii_end(), 16);
            let start = body.len();
            body.resize(start + size + 2, 0);
            self.stream.read_exact(&mut body[start..]).expect("a whole chunk");
            body.truncate(start + size);
            if size == 0 {
                return;
            }
        }
    }
}

fn number(digits: &[u8], radix: u32) -> usize {
    let digits = std::str::from_utf8(digits).expect("digits");
    usize::from_str_radix(digits, radix).expect("a number")
}
