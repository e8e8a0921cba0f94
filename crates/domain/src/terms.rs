//! The law's clock: by which day a case must be concluded, and why.
//!
//! Days are counted from the day after the start; holidays inside count; a term that would end on a holiday ends on the next day
//! that is none (art. 2963 c.c.). A suspension (L. 241/1990 art. 2 c. 7, art. 10-bis) stops the count and lets it go on with what
//! was left; access to files begins anew instead. Everything is a pure function of dates.

use jiff::{ToSpan, civil::Date};

use crate::{
    calendar::{CalendarRules, moves_terms},
    refusal::Message,
    service::Suspension,
};

/// Under which norm a term waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Norm {
    /// The applicant is to send what is missing (L. 241/1990 art. 2 c. 7).
    Integration,
    /// The applicant was told why the request may be refused (L. 241/1990 art. 10-bis, as changed by DL 76/2020).
    RefusalNotice,
}

impl Norm {
    /// Every norm.
    pub const ALL: [Self; 2] = [Self::Integration, Self::RefusalNotice];

    /// The id in rows.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::RefusalNotice => "refusal_notice",
        }
    }

    /// The norm with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|norm| norm.id() == id)
    }
}

/// How long the term still waits after observations on a notice of refusal, in days (L. 241/1990 art. 10-bis).
pub const AFTER_OBSERVATIONS: u8 = 10;

/// The last day of a wait that ends today: an answer ends it at once; observations on a notice of refusal let the term wait ten
/// days more; where none came it waited until yesterday, the last of the days that there were for them.
///
/// ```
/// # use sportello_domain::terms::{Norm, last_day};
/// # use jiff::civil::date;
/// let today = date(2026, 4, 9);
/// assert_eq!(last_day(Norm::Integration, true, today), today);
/// assert_eq!(last_day(Norm::RefusalNotice, true, today), date(2026, 4, 19));
/// assert_eq!(last_day(Norm::RefusalNotice, false, today), date(2026, 4, 8));
/// ```
pub fn last_day(norm: Norm, answered: bool, today: Date) -> Date {
    match (norm, answered) {
        (Norm::Integration, _) => today,
        (Norm::RefusalNotice, true) => today.saturating_add(i32::from(AFTER_OBSERVATIONS).days()),
        (Norm::RefusalNotice, false) => today.yesterday().unwrap_or(today),
    }
}

/// A span of days in which the term does not run: from the day after `from` up to and including `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why it waits.
    pub norm: Norm,
    /// The day on which the wait began; it still counts.
    pub from: Date,
    /// The day on which it ended; the next one counts again. None while it lasts.
    pub to: Option<Date>,
}

impl Suspension {
    /// What the law allows where a service says nothing: once, for thirty days at the most (L. 241/1990 art. 2 c. 7).
    pub const BY_LAW: Self = Self { max_days: 30, times: 1 };
}

/// The waits that stop the clock by law, of all those that there were: of requests for integration only as many as allowed, the
/// first ones, and none for longer than allowed. A further request may be made, but the term runs on; and a wait that lasts too
/// long goes on without holding the term up. The wait after a notice of refusal is bounded by its own norm.
///
/// ```
/// # use sportello_domain::{service::Suspension, terms::{lawful, Norm, Pause}};
/// # use jiff::civil::date;
/// let norm = Norm::Integration;
/// let first = Pause { norm, from: date(2026, 3, 1), to: Some(date(2026, 4, 20)) };
/// let second = Pause { norm, from: date(2026, 5, 4), to: Some(date(2026, 5, 6)) };
/// let notice = Pause { norm: Norm::RefusalNotice, from: date(2026, 5, 7), to: None };
/// let stopped = lawful(&[first, second, notice], Suspension::BY_LAW, date(2026, 5, 10));
/// assert_eq!(stopped, [Pause { to: Some(date(2026, 3, 31)), ..first }, notice]);
/// ```
pub fn lawful(pauses: &[Pause], bounds: Suspension, today: Date) -> Vec<Pause> {
    let bounded = |pause: &Pause| {
        let Ok(last) = pause.from.checked_add(i32::from(bounds.max_days).days()) else { return *pause };
        let to = match pause.to {
            Some(to) => Some(to.min(last)),
            None => (today > last).then_some(last),
        };
        Pause { to, ..*pause }
    };
    let mut left = bounds.times;
    let mut stopped = Vec::with_capacity(pauses.len());
    for pause in pauses {
        match pause.norm {
            Norm::RefusalNotice => stopped.push(*pause),
            Norm::Integration if left > 0 => {
                left -= 1;
                stopped.push(bounded(pause));
            }
            Norm::Integration => {}
        }
    }
    stopped
}

