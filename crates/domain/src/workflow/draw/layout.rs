//! Where each state and each passage of a picture is.
//!
//! States stand in columns by their distance from the start, concluded ones in the last. A passage between neighbouring columns
//! runs through the gap between them, where it has a slot of its own for its words. One that goes further, or that several states
//! share ("withdraw"), runs in a lane above or below all states. So no words ever lie on other words or on a state.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::{
    permissions::Role,
    text::Language,
    workflow::{State, Workflow},
};

/// The width of a state.
pub(super) const WIDTH: i32 = 190;
/// The height of a line of words on a passage.
pub(super) const LINE: i32 = 14;
/// The height of a line of a state's title.
pub(super) const TITLE_LINE: i32 = 18;

const HEIGHT: i32 = 46;
const BETWEEN: i32 = 34;
const BEND: i32 = 34;
const TRACK: i32 = 12;
const MARGIN: i32 = 30;
const RADIUS: i32 = 8;

/// A whole picture; `top` is the least y in it.
pub(super) struct Picture<'a> {
    pub(super) boxes: Vec<Box<'a>>,
    pub(super) links: Vec<Link>,
    pub(super) width: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
}

/// A state in its place.
pub(super) struct Box<'a> {
    pub(super) id: &'a str,
    pub(super) state: &'a State,
    pub(super) lines: Vec<String>,
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) height: i32,
    column: usize,
    row: usize,
}

/// A passage in its place: a path for each state that it leaves, and its words.
pub(super) struct Link {
    pub(super) paths: Vec<String>,
    pub(super) lines: Vec<String>,
    /// The middle of its words.
    pub(super) x: i32,
    pub(super) y: i32,
    /// Whether only the product itself takes it.
    pub(super) automatic: bool,
}

/// Passages with the same words to the same state.
struct Bundle {
    from: Vec<usize>,
    to: usize,
    lines: Vec<String>,
    automatic: bool,
    route: Route,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Route {
    /// Through a gap; gap `n` lies left of column `n`.
    Gap(usize),
    Above,
    Below,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
}

impl Box<'_> {
    fn middle(&self) -> i32 {
        self.y + self.height / 2
    }

    fn edge(&self, side: Side) -> i32 {
        if side == Side::Left { self.x } else { self.x + WIDTH }
    }
}

impl Bundle {
    fn height(&self) -> i32 {
        length(self.lines.len()) * LINE + 6
    }

    fn width(&self) -> i32 {
        width(&self.lines)
    }
}

/// How wide words are at the most, for they are measured by whoever shows them.
pub(super) fn width(lines: &[String]) -> i32 {
    lines.iter().map(|line| length(line.chars().count())).max().unwrap_or(0) * 7 + 8
}

fn length(count: usize) -> i32 {
    i32::try_from(count.min(10_000)).unwrap_or(0)
}

/// Puts everything in its place.
pub(super) fn layout(workflow: &Workflow, language: Language) -> Picture<'_> {
    let mut boxes = place_states(workflow, language);
    let bundles = bundle(workflow, &boxes, language);
    let gaps = Gaps::measure(&boxes, &bundles);
    gaps.set_columns(&mut boxes);
    set_rows(&mut boxes, &bundles);
    let slots = slots(&boxes, &bundles);
    let lanes = lanes(&boxes, &bundles, &slots);
    let mut router = Router { ports: ports(&boxes, &bundles, &slots), boxes: &boxes, gaps, used: BTreeMap::new() };
    let links: Vec<Link> = bundles
        .iter()
        .enumerate()
        .map(|(index, bundle)| match bundle.route {
            Route::Gap(gap) => router.through_gap(index, bundle, gap, slots[&index]),
            Route::Above | Route::Below => router.along_lane(index, bundle, lanes[&index]),
        })
        .collect();
    let width = router.gaps.right_of_all();
    let of_links = || links.iter().zip(&bundles).map(|(link, bundle)| (link.y - bundle.height() / 2, link.y + bundle.height() / 2));
    let of_boxes = || boxes.iter().map(|state| (state.y, state.y + state.height));
    let top = of_links().chain(of_boxes()).map(|(top, _)| top).min().unwrap_or(0);
    let bottom = of_links().chain(of_boxes()).map(|(_, bottom)| bottom).max().unwrap_or(0);
    Picture { boxes, links, width, top, bottom }
}

