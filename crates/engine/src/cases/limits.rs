//! Limits over past cases: told beforehand, taken with the submission, given back when a case comes to nothing.

use sportello_domain::{
    case::Case,
    limits::{Claim, claims},
    refusal::{Code, Fault, Refusal},
};
use sportello_store::limits::{self, Counted};

use super::{Context, Ground};
use crate::Failure;

/// The limits that a submission made now would exceed.
pub(super) async fn exceeded(ground: Ground<'_>, context: &Context) -> Result<Vec<Fault>, Failure> {
    let mut faults = Vec::new();
    for claim in claims(&context.definition, &context.scope, ground.today) {
        let key = key(ground, context, &claim);
        if limits::used(ground.tx, counted(context, &claim, &key)).await? >= u64::from(claim.count) {
            faults.push(claim.refusal);
        }
    }
    Ok(faults)
}

/// Takes a use of each limit for a case that is being submitted; whoever comes too late gets none.
pub(super) async fn take(ground: Ground<'_>, context: &Context, case: &Case) -> Result<(), Failure> {
    for claim in claims(&context.definition, &context.scope, ground.today) {
        let key = key(ground, context, &claim);
        if !limits::take(ground.tx, case.id, counted(context, &claim, &key), claim.count).await? {
            return Err(Refusal::with_faults(Code::InvalidAnswers, vec![claim.refusal]).into());
        }
    }
    Ok(())
}

/// The keyed hash of what is counted over, of which the database learns no more.
fn key(ground: Ground<'_>, context: &Context, claim: &Claim) -> [u8; 32] {
    let text = format!("limit|{}|{}|{}", context.definition.service, claim.limit, claim.key);
    ground.engine.ports().keys.lookup_key(ground.tenant.id, &text)
}

fn counted<'a>(context: &'a Context, claim: &'a Claim, key: &'a [u8]) -> Counted<'a> {
    Counted { service: &context.definition.service, limit: &claim.limit, period: &claim.period, key }
}
