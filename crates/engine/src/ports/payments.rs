//! Where citizens pay online. It is never asked inside a transaction.

use std::sync::Arc;

use async_trait::async_trait;
use sportello_domain::{
    money::Money,
    registers::{Adapter, Told},
    tenant::Tenant,
};

use super::PortProblem;

/// What is to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToPay {
    /// The notice number.
    pub notice: Arc<str>,
    /// How much.
    pub amount: Money,
    /// What for: the case's code.
    pub reason: Arc<str>,
}

/// A payment node (pagoPA).
#[async_trait]
pub trait PaymentNode: Send + Sync {
    /// What answers for a tenant.
    fn adapter(&self, tenant: &Tenant) -> Adapter;

    /// Announces what is to be paid, the same notice as often as one wants. Answers the address at which it is paid; none for the
    /// demonstration, where it is paid without money.
    async fn announce(&self, tenant: &Tenant, to_pay: &ToPay) -> Result<Told<Option<Arc<str>>>, PortProblem>;
}