/// What a due date is computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The day of receipt; not counted.
    pub start: Date,
    /// Days to conclude; 0 = the same day.
    pub days: u16,
    /// The waits, in order.
    pub pauses: Vec<Pause>,
    /// The day from which the count began anew, for services that restart.
    pub restarted: Option<Date>,
}

/// One day of the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Its place in the count; none where it was not counted.
    pub counted: Option<u16>,
    /// Why it was counted or not, where there is something to say.
    pub why: Option<Message>,
}

/// A due date with every day that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The last day to conclude; none while a wait lasts, for it is not known how long.
    pub due: Option<Date>,
    /// Each day from the start on.
    pub days: Vec<Day>,
}

/// No count goes on for longer than this: ten years.
const LONGEST: usize = 3660;

/// The due date of a term, with each day explained.
///
/// The law's own example: 30 days from 1 March; integration asked on the 11th and answered on the 21st; what is left ends on 10 April.
///
/// ```
/// # use sportello_domain::{calendar::CalendarRules, terms::{due, Norm, Pause, Term}};
/// # use jiff::civil::date;
/// let pauses = vec![Pause { norm: Norm::Integration, from: date(2026, 3, 11), to: Some(date(2026, 3, 21)) }];
/// let term = Term { start: date(2026, 3, 1), days: 30, pauses, restarted: None };
/// assert_eq!(due(&term, &CalendarRules::default()).due, Some(date(2026, 4, 10)));
/// ```
pub fn due(term: &Term, calendar: &CalendarRules) -> Explained {
    let start = term.restarted.unwrap_or(term.start);
    let why = if term.restarted.is_some() {
        Message::new("Il termine ricomincia: il giorno iniziale non si conta", "The term begins anew: its first day is not counted")
    } else {
        Message::new("Il giorno iniziale non si conta", "The first day is not counted")
    };
    let mut days = vec![Day { date: start, counted: None, why: Some(why) }];
    let mut count = 0;
    let mut today = start;
    while count < term.days && days.len() < LONGEST {
        let Ok(next) = today.tomorrow() else { break };
        today = next;
        match pause_over(&term.pauses, today) {
            Running::Waits => days.push(waiting(today)),
            Running::Endless => {
                days.push(waiting(today));
                return Explained { due: None, days };
            }
            Running::Counts => {
                count += 1;
                days.push(Day { date: today, counted: Some(count), why: None });
            }
        }
    }
    let due = past_holidays(today, calendar, &mut days);
    Explained { due: Some(due), days }
}

/// Moves the end past holidays and says so.
fn past_holidays(mut end: Date, calendar: &CalendarRules, days: &mut Vec<Day>) -> Date {
    while let Some(holiday) = moves_terms(calendar, end) {
        let Ok(next) = end.tomorrow() else { break };
        end = next;
        let why = Message::new(
            format!("Il termine cadeva in un giorno festivo ({}): passa al giorno dopo", holiday.name.it),
            format!("The term ended on a holiday ({}): it moves to the next day", holiday.name.en),
        );
        days.push(Day { date: end, counted: None, why: Some(why) });
    }
    end
}

enum Running {
    Counts,
    Waits,
    Endless,
}

fn pause_over(pauses: &[Pause], day: Date) -> Running {
    match pauses.iter().find(|pause| day > pause.from && pause.to.is_none_or(|to| day <= to)) {
        None => Running::Counts,
        Some(Pause { to: Some(_), .. }) => Running::Waits,
        Some(Pause { to: None, .. }) => Running::Endless,
    }
}

