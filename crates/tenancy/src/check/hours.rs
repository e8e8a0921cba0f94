//! Opening hours and closures.

use crate::problem::{Message, Problems, Span, Words};
use crate::resolve::unknown;
use crate::shape::validate::unwrap_sourced;
use crate::yaml::Node;

/// Checks a resolved desk.
pub(super) fn desk(desk: &Node, problems: &mut Problems) {
    for (id, location) in desk.get("locations").into_iter().flat_map(Node::entries) {
        let path = format!("locations.{id}");
        for (season, entry) in location.node.get("hours").into_iter().flat_map(Node::entries) {
            let season_node = unwrap_sourced(&entry.node).unwrap_or(&entry.node);
            season_bounds(season_node, &entry.key, &format!("{path}.hours.{season}"), problems);
            for (day, hours) in season_node.get("week").into_iter().flat_map(Node::entries) {
                day_hours(day, &hours.node, &format!("{path}.hours.{season}.week.{day}"), problems);
            }
        }
        let areas: Vec<&str> = location.node.get("areas").into_iter().flat_map(Node::entries).map(|(id, _)| id).collect();
        for (counter, entry) in location.node.get("counters").into_iter().flat_map(Node::entries) {
            if let Some(area) = entry.node.get("area").filter(|area| area.as_text().is_some_and(|area| !areas.contains(&area))) {
                let message = unknown(("l'area", "the area"), area.as_text().unwrap_or_default(), &areas);
                problems.push(message, &area.span, format!("{path}.counters.{counter}.area"));
            }
        }
    }
}

/// A season has both ends or none.
fn season_bounds(season: &Node, at: &Span, path: &str, problems: &mut Problems) {
    let (from, to) = (season.get("from"), season.get("to"));
    let missing = match (from, to) {
        (Some(_), None) => "to",
        (None, Some(_)) => "from",
        _ => return,
    };
    let place = Words::new(format!("una stagione ({path})"), format!("a season ({path})"));
    problems.push(Message::MissingKey { key: missing.into(), place }, at, format!("{path}.{missing}"));
}

fn day_hours(day: &str, hours: &Node, path: &str, problems: &mut Problems) {
    let mut spans: Vec<(&str, &str, &Span)> =
        hours.entries().filter_map(|(from, entry)| Some((from, entry.node.as_text()?, &entry.key))).collect();
    for (from, to, span) in &spans {
        if from >= to {
            problems.push(Message::HoursOrder { from: (*from).into(), to: (*to).into() }, span, format!("{path}.{from}"));
        }
    }
    spans.sort_by_key(|(from, ..)| *from);
    for pair in spans.windows(2) {
        let [(first_from, first_to, _), (second_from, second_to, span)] = pair else { continue };
        if second_from < first_to {
            let message = Message::HoursOverlap {
                day: day_name(day),
                first: format!("{first_from}–{first_to}").into(),
                second: format!("{second_from}–{second_to}").into(),
            };
            problems.push(message, span, format!("{path}.{second_from}"));
        }
    }
}

fn day_name(day: &str) -> Words {
    let (it, en) = match day {
        "mon" => ("lunedì", "Monday"),
        "tue" => ("martedì", "Tuesday"),
        "wed" => ("mercoledì", "Wednesday"),
        "thu" => ("giovedì", "Thursday"),
        "fri" => ("venerdì", "Friday"),
        "sat" => ("sabato", "Saturday"),
        _ => ("domenica", "Sunday"),
    };
    Words::new(it, en)
}

/// Checks a resolved calendar.
pub(super) fn calendar(calendar: &Node, problems: &mut Problems) {
    for (id, closure) in calendar.get("closures").into_iter().flat_map(Node::entries) {
        let date = |key: &str| closure.node.get(key).and_then(Node::plain);
        if let (Some(from), Some(to)) = (date("from"), date("to"))
            && from > to
        {
            let message = Message::PeriodOrder { from: from.into(), to: to.into() };
            problems.push(message, &closure.key, format!("closures.{id}"));
        }
    }
}