/// The states with their columns; where they are is decided later.
fn place_states(workflow: &Workflow, language: Language) -> Vec<Box<'_>> {
    let mut distance: BTreeMap<&str, usize> = BTreeMap::from([(workflow.start.as_ref(), 0)]);
    for step in 0..workflow.states.len() {
        for transition in workflow.transitions.values() {
            if transition.from.iter().any(|(from, on)| *on && distance.get(from.as_ref()) == Some(&step)) {
                distance.entry(transition.to.as_ref()).or_insert(step + 1);
            }
        }
    }
    let open = |id: &str| workflow.states.get(id).is_some_and(|state| !state.status.is_concluded());
    let last = distance.iter().filter(|(id, _)| open(id)).map(|(_, column)| *column + 1).max().unwrap_or(0);
    let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
    let place = |(id, state): (&'_ crate::service::Key, &'_ State)| {
        let column = if state.status.is_concluded() { last } else { distance.get(id.as_ref()).copied().unwrap_or(last) };
        let row = rows.entry(column).or_default();
        *row += 1;
        (column, *row - 1)
    };
    let places: Vec<_> = workflow.states.iter().map(place).collect();
    let boxes = workflow.states.iter().zip(places).map(|((id, state), (column, row))| {
        let lines = wrap(state.title.get(language), 22, 2);
        Box { id, state, lines, x: 0, y: 0, height: HEIGHT, column, row }
    });
    boxes.collect()
}

