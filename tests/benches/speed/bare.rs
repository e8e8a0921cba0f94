//! The bound of everything that is answered: actix-web and nothing else, with the same bytes under the same headers.

use std::{
    future::ready,
    io,
    net::{SocketAddr, TcpListener},
    thread,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    rt::System,
    web::{self, Bytes},
};

use crate::client::Reply;

/// Workers of every server here, whatever the machine has: all pay the same.
pub(crate) const WORKERS: usize = 2;

/// Runs a server on a free port for as long as the process lives.
pub(crate) fn serve(start: impl FnOnce(TcpListener) -> io::Result<Server> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound address");
    thread::spawn(move || System::new().block_on(async move { start(listener).expect("the server starts").await }));
    address
}

/// A server that answers whatever it is asked with this reply.
pub(crate) fn answering(reply: &Reply) -> SocketAddr {
    let answer = Answer::of(reply);
    serve(move |listener| {
        let server = HttpServer::new(move || {
            let answer = answer.clone();
            App::new().default_service(web::to(move || ready(answer.respond())))
        });
        Ok(server.workers(WORKERS).disable_signals().tcp_nodelay(true).listen(listener)?.run())
    })
}

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Answer {
    fn of(reply: &Reply) -> Self {
        let parsed =
            |(name, value): (&str, &str)| (HeaderName::try_from(name).expect("a name"), HeaderValue::from_str(value).expect("a value"));
        Self {
            status: StatusCode::from_u16(reply.status).expect("a status"),
            headers: reply.headers().map(parsed).collect(),
            body: reply.body.clone().into(),
        }
    }

    fn respond(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            response.append_header((name.clone(), value.clone()));
        }
        if self.body.is_empty() { response.finish() } else { response.body(self.body.clone()) }
    }
}
