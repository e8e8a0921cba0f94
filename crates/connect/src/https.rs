//! How the program asks others: over TLS with the system's roots of trust, never sent elsewhere, not for long.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url, redirect::Policy};
use sportello_engine::ports::PortProblem;

/// How long an answer may take, all in all.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// A client for the addresses of others, or for this machine, which no proxy stands before. It reads files, so it is made where
/// nothing waits.
pub(crate) fn client(here: bool) -> Result<Client, PortProblem> {
    let mut roots = rustls::RootCertStore::empty();
    if !here {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| PortProblem(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // An address that sends one elsewhere would choose whom to trust.
    let client = Client::builder().use_preconfigured_tls(tls).redirect(Policy::none()).timeout(PATIENCE).connect_timeout(PATIENCE);
    let client = if here { client.no_proxy() } else { client };
    client.build().map_err(|error| PortProblem(error.to_string()))
}

/// Whether an address is this machine's.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An error with its causes: the last one says what happened.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