fn bundle(workflow: &Workflow, boxes: &[Box<'_>], language: Language) -> Vec<Bundle> {
    let mut pairs: IndexMap<(usize, usize), (Vec<&str>, bool)> = IndexMap::new();
    for transition in workflow.transitions.values() {
        let automatic = transition.by.iter().all(|(role, on)| !*on || *role == Role::System);
        let Some(to) = workflow.states.get_index_of(&transition.to) else { continue };
        for (from, _) in transition.from.iter().filter(|(_, on)| **on) {
            let Some(from) = workflow.states.get_index_of(from) else { continue };
            let (words, all_automatic) = pairs.entry((from, to)).or_insert((Vec::new(), true));
            words.push(transition.title.get(language));
            *all_automatic &= automatic;
        }
    }
    let mut shared: IndexMap<(usize, Vec<&str>, bool), Vec<usize>> = IndexMap::new();
    for ((from, to), (words, automatic)) in pairs {
        shared.entry((to, words, automatic)).or_default().push(from);
    }
    let route = |from: &[usize], to: usize| route(from, to, boxes);
    let bundles = shared.into_iter().map(|((to, words, automatic), from)| {
        let mark = if words.len() > 1 { "• " } else { "" };
        let lines = words.iter().flat_map(|words| wrap(&format!("{mark}{words}"), 24, 3)).collect();
        Bundle { route: route(&from, to), from, to, lines, automatic }
    });
    bundles.collect()
}

fn route(from: &[usize], to: usize, boxes: &[Box<'_>]) -> Route {
    let target = &boxes[to];
    if let [only] = from {
        let column = boxes[*only].column;
        if column.abs_diff(target.column) <= 1 {
            let backwards = column > target.column;
            return Route::Gap(if backwards { column } else { column + 1 });
        }
    }
    let in_column = boxes.iter().filter(|other| other.column == target.column).count();
    if target.row * 2 < in_column { Route::Above } else { Route::Below }
}

/// The gaps beside the columns: their tracks for what turns into a lane, and the room for words between them.
struct Gaps {
    /// Left edge of each gap, and of the end.
    left: Vec<i32>,
    /// How much of each gap the tracks at its left and right sides take.
    tracks: Vec<(i32, i32)>,
}

impl Gaps {
    fn measure(boxes: &[Box<'_>], bundles: &[Bundle]) -> Self {
        let columns = boxes.iter().map(|state| state.column + 1).max().unwrap_or(0);
        let mut tracks = vec![(0, 0); columns + 1];
        let mut words = vec![0; columns + 1];
        for bundle in bundles {
            if let Route::Gap(gap) = bundle.route {
                words[gap] = words[gap].max(bundle.width() + 2 * BEND);
                continue;
            }
            let mut sources: Vec<_> = bundle.from.iter().map(|from| boxes[*from].column).collect();
            sources.sort_unstable();
            sources.dedup();
            for column in sources {
                tracks[column + 1].0 += TRACK;
            }
            tracks[boxes[bundle.to].column].1 += TRACK;
        }
        let mut left = vec![0];
        for (gap, words) in words.iter().enumerate() {
            let outside = gap == 0 || gap == columns;
            let least = if outside { MARGIN } else { 2 * MARGIN };
            let column = if gap == columns { 0 } else { WIDTH };
            left.push(left[gap] + least.max(*words) + tracks[gap].0 + tracks[gap].1 + column);
        }
        Self { left, tracks }
    }

    fn set_columns(&self, boxes: &mut [Box<'_>]) {
        for state in boxes {
            state.x = self.left[state.column + 1] - WIDTH;
        }
    }

    fn right_of_all(&self) -> i32 {
        self.left.last().copied().unwrap_or(0)
    }

    /// Where words may be: between the tracks of both sides.
    fn room(&self, gap: usize) -> (i32, i32) {
        let end = self.left[gap + 1] - if gap + 2 == self.left.len() { 0 } else { WIDTH };
        (self.left[gap] + self.tracks[gap].0, end - self.tracks[gap].1)
    }
}

/// Makes each state tall enough for the passages at its sides, and centres the columns.
fn set_rows(boxes: &mut [Box<'_>], bundles: &[Bundle]) {
    let mut sides: BTreeMap<(usize, Side), i32> = BTreeMap::new();
    for bundle in bundles {
        for (state, side) in ends(bundle, boxes) {
            *sides.entry((state, side)).or_default() += 1;
        }
    }
    for ((state, _), count) in sides {
        boxes[state].height = boxes[state].height.max(16 * count + 14);
    }
    let mut heights: BTreeMap<usize, i32> = BTreeMap::new();
    for state in boxes.iter_mut() {
        let below = heights.entry(state.column).or_default();
        state.y = *below;
        *below += state.height + BETWEEN;
    }
    for state in boxes {
        state.y -= heights[&state.column] / 2;
    }
}

/// The states and sides that a bundle touches: the ones it leaves, then the one it enters.
fn ends(bundle: &Bundle, boxes: &[Box<'_>]) -> Vec<(usize, Side)> {
    let column = |state: usize| boxes[state].column;
    let (leave, enter) = match bundle.route {
        Route::Gap(_) if column(bundle.from[0]) == column(bundle.to) => (Side::Right, Side::Right),
        Route::Gap(_) if column(bundle.from[0]) > column(bundle.to) => (Side::Left, Side::Right),
        _ => (Side::Right, Side::Left),
    };
    bundle.from.iter().map(|from| (*from, leave)).chain([(bundle.to, enter)]).collect()
}

/// The height of the words of each bundle that runs through a gap: as near to its states as its neighbours allow.
fn slots(boxes: &[Box<'_>], bundles: &[Bundle]) -> BTreeMap<usize, i32> {
    let mut gaps: BTreeMap<usize, Vec<(i32, usize)>> = BTreeMap::new();
    for (index, bundle) in bundles.iter().enumerate() {
        if let Route::Gap(gap) = bundle.route {
            let wish = i32::midpoint(boxes[bundle.from[0]].middle(), boxes[bundle.to].middle());
            gaps.entry(gap).or_default().push((wish, index));
        }
    }
    let mut slots = BTreeMap::new();
    for mut wishes in gaps.into_values() {
        wishes.sort_unstable();
        let mut free = i32::MIN;
        let mut given = Vec::new();
        for (wish, index) in &wishes {
            let half = bundles[*index].height() / 2 + 5;
            let y = (*wish).max(free.saturating_add(half));
            free = y + half;
            given.push(y);
        }
        let pushed: i32 = given.iter().zip(&wishes).map(|(given, (wish, _))| given - wish).sum();
        let back = pushed / length(wishes.len()).max(1);
        slots.extend(wishes.iter().zip(given).map(|((_, index), y)| (*index, y - back)));
    }
    slots
}

/// The height of the lane of each bundle that has one; short ones are nearest to the states.
fn lanes(boxes: &[Box<'_>], bundles: &[Bundle], slots: &BTreeMap<usize, i32>) -> BTreeMap<usize, i32> {
    let half = |index: usize| bundles[index].height() / 2;
    let tops = boxes.iter().map(|state| state.y).chain(slots.iter().map(|(index, y)| y - half(*index)));
    let bottoms = boxes.iter().map(|state| state.y + state.height).chain(slots.iter().map(|(index, y)| y + half(*index)));
    let (mut above, mut below) = (tops.min().unwrap_or(0) - 14, bottoms.max().unwrap_or(0) + 14);
    let reach = |bundle: &Bundle| {
        let columns = bundle.from.iter().chain([&bundle.to]).map(|state| boxes[*state].column);
        columns.clone().max().unwrap_or(0) - columns.min().unwrap_or(0)
    };
    let mut order: Vec<_> = (0..bundles.len()).filter(|index| !matches!(bundles[*index].route, Route::Gap(_))).collect();
    order.sort_by_key(|index| reach(&bundles[*index]));
    let mut lanes = BTreeMap::new();
    for index in order {
        let step = half(index) + 4;
        if bundles[index].route == Route::Above {
            lanes.insert(index, above - step);
            above -= 2 * step;
        } else {
            lanes.insert(index, below + step);
            below += 2 * step;
        }
    }
    lanes
}

/// Where on a side of its state each end of a bundle is: `(bundle, place among its ends) → y`.
fn ports(boxes: &[Box<'_>], bundles: &[Bundle], slots: &BTreeMap<usize, i32>) -> BTreeMap<(usize, usize), i32> {
    type Ends = Vec<(i32, usize, usize)>;
    let mut sides: BTreeMap<(usize, Side), Ends> = BTreeMap::new();
    for (index, bundle) in bundles.iter().enumerate() {
        let towards = match bundle.route {
            Route::Gap(_) => slots[&index],
            Route::Above => i32::MIN,
            Route::Below => i32::MAX,
        };
        for (place, side) in ends(bundle, boxes).into_iter().enumerate() {
            sides.entry(side).or_default().push((towards, index, place));
        }
    }
    let mut ports = BTreeMap::new();
    for ((state, _), mut ends) in sides {
        ends.sort_unstable();
        let step = boxes[state].height / (length(ends.len()) + 1);
        ports.extend(ends.iter().enumerate().map(|(n, (_, index, place))| ((*index, *place), boxes[state].y + step * (length(n) + 1))));
    }
    ports
}

/// Draws the paths, handing out the tracks of each gap one after the other.
struct Router<'a, 'b> {
    boxes: &'b [Box<'a>],
    gaps: Gaps,
    ports: BTreeMap<(usize, usize), i32>,
    used: BTreeMap<(usize, Side), i32>,
}

impl Router<'_, '_> {
    fn through_gap(&self, index: usize, bundle: &Bundle, gap: usize, y: i32) -> Link {
        let [(from, leave), (to, enter)] = [0, 1].map(|place| ends(bundle, self.boxes)[place]);
        let (x1, y1) = (self.boxes[from].edge(leave), self.ports[&(index, 0)]);
        let (x2, y2) = (self.boxes[to].edge(enter), self.ports[&(index, 1)]);
        let (left, right) = self.gaps.room(gap);
        let middle = i32::midpoint(left, right);
        let half = bundle.width() / 2;
        let path = match (leave, enter) {
            (Side::Right, Side::Right) => {
                let (tip, bend) = (middle - half, left + BEND / 2);
                format!("M{x1} {y1}H{left}C{bend} {y1} {bend} {y} {tip} {y}C{bend} {y} {bend} {y2} {left} {y2}H{x2}")
            }
            (Side::Left, _) => curve((x1, y1), (x2, y2), (right, left), (middle + half, middle - half), y),
            _ => curve((x1, y1), (x2, y2), (left, right), (middle - half, middle + half), y),
        };
        Link { paths: vec![path], lines: bundle.lines.clone(), x: middle, y, automatic: bundle.automatic }
    }

    fn along_lane(&mut self, index: usize, bundle: &Bundle, lane: i32) -> Link {
        let target = &self.boxes[bundle.to];
        let y2 = self.ports[&(index, bundle.from.len())];
        let x2 = target.x - self.track(target.column, Side::Right);
        let mut turns: BTreeMap<usize, i32> = BTreeMap::new();
        let mut paths = Vec::new();
        for (place, from) in bundle.from.iter().enumerate() {
            let source = &self.boxes[*from];
            let track = match turns.get(&source.column) {
                Some(track) => *track,
                None => self.track(source.column + 1, Side::Left),
            };
            turns.insert(source.column, track);
            let (x1, y1) = (source.x + WIDTH, self.ports[&(index, place)]);
            paths.push(rounded(&[(x1, y1), (x1 + track, y1), (x1 + track, lane), (x2, lane), (x2, y2), (target.x, y2)]));
        }
        let corners = turns.iter().map(|(column, track)| self.gaps.left[column + 1] + track).collect();
        let x = on_lane(corners, x2, bundle.width());
        Link { paths, lines: bundle.lines.clone(), x, y: lane, automatic: bundle.automatic }
    }

    /// The distance of the next free track from the column beside it.
    fn track(&mut self, gap: usize, side: Side) -> i32 {
        let used = self.used.entry((gap, side)).or_default();
        *used += TRACK;
        *used
    }
}

/// The middle of the words of a lane: on the straight piece nearest to its end that has room for them.
fn on_lane(mut corners: Vec<i32>, end: i32, width: i32) -> i32 {
    corners.sort_by_key(|x| x.abs_diff(end));
    let pieces = || [end].into_iter().chain(corners.iter().copied()).zip(corners.iter().copied());
    let roomy = pieces().find(|(near, far)| (far - near).abs() >= width + 4 * RADIUS).or_else(|| pieces().next());
    roomy.map_or(end, |(near, far)| i32::midpoint(near, far))
}

/// From a state past the tracks, bending to the words, behind them, and bending to the other state.
fn curve(start: (i32, i32), end: (i32, i32), room: (i32, i32), words: (i32, i32), y: i32) -> String {
    let (bend_1, bend_2) = (i32::midpoint(room.0, words.0), i32::midpoint(room.1, words.1));
    format!(
        "M{} {}H{}C{bend_1} {} {bend_1} {y} {} {y}H{}C{bend_2} {y} {bend_2} {} {} {}H{}",
        start.0, start.1, room.0, start.1, words.0, words.1, end.1, room.1, end.1, end.0
    )
}

/// A line of horizontal and vertical pieces with rounded corners.
fn rounded(points: &[(i32, i32)]) -> String {
    let mut path = String::new();
    let towards = |from: (i32, i32), to: (i32, i32)| {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let radius = RADIUS.min(i32::midpoint(dx.abs(), dy.abs()));
        (from.0 + dx.signum() * radius, from.1 + dy.signum() * radius)
    };
    for (index, point) in points.iter().enumerate() {
        let piece = match (index.checked_sub(1).map(|before| points[before]), points.get(index + 1)) {
            (None, _) => format!("M{} {}", point.0, point.1),
            (_, None) => format!("L{} {}", point.0, point.1),
            (Some(before), Some(after)) => {
                let (into, out) = (towards(*point, before), towards(*point, *after));
                format!("L{} {}Q{} {} {} {}", into.0, into.1, point.0, point.1, out.0, out.1)
            }
        };
        path.push_str(&piece);
    }
    path
}

/// Breaks a text between words into lines of at most so many characters; what does not fit ends with an ellipsis.
pub(super) fn wrap(text: &str, most: usize, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match wrapped.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    let cut = wrapped.len() > lines;
    wrapped.truncate(lines);
    let count = wrapped.len();
    for (index, line) in wrapped.iter_mut().enumerate() {
        if line.chars().count() > most || (cut && index + 1 == count) {
            *line = line.chars().take(most - 1).chain(['…']).collect();
        }
    }
    wrapped
}
