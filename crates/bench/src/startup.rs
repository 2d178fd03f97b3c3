//! How soon the server answers and how much memory it holds when nothing happens.

use crate::load::ms;
use crate::product::{Database, Product};
use crate::report::Report;
use anyhow::Result;
use std::time::Duration;

pub async fn measure(report: &mut Report) -> Result<()> {
    let database = Database::start()?;
    // The first start runs the migrations; the second is what an operator sees.
    drop(Product::start(&database, &[], &[]).await?);
    let mut answers = Vec::new();
    for _ in 0..5 {
        let product = Product::start(&database, &[], &[]).await?;
        answers.push(product.answered_after);
    }
    answers.sort_unstable();
    let median = answers.get(2).copied().unwrap_or_default();
    report.add("/health after start, median of 5", ms(median), "300 ms");

    let product = Product::start(&database, &[], &[]).await?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let megabytes = product.resident_bytes()? as f64 / 1e6;
    report.add(
        "resident memory, idle",
        format!("{megabytes:.0} MB"),
        "under 60 MB",
    );
    Ok(())
}
