//! Times, medians, and the tables that show them.

use std::time::Instant;

/// Microseconds that something takes.
pub(crate) fn timed<T>(what: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let value = what();
    (start.elapsed().as_secs_f64() * 1e6, value)
}

/// The middle one.
pub(crate) fn median(samples: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = samples.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What measuring both in turns gave, in microseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns {
    ours: Vec<f64>,
    bound: Vec<f64>,
}

impl Turns {
    /// One turn of each.
    pub(crate) fn add(&mut self, ours: f64, bound: f64) {
        self.ours.push(ours);
        self.bound.push(bound);
    }

    /// Our median.
    pub(crate) fn ours(&self) -> f64 {
        median(self.ours.iter().copied())
    }

    /// The bound's median.
    pub(crate) fn bound(&self) -> f64 {
        median(self.bound.iter().copied())
    }

    /// The median of the ratios of neighbouring turns: what slows the machine for a while slows both.
    fn ratio(&self) -> f64 {
        median(self.bound.iter().zip(&self.ours).map(|(bound, ours)| bound / ours))
    }

    /// Prints a row under [`head`].
    pub(crate) fn print(&self, work: &str, bound: &str, goal: f64) {
        let ratio = self.ratio();
        let met = if ratio >= goal { "met" } else { "**not met**" };
        println!("| {work} | {bound} | {:.0} | {:.0} | {ratio:.2} | {goal:.1} | {met} |", self.ours(), self.bound());
    }
}

/// Prints the head of a table.
pub(crate) fn head() {
    println!("\n| work | bound | ours µs | bound µs | ratio | goal | |\n|---|---|--:|--:|--:|--:|---|");
}
