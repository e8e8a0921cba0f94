//! How often a caller may ask: the limiter decides, this says who asks.
//!
//! A verified person counts as one caller wherever the requests come from; everybody else by address, so that made-up tokens
//! open no new account.

use actix_web::dev::ServiceRequest;
use sha2::{Digest, Sha256};
use sportello_engine::ports::Allowance;

use super::{
    context::{Caller, Context, address},
    host,
};
use crate::state::ApiState;

/// Takes one request from the caller's allowance.
pub(crate) async fn take(state: &ApiState, context: &Context, request: &ServiceRequest) -> Allowance {
    let mut hash = Sha256::new();
    match &context.caller {
        Caller::Known(identity) => {
            hash.update(b"person\0");
            hash.update(identity.issuer.as_bytes());
            hash.update(b"\0");
            hash.update(identity.subject.as_bytes());
        }
        Caller::Nobody | Caller::Unproven | Caller::Unjudged => {
            hash.update(b"address\0");
            let address = address(request.request(), &state.settings.trusted_proxies);
            hash.update(address.map(|address| address.to_string()).unwrap_or_default());
        }
    }
    let tenant = host::slug(request.path()).and_then(|slug| state.engine.fleet().find(slug).tenant().map(|tenant| tenant.id));
    state.engine.limiter().take(hash.finalize().into(), tenant).await
}
