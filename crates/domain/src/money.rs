//! Amounts of money: decimal strings outside, integer cents inside.

use std::{fmt, iter::Sum, ops::Add, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in euro, kept in cents; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u64);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount is digits, a dot and two decimals, such as \"16.00\"")]
pub struct NotMoney;

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many euro cents.
    pub const fn from_cents(cents: u64) -> Self {
        Self(cents)
    }

    /// The amount in euro cents.
    pub const fn cents(self) -> u64 {
        self.0
    }

    /// The amount so many times over.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Whether nothing is due.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl FromStr for Money {
    type Err = NotMoney;

    /// Reads `16.00`; exactly two decimals, so that `16.5` or `16,00` is never guessed at.
    ///
    /// ```
    /// # use sportello_domain::money::Money;
    /// assert_eq!("16.00".parse::<Money>().unwrap().cents(), 1600);
    /// assert!("16,00".parse::<Money>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, NotMoney> {
        let (euro, cents) = text.split_once('.').ok_or(NotMoney)?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(euro) || !digits(cents) || cents.len() != 2 || euro.len() > 12 {
            return Err(NotMoney);
        }
        let euro: u64 = euro.parse().map_err(|_| NotMoney)?;
        let cents: u64 = cents.parse().map_err(|_| NotMoney)?;
        Ok(Self(euro * 100 + cents))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
