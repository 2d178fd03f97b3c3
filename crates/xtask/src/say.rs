//! What the terminal reads: one line a step, with the time it took.

use std::io::Write;
use std::time::Instant;

use anyhow::Result;

pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

pub(crate) fn failure(error: &anyhow::Error) {
    line(&format!("error: {error:#}"));
}

/// Announces a step, does it, and says how long it took. `expect` is how long it takes on two cores.
pub(crate) fn step<T>(what: &str, expect: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    line(&format!("==> {what} ({expect})"));
    let begin = Instant::now();
    let done = work()?;
    line(&format!("    done in {:.1} s", begin.elapsed().as_secs_f64()));
    Ok(done)
}
