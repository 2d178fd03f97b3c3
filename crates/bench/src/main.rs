//! `cargo xtask bench`: the numbers of docs/benchmarks.md.
//!
//! Every figure is taken in one run on one machine, beside pgbench running the same work against the same server
//! where a rate is compared, so that the ratio means something even where the machine is slow or busy. Servers under
//! test are the release binaries; their PostgreSQL is durable (fsync on).

mod calllog;
mod faults;
mod hosts;
mod ingest;
mod load;
mod pgbench;
mod product;
mod report;
mod search;
mod security;
mod seed;
mod sockets;
mod startup;
mod sync;
mod wire;

use anyhow::Result;
use clap::Parser;
use report::Report;

#[derive(Parser)]
struct Args {
    /// Calls in the big tenant of the call-log benchmark
    #[arg(long, default_value_t = 1_000_000)]
    calls: u64,
    /// Conversations of the history sync
    #[arg(long, default_value_t = 10_000)]
    conversations: usize,
    /// Sockets of browsers that watch running calls
    #[arg(long, default_value_t = 10_000)]
    sockets: usize,
    /// Seconds of each rate
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// Conversations while everything goes wrong
    #[arg(long, default_value_t = 10_000)]
    faulty: usize,
    /// Keep what `calllog` and `search` are measured on in this folder, or use what an earlier run kept there: filling takes half an hour
    #[arg(long)]
    data: Option<std::path::PathBuf>,
    /// Only these parts: startup, ingest, sync, faults, calllog, search, security, hosts, sockets
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    // reqwest brings no provider of its own. Refused only where the process has chosen one already.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    let args = Args::parse();
    let wanted = |part: &str| args.only.is_empty() || args.only.iter().any(|only| only == part);
    let mut report = Report::default();
    if wanted("startup") {
        startup::measure(&mut report).await?;
    }
    if wanted("ingest") {
        ingest::measure(&mut report, args.seconds).await?;
    }
    if wanted("sync") {
        sync::measure(&mut report, args.conversations).await?;
    }
    if wanted("faults") {
        faults::measure(&mut report, args.faulty).await?;
    }
    // They share what takes minutes to fill.
    let (listed, searched) = (wanted("calllog"), wanted("search"));
    if listed || searched {
        calllog::measure(
            &mut report,
            args.calls,
            args.seconds,
            (listed, searched),
            args.data.as_deref(),
        )
        .await?;
    }
    if wanted("security") {
        security::measure(&mut report, args.seconds).await?;
    }
    if wanted("hosts") {
        hosts::measure(&mut report).await?;
    }
    if wanted("sockets") {
        sockets::measure(&mut report, args.sockets).await?;
    }
    report.print();
    Ok(())
}
