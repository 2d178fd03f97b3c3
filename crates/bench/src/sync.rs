//! The first sync of a workspace with a long history.

use crate::product::{Database, Product};
use crate::report::Report;
use crate::seed;
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

pub async fn measure(report: &mut Report, conversations: usize) -> Result<()> {
    let database = Database::start()?;
    let provider = simulator::start(simulator::Options {
        conversations,
        live: 0,
        ..Default::default()
    })?;
    let product = Product::start(&database, &[], &[]).await?;
    let began = Instant::now();
    seed::connect(&product, &provider.base_url, "wsec_benchmark_0123456789").await?;
    let client = product.sign_in("agency@demo.test").await?;
    let took = loop {
        let connections: serde_json::Value = client
            .get(format!("{}/api/connections", product.base))
            .send()
            .await?
            .json()
            .await?;
        let sync = connections.pointer("/0/sync").cloned().unwrap_or_default();
        match sync.get("state").and_then(|state| state.as_str()) {
            Some("done") => break began.elapsed(),
            Some("failed") => bail!("sync failed: {sync}"),
            _ if began.elapsed() > Duration::from_secs(900) => bail!("sync did not end: {sync}"),
            _ => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    };
    let stored = seed::count(&database.owner().await?, "calls").await?;
    if stored < conversations as i64 {
        bail!("{stored} calls stored of {conversations}");
    }
    report.add(
        &format!("history sync of {stored} conversations with transcripts"),
        format!(
            "{:.0} s ({:.0} a second)",
            took.as_secs_f64(),
            stored as f64 / took.as_secs_f64()
        ),
        "under 120 s for 10,000",
    );
    Ok(())
}
