//! What searches have in common: for which case, and what is known of a person.

use sportello_domain::{identity::Sex, ids::CaseId, registers::query::AskedPerson};

use crate::http::{fields::Fields, problem::Problem};
use sportello_engine::Failure;

/// The case that somebody looks up for.
pub(super) fn case(body: &mut Fields) -> Option<CaseId> {
    body.optional_id("case").map(CaseId::new)
}

/// What is known of a person.
pub(super) fn person(body: &mut Fields) -> AskedPerson {
    AskedPerson {
        tax_code: body.text("tax_code", 20).map(Into::into),
        family_name: body.text("family_name", 100).map(Into::into),
        given_name: body.text("given_name", 100).map(Into::into),
        birth_date: body.date("birth_date"),
        sex: body.choice("sex", &["F", "M"]).map(|letter| if letter == "F" { Sex::Female } else { Sex::Male }),
        birth_place: body.text("birth_place", 4).map(Into::into),
        candidate: body.text("candidate", 64).map(Into::into),
    }
}

/// Who searched too often may come again after a minute.
pub(super) fn refused(failure: Failure) -> Problem {
    let too_many = failure.code() == sportello_domain::refusal::Code::TooManyRequests;
    let problem = Problem::from(failure);
    if too_many { problem.retry_after(60) } else { problem }
}
