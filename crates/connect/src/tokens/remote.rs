//! Keys of issuers that stand at an address.
//!
//! They are fetched by the first token that needs them, and again when they are no longer fresh or when a token names a key that they do
//! not hold, never more often than once in [`BETWEEN`] for each address: made-up tokens cause no more than that. Who cannot be reached
//! keeps the keys that it had for [`IN_FORCE`]; after that its tokens can neither be taken nor refused. One address is asked by one
//! request at a time; others go on with the keys that there are, or wait for its answer where there are none.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Url};
use serde_json::Value;
use sportello_engine::ports::{Clock, PortProblem};
use tokio::sync::OnceCell;

use super::TokenProblem;
use super::keys::KeySet;
use crate::https::{chain, client, is_loopback};

/// How long keys are used without asking again: as long as a key that an issuer withdrew is still taken.
pub(super) const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long keys stay in force when their issuer cannot be asked.
pub(super) const IN_FORCE: SignedDuration = SignedDuration::from_hours(24);
/// The least time between two requests to an address.
pub(super) const BETWEEN: SignedDuration = SignedDuration::from_secs(30);
/// The largest set of keys.
const LARGEST: usize = 256 * 1024;

/// The addresses that were asked so far; there is one for each that a configuration names.
pub(super) struct Remote {
    clock: Arc<dyn Clock>,
    sources: Mutex<HashMap<String, Arc<Source>>>,
    /// For the addresses of others, and for this machine, which no proxy stands before.
    clients: [OnceCell<Client>; 2],
}

#[derive(Default)]
struct Source {
    known: Mutex<Known>,
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    tried: Option<Timestamp>,
    failed: bool,
}

impl Known {
    /// The keys, while they are younger than this.
    fn younger(&self, than: SignedDuration, now: Timestamp) -> Option<Arc<KeySet>> {
        self.keys.as_ref().filter(|(_, since)| now.duration_since(*since) < than).map(|(keys, _)| Arc::clone(keys))
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        self.tried.is_none_or(|tried| now.duration_since(tried) >= BETWEEN)
    }
}

impl Source {
    fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Remote {
    /// Nothing is asked yet.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, sources: Mutex::default(), clients: Default::default() }
    }

    /// The keys at an address.
    pub(super) async fn keys(&self, url: &str) -> Result<Arc<KeySet>, TokenProblem> {
        let source = self.source(url);
        let known = source.known();
        let now = self.clock.now();
        if let Some(keys) = known.younger(FRESH, now) {
            return Ok(keys);
        }
        if let Some(keys) = known.younger(IN_FORCE, now) {
            let Ok(_alone) = source.asking.try_lock() else { return Ok(keys) };
            self.ask(&source, url).await;
        } else {
            let _alone = source.asking.lock().await;
            self.ask(&source, url).await;
        }
        source.known().younger(IN_FORCE, self.clock.now()).ok_or(TokenProblem::KeysUnreachable)
    }

    /// The keys at an address, for a token whose key is not among those that are known.
    pub(super) async fn newer(&self, url: &str) -> Result<Arc<KeySet>, TokenProblem> {
        let source = self.source(url);
        {
            let _alone = source.asking.lock().await;
            self.ask(&source, url).await;
        }
        let known = source.known();
        // Whether the key is the issuer's cannot be told while nobody answers.
        known.younger(IN_FORCE, self.clock.now()).filter(|_| !known.failed).ok_or(TokenProblem::KeysUnreachable)
    }

    fn source(&self, url: &str) -> Arc<Source> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(sources.entry(url.to_owned()).or_default())
    }

    /// Asks an address, unless that was done just now; the caller holds the source's turn.
    async fn ask(&self, source: &Source, url: &str) {
        let now = self.clock.now();
        if !source.known().may_ask(now) {
            return;
        }
        // Written down first: a caller who goes away meanwhile does not make the next one ask at once.
        source.change(|known| (known.tried, known.failed) = (Some(now), true));
        match self.fetch(url).await {
            Ok(keys) => {
                tracing::info!(url, keys = keys.len(), "keys of an issuer fetched");
                source.change(|known| *known = Known { keys: Some((Arc::new(keys), now)), tried: Some(now), failed: false });
            }
            Err(problem) => tracing::warn!(url, %problem, "keys of an issuer could not be fetched"),
        }
    }

    async fn fetch(&self, url: &str) -> Result<KeySet, PortProblem> {
        let problem = |error: reqwest::Error| PortProblem(format!("no answer: {}", chain(&error.without_url())));
        let url = Url::parse(url).map_err(|error| PortProblem(error.to_string()))?;
        let here = is_loopback(&url);
        if url.scheme() != "https" && !(here && url.scheme() == "http") {
            return Err(PortProblem("keys are fetched over https only".to_owned()));
        }
        let mut response = self.client(here).await?.get(url).send().await.map_err(problem)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(PortProblem(format!("answered {}", response.status().as_u16())));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(problem)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(PortProblem(format!("more than {LARGEST} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        let content: Value = serde_json::from_slice(&body).map_err(|_| PortProblem("not JSON".to_owned()))?;
        KeySet::read(&content).ok_or_else(|| PortProblem("not a set of keys".to_owned()))
    }

    /// The roots of trust are read from files, once, where nothing waits.
    async fn client(&self, here: bool) -> Result<&Client, PortProblem> {
        let build =
            || async move { tokio::task::spawn_blocking(move || client(here)).await.map_err(|error| PortProblem(error.to_string()))? };
        self.clients[usize::from(here)].get_or_try_init(build).await
    }
}