fn waiting(date: Date) -> Day {
    Day { date, counted: None, why: Some(Message::new("Il termine è sospeso", "The term is suspended")) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn asked(from: Date, to: Option<Date>) -> Pause {
        Pause { norm: Norm::Integration, from, to }
    }

    fn plain(start: Date, days: u16) -> Explained {
        due(&Term { start, days, pauses: Vec::new(), restarted: None }, &CalendarRules::default())
    }

    #[test]
    fn the_first_day_is_not_counted_and_holidays_inside_are() {
        // 25 April and 1 May lie inside.
        let explained = plain(date(2026, 4, 14), 30);
        assert_eq!(explained.due, Some(date(2026, 5, 14)));
        assert_eq!(explained.days[0].counted, None);
        assert_eq!(explained.days[1].counted, Some(1));
    }

    #[test]
    fn a_term_that_ends_on_holidays_moves_past_all_of_them() {
        // 5 April 2026 is Easter Sunday, the 6th is Easter Monday.
        let explained = plain(date(2026, 3, 26), 10);
        assert_eq!(explained.due, Some(date(2026, 4, 7)));
        let last = explained.days.last().unwrap();
        assert_eq!(last.why.as_ref().unwrap().it, "Il termine cadeva in un giorno festivo (Lunedì dell'Angelo): passa al giorno dopo");
    }

    #[test]
    fn saturday_is_a_day_like_any_other() {
        assert_eq!(plain(date(2026, 5, 6), 10).due, Some(date(2026, 5, 16)));
    }

    #[test]
    fn observations_on_a_notice_of_refusal_leave_five_days_and_the_end_is_the_24th() {
        // Integration 11–21 March, notice of refusal 5 April with observations that let the clock go on after the 19th.
        let pauses = vec![
            asked(date(2026, 3, 11), Some(date(2026, 3, 21))),
            Pause { norm: Norm::RefusalNotice, from: date(2026, 4, 5), to: Some(last_day(Norm::RefusalNotice, true, date(2026, 4, 9))) },
        ];
        let pauses = lawful(&pauses, Suspension::BY_LAW, date(2026, 4, 9));
        let term = Term { start: date(2026, 3, 1), days: 30, pauses, restarted: None };
        assert_eq!(due(&term, &CalendarRules::default()).due, Some(date(2026, 4, 24)));
    }

    #[test]
    fn while_a_wait_lasts_there_is_no_due_date() {
        let pauses = vec![asked(date(2026, 3, 11), None)];
        let explained = due(&Term { start: date(2026, 3, 1), days: 30, pauses, restarted: None }, &CalendarRules::default());
        assert_eq!(explained.due, None);
        assert_eq!(explained.days.last().unwrap().date, date(2026, 3, 12));
    }

    #[test]
    fn a_wait_holds_the_term_up_for_thirty_days_at_the_most() {
        let open = [asked(date(2026, 3, 11), None)];
        assert_eq!(lawful(&open, Suspension::BY_LAW, date(2026, 4, 10)), open);
        let stopped = lawful(&open, Suspension::BY_LAW, date(2026, 4, 11));
        assert_eq!(stopped, [asked(date(2026, 3, 11), Some(date(2026, 4, 10)))]);
        // Ten days were used by 11 March; the twenty that are left begin on 11 April.
        let term = Term { start: date(2026, 3, 1), days: 30, pauses: stopped, restarted: None };
        assert_eq!(due(&term, &CalendarRules::default()).due, Some(date(2026, 4, 30)));
    }

    #[test]
    fn a_service_may_bind_itself_to_less_than_the_law_allows() {
        let pause = asked(date(2026, 3, 11), Some(date(2026, 3, 31)));
        let bounds = Suspension { max_days: 10, times: 1 };
        assert_eq!(lawful(&[pause], bounds, date(2026, 4, 1)), [asked(pause.from, Some(date(2026, 3, 21)))]);
        assert_eq!(lawful(&[pause], Suspension { max_days: 30, times: 0 }, date(2026, 4, 1)), []);
    }

    #[test]
    fn access_to_files_begins_anew() {
        let term = Term { start: date(2026, 3, 1), days: 30, pauses: Vec::new(), restarted: Some(date(2026, 3, 20)) };
        assert_eq!(due(&term, &CalendarRules::default()).due, Some(date(2026, 4, 20)));
    }

    #[test]
    fn at_once_means_the_same_day_unless_it_is_a_holiday() {
        assert_eq!(plain(date(2026, 3, 2), 0).due, Some(date(2026, 3, 2)));
        assert_eq!(plain(date(2026, 3, 1), 0).due, Some(date(2026, 3, 2)));
    }
}
