//! Keys at an address, against a real server that answers as it is told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use sportello_domain::tenant::{Jwks, People};
use tempfile::TempDir;

use super::super::tests::{Known as Trusted, mario, tenant};
use super::super::{BuiltinIssuer, Verifier};
use super::*;
use crate::clock::tests::Hands;
use crate::https::PATIENCE;

/// How the server answers.
#[derive(Clone)]
enum Answer {
    /// Status, further headers, body.
    Now(u16, &'static str, String),
    /// A head, and then nothing more.
    Never,
}

struct World {
    first: BuiltinIssuer,
    second: BuiltinIssuer,
    hands: Arc<Hands>,
    verifier: Verifier,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
    _folder: TempDir,
}

fn serve(mut stream: TcpStream, answer: &Answer) {
    let mut head = [0; 2048];
    let _ = stream.read(&mut head);
    match answer {
        Answer::Now(status, headers, body) => {
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 {status} As told\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
        }
        Answer::Never => {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{{");
            let _ = stream.read(&mut head);
        }
    }
}

impl World {
    /// A body whose citizens come from an issuer at this address; none stands for the server's own.
    fn at(url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| BuiltinIssuer::open(&folder.path().join(name)).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Answer::Now(200, "", json!({"keys": [first.public]}).to_string())));
        let asked = Arc::new(AtomicUsize::new(0));
        let (told, counted) = (Arc::clone(&answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = told.lock().unwrap().clone();
                thread::spawn(move || serve(stream, &answer));
            }
        });
        let mut issuer = first.configuration("a", People::Citizens);
        let url = url.map_or(own.clone(), |url| url.replace("OWN", own.trim_start_matches("http://")));
        issuer.jwks = Jwks { url: Some(url.into()), file: None, keys: None };
        let hands = Arc::new(Hands::default());
        let verifier = Verifier::new(Box::new(Trusted(vec![(tenant(1), Arc::new(issuer))])), Arc::clone(&hands) as Arc<dyn Clock>);
        Self { first, second, hands, verifier, answer, asked, _folder: folder }
    }

    fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn answers_with(&self, keys: &[&BuiltinIssuer]) {
        let keys: Vec<_> = keys.iter().map(|issuer| &issuer.public).collect();
        self.answers(Answer::Now(200, "", json!({ "keys": keys }).to_string()));
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn forward(&self, time: SignedDuration) {
        self.hands.forward(i64::try_from(time.as_millis()).unwrap());
    }

    /// What a token proves that an issuer signs now.
    async fn prove(&self, issuer: &BuiltinIssuer) -> Result<(), TokenProblem> {
        let token = issuer.mint("a", People::Citizens, &mario(), self.hands.now()).unwrap();
        self.verifier.prove(&token).await.map(drop)
    }
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);

#[tokio::test]
async fn keys_are_fetched_once_and_again_when_they_are_no_longer_fresh() {
    let world = World::at(None);
    assert_eq!(world.asked(), 0, "nobody needs them yet");
    for _ in 0..3 {
        assert_eq!(world.prove(&world.first).await, Ok(()));
    }
    assert_eq!(world.asked(), 1);
    world.answers_with(&[&world.second]);
    world.forward(FRESH - SECOND);
    assert_eq!(world.prove(&world.first).await, Ok(()));
    world.forward(SECOND);
    assert_eq!(world.prove(&world.first).await, Err(TokenProblem::UnknownKey), "the issuer withdrew it");
    assert_eq!(world.prove(&world.second).await, Ok(()));
    assert_eq!(world.asked(), 2);
}

#[tokio::test]
async fn a_new_key_is_taken_and_made_up_ones_ask_no_more_than_twice_a_minute() {
    let world = World::at(None);
    assert_eq!(world.prove(&world.first).await, Ok(()));
    world.answers_with(&[&world.first, &world.second]);
    for _ in 0..20 {
        assert_eq!(world.prove(&world.second).await, Err(TokenProblem::UnknownKey));
    }
    assert_eq!(world.asked(), 1);
    world.forward(BETWEEN);
    assert_eq!(world.prove(&world.second).await, Ok(()));
    assert_eq!(world.prove(&world.first).await, Ok(()));
    assert_eq!(world.asked(), 2);
}

#[tokio::test]
async fn an_issuer_that_is_silent_keeps_its_keys_for_a_day() {
    let world = World::at(None);
    assert_eq!(world.prove(&world.first).await, Ok(()));
    world.answers(Answer::Now(503, "", String::new()));
    world.forward(IN_FORCE - SECOND);
    assert_eq!(world.prove(&world.first).await, Ok(()));
    assert_eq!(world.prove(&world.second).await, Err(TokenProblem::KeysUnreachable), "perhaps a new key: nobody can tell");
    world.forward(SECOND);
    assert_eq!(world.prove(&world.first).await, Err(TokenProblem::KeysUnreachable));
    assert_eq!(world.asked(), 2, "asked again only after the least time");
    world.answers_with(&[&world.first]);
    world.forward(BETWEEN);
    assert_eq!(world.prove(&world.first).await, Ok(()));
}

#[tokio::test]
async fn what_is_no_set_of_keys_is_not_taken() {
    let elsewhere = "Location: http://127.0.0.1:9/\r\n";
    let whole = |keys: usize| format!("{{\"keys\": [], \"x\": \"{}\"}}", "x".repeat(keys));
    for (answer, taken) in [
        (Answer::Now(404, "", "{\"keys\": []}".to_owned()), false),
        (Answer::Now(302, elsewhere, "{\"keys\": []}".to_owned()), false),
        (Answer::Now(200, "", "<html>".to_owned()), false),
        (Answer::Now(200, "", "{\"key\": []}".to_owned()), false),
        (Answer::Now(200, "", whole(LARGEST)), false),
        (Answer::Now(200, "", whole(LARGEST - 100)), true),
    ] {
        let world = World::at(None);
        world.answers(answer);
        let expected = if taken { TokenProblem::UnknownKey } else { TokenProblem::KeysUnreachable };
        assert_eq!(world.prove(&world.first).await, Err(expected));
    }
}

#[tokio::test]
async fn keys_are_asked_for_over_https_except_on_this_machine() {
    for url in ["http://keys.example.org/jwks.json", "ftp://127.0.0.1/jwks.json", "file:///etc/hostname", "nonsense"] {
        let world = World::at(Some(url));
        assert_eq!(world.prove(&world.first).await, Err(TokenProblem::KeysUnreachable), "{url}");
        assert_eq!(world.asked(), 0, "{url}");
    }
    // The server speaks no TLS: it is asked, and not believed.
    let world = World::at(Some("https://OWN"));
    assert_eq!(world.prove(&world.first).await, Err(TokenProblem::KeysUnreachable));
    assert_eq!(world.asked(), 1);
    let world = World::at(Some("http://localhost:1/jwks.json"));
    assert_eq!(world.prove(&world.first).await, Err(TokenProblem::KeysUnreachable), "nobody listens there");
}

#[tokio::test]
async fn many_who_come_at_once_ask_once() {
    let world = World::at(None);
    let all = futures_util::future::join_all((0..50).map(|_| world.prove(&world.first))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(world.asked(), 1);
}

#[tokio::test]
async fn an_issuer_that_hangs_holds_nobody_else_up() {
    let world = World::at(None);
    world.answers(Answer::Never);
    let start = Instant::now();
    let mut turns = 0;
    let waiting = world.prove(&world.first);
    tokio::pin!(waiting);
    let refused = loop {
        tokio::select! {
            proven = &mut waiting => break proven,
            () = tokio::time::sleep(Duration::from_millis(50)) => turns += 1,
        }
    };
    assert_eq!(refused, Err(TokenProblem::KeysUnreachable));
    assert!(turns > 10, "the thread went on with other work {turns} times");
    assert!(start.elapsed() < PATIENCE * 2, "{:?}", start.elapsed());
    // Those who come after it are told at once.
    let start = Instant::now();
    assert_eq!(world.prove(&world.first).await, Err(TokenProblem::KeysUnreachable));
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn this_machine_is_known_by_its_addresses() {
    let here = |url| is_loopback(&Url::parse(url).unwrap());
    for own in ["http://127.0.0.1:8080/", "http://127.8.9.1/", "http://[::1]/", "http://localhost:3/", "http://LOCALHOST/"] {
        assert!(here(own), "{own}");
    }
    for other in ["http://localhost.example.org/", "http://10.0.0.1/", "http://127.0.0.1.example.org/", "http://[::2]/"] {
        assert!(!here(other), "{other}");
    }
}
