//! Thousands of conversations while everything goes wrong and the server is killed three times (`simulator::scenario`, which
//! the tests run with fewer of them); and how soon a call is visible with and without its webhook.

use crate::load::ms;
use crate::product::{Database, Product};
use crate::report::{Report, say};
use crate::seed;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use simulator::scenario::{self, Provider};
use std::cell::RefCell;
use std::time::{Duration, Instant};

const KILLS: usize = 3;
/// Calls of each measure of visibility.
const LOOKED_AT: usize = 20;

pub async fn measure(report: &mut Report, calls: usize) -> Result<()> {
    let database = Database::start()?;
    let provider = simulator::start(simulator::Options {
        conversations: 0,
        live: 0,
        speed: 20.0,
        ..Default::default()
    })?;
    // The provider sends its webhooks to one address, whichever process listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let product = Product::start_at(port, &database, &[], &[]).await?;
    let connection = seed::connect_bare(&product, &provider.base_url).await?;
    let client = product.sign_in("agency@demo.test").await?;
    let reply = client
        .post(format!("{}/api/connections/{connection}/webhook", product.base))
        .header("Origin", &product.base)
        .json(&serde_json::json!({}))
        .send()
        .await?;
    ensure!(reply.status().is_success(), "no webhook: {}", reply.text().await?);
    let provider_ways = Provider::new(&provider.base_url);
    let product = RefCell::new(Some(product));
    let began = Instant::now();
    scenario::play(&provider_ways, calls, KILLS, async || {
        if let Some(running) = product.borrow_mut().take() {
            running.kill()?;
        }
        let again = Product::start_at(port, &database, &[], &[]).await?;
        *product.borrow_mut() = Some(again);
        Ok(())
    })
    .await?;
    let held = began.elapsed();
    let owner = database.owner().await?;
    seed::look_as_its_owner(&owner).await?;
    let sql = async |text: &str| text_of(&owner, text).await;
    let settled = scenario::settle(calls, Duration::from_secs(1_800), sql).await?;
    for (text, wanted) in scenario::promises(calls) {
        let found = text_of(&owner, text).await?;
        ensure!(found == wanted, "{found} instead of {wanted}: {text}");
    }
    let struck = provider_ways.struck().await?;
    say(&format!("faults that struck: {struck:?}"));
    report.add(
        &format!("calls lost, doubled or incomplete of {calls}, with faults and {KILLS} kill -9"),
        format!(
            "0; held in {:.0} s, whole {:.0} s later",
            held.as_secs_f64(),
            settled.as_secs_f64()
        ),
        "0",
    );
    provider_ways.mend().await?;
    let product = product.take().context("no server")?;
    let with = visible(&product, &provider_ways, 1, 1).await?;
    report.add(
        &format!("from a call's end to its row with transcript, with its webhook, slowest of {LOOKED_AT}"),
        ms(with),
        "under 2 s",
    );
    provider_ways
        .add(&serde_json::json!({"kind": "webhook_lost"}))
        .await?;
    let without = visible(&product, &provider_ways, 3, 1_500).await?;
    report.add(
        &format!("the same without its webhook, polled every 2 s, slowest of {LOOKED_AT}"),
        ms(without),
        "one poll interval",
    );
    Ok(())
}

async fn text_of(owner: &tokio_postgres::Client, sql: &str) -> Result<String> {
    let row = owner.query_one(&format!("select ({sql})::text"), &[]).await?;
    Ok(row.get::<_, Option<String>>(0).unwrap_or_default())
}

/// The longest time from the provider's "done" to a row that says so through the API.
async fn visible(product: &Product, provider: &Provider, turns: usize, interval_ms: u64) -> Result<Duration> {
    let client = product.sign_in("agency@demo.test").await?;
    let mut slowest = Duration::ZERO;
    for _ in 0..LOOKED_AT {
        let id = provider.call(turns, interval_ms).await?;
        provider.wait_until_done(&id).await?;
        let ended = Instant::now();
        loop {
            let calls: Value = client
                .get(format!("{}/api/calls?limit=20", product.base))
                .send()
                .await?
                .json()
                .await?;
            let is_there = calls.get("items").and_then(Value::as_array).is_some_and(|items| {
                items.iter().any(|call| {
                    call.get("conversation_id").and_then(Value::as_str) == Some(&id)
                        && call.get("status").and_then(Value::as_str) == Some("done")
                })
            });
            if is_there {
                break;
            }
            if ended.elapsed() > Duration::from_secs(180) {
                bail!("{id} does not become visible");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        slowest = slowest.max(ended.elapsed());
    }
    Ok(slowest)
}
