//! Paying online: what a case owes goes out as a checkout under a notice number, and comes back as a settlement, once.
//!
//! Money that arrived is never lost: a settlement that pays nothing is kept with the reason, for who has to give it back.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    case::{CaseStatus, Payment, PaymentStatus},
    ids::{CaseId, CheckoutId, SettlementId},
    money::Money,
};

/// What a case owed when somebody set out to pay it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// Its id.
    pub id: CheckoutId,
    /// The case.
    pub case: CaseId,
    /// The number by which the payment is known outside, unique at the tenant over all time.
    pub notice: Arc<str>,
    /// How much.
    pub amount: Money,
    /// Whether it was paid.
    pub settled: bool,
    /// When it was begun.
    pub created_at: Timestamp,
}

/// Money that arrived under a notice number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Its id.
    pub id: SettlementId,
    /// The case that the notice belongs to; none for a number that nobody has.
    pub case: Option<CaseId>,
    /// The notice number.
    pub notice: Arc<str>,
    /// How much arrived.
    pub amount: Money,
    /// The receipt's number; it comes once.
    pub receipt: Arc<str>,
    /// What it came to.
    pub verdict: Verdict,
    /// When it arrived.
    pub at: Timestamp,
}

/// What a settlement comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It paid what was due.
    Accepted,
    /// No case has the notice number.
    UnknownNotice,
    /// The case ended without what was asked for.
    CaseEnded,
    /// What was due is paid already, wholly or in part.
    AlreadyPaid,
    /// It is not the amount of the notice.
    WrongAmount,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [Self::Accepted, Self::UnknownNotice, Self::CaseEnded, Self::AlreadyPaid, Self::WrongAmount];

    /// The id in rows and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::UnknownNotice => "unknown_notice",
            Self::CaseEnded => "case_ended",
            Self::AlreadyPaid => "already_paid",
            Self::WrongAmount => "wrong_amount",
        }
    }

    /// The verdict with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.id() == id)
    }
}

/// The notice number that follows from year and place in it: seventeen digits, no year's like another's.
///
/// ```
/// assert_eq!(sportello_domain::checkout::notice(2026, 123), "20260000000000123");
/// ```
pub fn notice(year: i16, number: u64) -> String {
    format!("{year:04}{number:013}")
}

/// How much of some payments is still due.
pub fn due(payments: &[Payment]) -> Money {
    payments.iter().filter(|payment| payment.status == PaymentStatus::Due).map(|payment| payment.amount).sum()
}

/// What money comes to that arrives for a checkout of a case in this category, with these payments.
pub fn judge(checkout: &Checkout, status: CaseStatus, payments: &[Payment], amount: Money) -> Verdict {
    if checkout.settled {
        Verdict::AlreadyPaid
    } else if status == CaseStatus::ConcludedNegative {
        Verdict::CaseEnded
    } else if amount != checkout.amount {
        Verdict::WrongAmount
    } else if due(payments) != checkout.amount {
        Verdict::AlreadyPaid
    } else {
        Verdict::Accepted
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{ids::PaymentId, text::Text};

    #[test]
    fn money_pays_what_it_was_asked_for_and_nothing_else() {
        let case = CaseId::new(Uuid::from_u128(1));
        let checkout = Checkout {
            id: CheckoutId::new(Uuid::from_u128(2)),
            case,
            notice: "20260000000000001".into(),
            amount: Money::from_cents(2100),
            settled: false,
            created_at: Timestamp::UNIX_EPOCH,
        };
        let payment = |cents, status| Payment {
            id: PaymentId::new(Uuid::from_u128(3)),
            case,
            fee: "f".into(),
            title: Text::new("t", "t"),
            amount: Money::from_cents(cents),
            status,
            receipt: None,
            paid_at: None,
        };
        let open = [payment(1600, PaymentStatus::Due), payment(500, PaymentStatus::Due)];
        let half = [payment(1600, PaymentStatus::PaidAtDesk), payment(500, PaymentStatus::Due)];
        let full = Money::from_cents(2100);
        let progress = CaseStatus::InProgress;
        assert_eq!(judge(&checkout, progress, &open, full), Verdict::Accepted);
        assert_eq!(judge(&checkout, progress, &open, Money::from_cents(2000)), Verdict::WrongAmount);
        assert_eq!(judge(&checkout, progress, &half, full), Verdict::AlreadyPaid);
        assert_eq!(judge(&Checkout { settled: true, ..checkout.clone() }, progress, &open, full), Verdict::AlreadyPaid);
        assert_eq!(judge(&checkout, CaseStatus::ConcludedNegative, &open, full), Verdict::CaseEnded);
        assert_eq!(judge(&checkout, CaseStatus::ConcludedPositive, &open, full), Verdict::Accepted);
    }
}
