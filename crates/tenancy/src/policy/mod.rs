//! Who may change a value: the platform's rules by key, and those that a granting body sets by path.

mod rules;

pub(crate) use rules::compare;
pub use rules::{Bounds, Policies, Policy, ROOTS, Rule, pattern_is_valid};
