//! Webhook ingest: its rate beside pgbench inserting a row of the same size, its latency at 1,000 a second, and that a
//! kill -9 in the middle loses and doubles nothing.

use crate::load::{self, ms};
use crate::product::{Database, Product};
use crate::report::{Report, say};
use crate::wire::Wire;
use crate::{pgbench, seed};
use anyhow::{Result, bail};
use chrono::Utc;
use secrecy::SecretString;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CONNECTIONS: usize = 16;
/// Of a typical transcription event.
const BODY_BYTES: usize = 6_000;
const SECRET: &str = "wsec_benchmark_0123456789";

pub async fn measure(report: &mut Report, seconds: u64) -> Result<()> {
    let database = Database::start()?;
    let provider = simulator::start(simulator::Options {
        conversations: 0,
        live: 0,
        ..Default::default()
    })?;
    let product = Product::start(&database, &["--no-worker"], &[]).await?;
    let connection = seed::connect(&product, &provider.base_url, SECRET).await?;
    let url = format!("{}/api/webhooks/elevenlabs/{connection}", product.base);

    let beside = pgbench_rate(&database, seconds).await?;
    let sender = Sender::new(&url)?;
    let outcome = load::closed(CONNECTIONS, seconds, {
        let sender = sender.clone();
        move |number| {
            let sender = sender.clone();
            async move { sender.send("rate", number).await }
        }
    })
    .await;
    if outcome.failures > 0 {
        bail!("{} deliveries failed", outcome.failures);
    }
    let ratio = outcome.rate() / beside;
    report.add(
        &format!("webhooks a second, {CONNECTIONS} connections, beside pgbench's {beside:.0} inserts"),
        format!("{:.0} ({ratio:.2} of pgbench)", outcome.rate()),
        "at least 0.5 of pgbench",
    );
    let outcome = load::offered(1_000, seconds, {
        let sender = sender.clone();
        move |number| {
            let sender = sender.clone();
            async move { sender.send("offered", number).await }
        }
    })
    .await;
    let sent = outcome.rate();
    report.add(
        &format!(
            "webhook latency at 1,000/s offered ({sent:.0}/s answered, {} failed), p99",
            outcome.failures
        ),
        ms(outcome.percentile(99.0)),
        "under 50 ms",
    );
    killed(report, &database, product, connection, seconds).await
}

/// The plain insert that any such endpoint must make: same body, same durability, same connections.
async fn pgbench_rate(database: &Database, seconds: u64) -> Result<f64> {
    let owner = database.owner().await?;
    owner
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS bench_inbox (id uuid PRIMARY KEY, received_at timestamptz NOT NULL, body bytea NOT NULL)",
        )
        .await?;
    let body = "7b".repeat(BODY_BYTES);
    let script = format!("INSERT INTO bench_inbox VALUES (gen_random_uuid(), now(), '\\x{body}');\n");
    let rate = pgbench::run(&database.owner_url, &script, CONNECTIONS, seconds)?;
    owner.batch_execute("DROP TABLE bench_inbox").await?;
    Ok(rate)
}

/// Sends deliveries while the server is killed, repeats what was not acknowledged, then counts.
async fn killed(
    report: &mut Report,
    database: &Database,
    product: Product,
    connection: uuid::Uuid,
    seconds: u64,
) -> Result<()> {
    let owner = database.owner().await?;
    let before = seed::count(&owner, "webhook_inbox").await?;
    let acknowledged = Arc::new(Mutex::new(HashSet::new()));
    let url = format!("{}/api/webhooks/elevenlabs/{connection}", product.base);
    let sender = Sender::new(&url)?;
    let load = tokio::spawn(load::closed(CONNECTIONS, seconds.min(6), {
        let (sender, acknowledged) = (sender.clone(), acknowledged.clone());
        move |number| {
            let (sender, acknowledged) = (sender.clone(), acknowledged.clone());
            async move {
                if number >= 20_000 {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    return Ok(());
                }
                sender.send("kill", number).await?;
                if let Ok(mut set) = acknowledged.lock() {
                    set.insert(number);
                }
                Ok(())
            }
        }
    }));
    tokio::time::sleep(Duration::from_secs(2)).await;
    product.kill()?;
    let failures = load.await?.failures;
    let acknowledged = acknowledged.lock().map(|set| set.clone()).unwrap_or_default();
    let sent = acknowledged
        .iter()
        .max()
        .map_or(0, |max| max + CONNECTIONS as u64);
    say(&format!(
        "killed after {} acknowledged deliveries, {failures} refused",
        acknowledged.len()
    ));

    let product = Product::start(database, &["--no-worker"], &[]).await?;
    let after_crash = seed::count(&owner, "webhook_inbox").await? - before;
    if after_crash < acknowledged.len() as i64 {
        bail!(
            "{} acknowledged, but only {after_crash} stored",
            acknowledged.len()
        );
    }
    // The sender repeats what was not acknowledged; some of it had been stored before the answer was lost.
    let sender = Sender::new(&format!("{}/api/webhooks/elevenlabs/{connection}", product.base))?;
    for number in 0..sent {
        if !acknowledged.contains(&number) {
            sender.send("kill", number).await?;
        }
    }
    let stored = seed::count(&owner, "webhook_inbox").await? - before;
    report.add(
        "webhooks lost or doubled after kill -9 and repetition",
        format!("{} of {sent}", (stored - sent as i64).abs()),
        "0",
    );
    Ok(())
}

/// Posts signed deliveries; the same label and number give the same bytes.
#[derive(Clone)]
struct Sender {
    wire: Wire,
    path: String,
    secret: SecretString,
}

impl Sender {
    fn new(url: &str) -> Result<Self> {
        let (wire, path) = Wire::new(url)?;
        Ok(Self {
            wire,
            path,
            secret: SecretString::from(SECRET.to_owned()),
        })
    }

    async fn send(&self, label: &str, number: u64) -> Result<()> {
        // An event type without a meaning: it is stored as any other and then set aside.
        let mut body = format!(
            r#"{{"type":"benchmark_event","event_timestamp":1,"data":{{"id":"{label}-{number}","padding":""#
        );
        let padding = BODY_BYTES.saturating_sub(body.len() + 3);
        body.extend(std::iter::repeat_n('x', padding));
        body.push_str("\"}}");
        let signature = elevenlabs::webhook::sign(&self.secret, body.as_bytes(), Utc::now());
        let request = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nElevenLabs-Signature: {signature}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.path,
            self.wire.address(),
            body.len()
        );
        match self.wire.exchange(&request).await? {
            200 => Ok(()),
            status => bail!("answered {status}"),
        }
    }
}
