//! What is known of a request before it reaches a handler: its id, the reader's language, who sent it.

use actix_web::{
    HttpMessage, HttpRequest,
    dev::ServiceRequest,
    http::header::{self, HeaderMap},
};
use sportello_domain::{refusal::Code, text::Language};
use sportello_engine::Identity;
use std::net::IpAddr;
use uuid::Uuid;

use super::{language::negotiate, problem::Problem};
use crate::state::ApiState;

/// What is known of a request.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// Names it in logs and problems.
    pub(crate) id: Uuid,
    /// The reader's language.
    pub(crate) language: Language,
    /// Who sent it.
    pub(crate) caller: Caller,
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// Nobody says so.
    Nobody,
    /// Credentials were sent that prove nothing.
    Unproven,
    /// A token that nobody can judge now, since its issuer's keys cannot be had.
    Unjudged,
    /// A verified token.
    Known(Box<Identity>),
}

impl Context {
    /// Reads what the head of a request says.
    pub(crate) async fn read(state: &ApiState, request: &ServiceRequest) -> Self {
        let language = negotiate(text(request.headers(), &header::ACCEPT_LANGUAGE));
        Self { id: state.engine.new_id(), language, caller: caller(state, request.headers()).await }
    }

    /// The context of a request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or(Self {
            id: Uuid::nil(),
            language: Language::default(),
            caller: Caller::Nobody,
        })
    }
}

impl Context {
    /// The person who asks, for addresses that are nobody's but the caller's own.
    pub(crate) fn identity(&self) -> Result<Identity, Problem> {
        match &self.caller {
            Caller::Known(identity) => Ok((**identity).clone()),
            Caller::Nobody | Caller::Unproven | Caller::Unjudged => Err(Code::Unauthenticated.into()),
        }
    }
}

async fn caller(state: &ApiState, headers: &HeaderMap) -> Caller {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Caller::Nobody;
    }
    let Some(token) = bearer(headers) else { return Caller::Unproven };
    match state.engine.verify(token).await {
        Ok(identity) => Caller::Known(Box::new(identity)),
        Err(refusal) if refusal.code == Code::IssuerUnavailable => Caller::Unjudged,
        Err(_) => Caller::Unproven,
    }
}

/// The token of an `Authorization: Bearer …` header (RFC 6750).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = text(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// A header's text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The address that a request comes from: the peer's, or, where the peer is one of our balancers, the nearest one that is not.
pub(crate) fn address(request: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer(request)?;
    let forwarded = text(request.headers(), &header::HeaderName::from_static("x-forwarded-for"));
    Some(nearest(peer, forwarded, trusted))
}

/// The other end of the connection.
pub(crate) fn peer(request: &HttpRequest) -> Option<IpAddr> {
    Some(request.peer_addr()?.ip().to_canonical())
}

/// Whether somebody stands between: then the other end of the connection is not who asks.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]
        .into_iter()
        .any(|name| headers.contains_key(name))
}

fn nearest(peer: IpAddr, forwarded: Option<&str>, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let hops = forwarded.unwrap_or_default().rsplit(',').map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    let mut last = peer;
    for hop in hops {
        last = hop;
        if !trusted.contains(&hop) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_balancers_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        assert_eq!(nearest(ip("192.0.2.7"), Some("198.51.100.1"), &trusted), ip("192.0.2.7"));
        assert_eq!(nearest(ip("10.0.0.1"), Some("203.0.113.9, 198.51.100.1, 10.0.0.2"), &trusted), ip("198.51.100.1"));
        assert_eq!(nearest(ip("10.0.0.1"), None, &trusted), ip("10.0.0.1"));
        assert_eq!(nearest(ip("10.0.0.1"), Some("nonsense"), &trusted), ip("10.0.0.1"));
    }
}
