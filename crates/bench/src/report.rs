//! The table that ends in docs/benchmarks.md.

use std::io::Write;

#[derive(Default)]
pub struct Report {
    rows: Vec<[String; 3]>,
}

impl Report {
    /// One line: what, measured, wanted. Also said at once, because a run takes minutes.
    pub fn add(&mut self, what: &str, measured: String, wanted: &str) {
        say(&format!("{what}: {measured} (wanted: {wanted})"));
        self.rows.push([what.to_owned(), measured, wanted.to_owned()]);
    }

    pub fn print(&self) {
        say("\n| what | measured | wanted |\n|---|---|---|");
        for [what, measured, wanted] in &self.rows {
            say(&format!("| {what} | {measured} | {wanted} |"));
        }
    }
}

/// A line for the person who waits.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
