//! Cases in a file of their tenant, against the same statements on a copy of the file.

use tokio::runtime::Runtime;

use crate::{
    cases::{Bench, WRITES},
    installation::Installation,
    replay::files::Copy,
};

/// How many cases the body has when it is measured.
const SIZES: [usize; 3] = [10, 100, 1000];

/// Measures and prints.
pub(crate) fn measure(installation: &Installation, runtime: &Runtime) {
    let mut bench = Bench::new(installation, runtime);
    let mut cases = 0;
    for size in SIZES {
        let mut last = bench.case();
        for _ in cases + 1..size {
            last = bench.case();
        }
        let original = installation.file();
        bench.reads(size, &last, &mut Copy::of(runtime, &original, &format!("read-{size}.sqlite")));
        let drafts: Vec<_> = (0..WRITES).map(|_| bench.draft()).collect();
        let mut copy = Copy::of(runtime, &original, &format!("written-{size}.sqlite"));
        bench.writes(size, &drafts, &mut copy);
        copy.assert_same();
        bench.print_size(size, "");
        cases = size + WRITES;
    }
    bench.print_growth();
}
