//! What requests by a host that is nobody's cost the database.

use crate::product::{Database, Product};
use crate::report::Report;
use crate::wire::Wire;
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

const REQUESTS: u32 = 5_000;
/// PostgreSQL writes its counters when a connection has been idle for about so long.
const COUNTED_AFTER: Duration = Duration::from_secs(3);

/// Transactions that the database counts for requests of an unknown host, after the first.
pub async fn measure(report: &mut Report) -> Result<()> {
    let database = Database::start()?;
    let product = Product::start(&database, &["--no-worker"], &[("BASE_DOMAIN", "platform.test")]).await?;
    let owner = database.owner().await?;
    let (wire, path) = Wire::new(&format!("{}/api/public", product.base))?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: nobody.example\r\n\r\n");
    let began = Instant::now();
    ensure!(wire.exchange(&request).await? == 200, "the first request failed");
    let first = began.elapsed();
    tokio::time::sleep(COUNTED_AFTER).await;
    let before = transactions(&owner).await?;
    let began = Instant::now();
    for _ in 0..REQUESTS {
        ensure!(wire.exchange(&request).await? == 200, "a request failed");
    }
    let each = began.elapsed() / REQUESTS;
    tokio::time::sleep(COUNTED_AFTER).await;
    let idle = transactions(&owner).await?;
    // What asking costs and what servers do by themselves in the same time is taken off.
    tokio::time::sleep(COUNTED_AFTER + each * REQUESTS).await;
    let own = transactions(&owner).await? - idle;
    let more = (idle - before - own).max(0);
    report.add(
        "database transactions of a request by an unknown host, after the first",
        format!(
            "{:.3} ({more} for {REQUESTS} requests; first {:.2} ms, then {:.3} ms each)",
            f64::from(i32::try_from(more)?) / f64::from(REQUESTS),
            first.as_secs_f64() * 1000.0,
            each.as_secs_f64() * 1000.0
        ),
        "0",
    );
    product.kill()
}

async fn transactions(owner: &tokio_postgres::Client) -> Result<i64> {
    const COUNT: &str =
        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    let row = owner.query_one(COUNT, &[]).await?;
    row.try_get(0).context("the database counts no transactions")
}
