//! `admin move-storage`.

use crate::app::App;
use crate::storage_move::{Move, Progress};
use anyhow::{Context, ensure};
use clap::Args;
use std::io::Write;
use std::time::{Duration, Instant};
use storage::Provider;

/// Moves recordings and pictures from one store to another, while the servers run.
///
/// Set up both stores, name the new one in STORAGE_PROVIDER and restart the servers: what is new then goes there, and what is old is
/// still read where it lies. Then run this, as often as it takes: each object is copied, read back and compared before its row says that
/// it lies there, so a run that was broken off goes on where it stopped and nothing is out of reach meanwhile. The old copies stay until
/// it is run with --delete-source.
#[derive(Args)]
pub struct MoveStorage {
    /// local, s3, gcs or azure.
    #[arg(long)]
    from: String,
    /// local, s3, gcs or azure.
    #[arg(long)]
    to: String,
    /// Objects that are copied side by side.
    #[arg(long, default_value_t = 4)]
    jobs: usize,
    /// Deletes each object in the old store once the new one has it whole.
    #[arg(long)]
    delete_source: bool,
}

/// Seconds between two lines of progress.
const EVERY: Duration = Duration::from_secs(2);

impl MoveStorage {
    pub async fn run(self, app: &App) -> anyhow::Result<()> {
        let (from, to) = (provider("--from", &self.from)?, provider("--to", &self.to)?);
        ensure!(from != to, "--from and --to name the same store");
        ensure!((1..=64).contains(&self.jobs), "--jobs must lie between 1 and 64");
        let store = |provider: Provider, argument: &str| {
            let store = app.storage.at(provider).cloned();
            store.with_context(|| format!("{argument} {provider} is not set up: its settings are missing"))
        };
        let step = Move {
            from: (from, store(from, "--from")?),
            to: (to, store(to, "--to")?),
            jobs: self.jobs,
            delete_source: self.delete_source,
        };
        if app.storage.name() != to {
            tracing::warn!(
                storage.current = %app.storage.name(), storage.to = %to,
                "what is new does not go where this moves to; set STORAGE_PROVIDER first, or run this again afterwards"
            );
        }
        let (begun, mut told) = (Instant::now(), None::<Instant>);
        let done = step
            .run(app, |progress| {
                if told.is_none_or(|told| told.elapsed() >= EVERY) {
                    told = Some(Instant::now());
                    say(progress, begun);
                }
            })
            .await?;
        say(&done, begun);
        ensure!(
            done.failed == 0,
            "{} objects were not moved; the log says why. Run it again.",
            done.failed
        );
        Ok(())
    }
}

fn provider(argument: &str, name: &str) -> anyhow::Result<Provider> {
    Provider::parse(name).with_context(|| format!("{argument} is {name:?}; write local, s3, gcs or azure"))
}

fn say(progress: &Progress, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64().max(0.001);
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    let rate = progress.done() as f64 / seconds;
    let left = progress.total.saturating_sub(progress.done()) as f64;
    let _ = writeln!(
        std::io::stdout(),
        "{} of {} objects: {} moved, {} there already, {} gone, {} failed; {:.1} MiB, {:.1} MiB/s, {} s left",
        progress.done(),
        progress.total,
        progress.moved,
        progress.there,
        progress.gone,
        progress.failed,
        mib(progress.bytes),
        mib(progress.bytes) / seconds,
        if rate > 0.0 { (left / rate).ceil() } else { 0.0 },
    );
}
