//! What the check of permissions adds to a request, and what a sign-in costs whom.

use crate::load;
use crate::product::{Database, Product};
use crate::report::Report;
use crate::wire::Wire;
use anyhow::{Context, Result, ensure};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const VIEWER: &str = "viewer@demo.test";
const AGENCY: &str = "agency@demo.test";
/// Of the two routes one after the other, so that both meet the same moments of a busy machine.
const ROUNDS: usize = 3_000;
/// Of one sign-in after the other.
const SIGN_INS: usize = 9;

pub async fn measure(report: &mut Report, seconds: u64) -> Result<()> {
    let database = Database::start()?;
    let product = Product::start(&database, &["--no-worker"], &[]).await?;
    permission_check(report, &database, &product).await?;
    sign_in(report, &product, seconds).await
}

/// Both routes read the session's cookie. One asks for nobody; the other is refused for the permission that the viewer lacks, so that
/// the check and nothing behind it is measured.
async fn permission_check(report: &mut Report, database: &Database, product: &Product) -> Result<()> {
    let cookie = product.cookie(VIEWER).await?;
    let (wire, _) = Wire::new(&format!("{}/", product.base))?;
    let request = |path: &str| {
        let host = wire.address();
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n")
    };
    let (without, with) = (request("/api/public"), request("/api/organizations"));
    let (mut unchecked, mut checked) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        wire.exchange(&without).await?;
        ensure!(
            wire.exchange(&with).await? == 403,
            "the viewer may list organizations"
        );
    }
    let owner = database.owner().await?;
    let before = transactions(&owner).await?;
    for _ in 0..ROUNDS {
        for (request, took) in [(&without, &mut unchecked), (&with, &mut checked)] {
            let began = Instant::now();
            wire.exchange(request).await?;
            took.push(began.elapsed());
        }
    }
    let asked = transactions(&owner).await?.saturating_sub(before);
    let (without, with) = (median(&mut unchecked), median(&mut checked));
    let us = |duration: Duration| duration.as_secs_f64() * 1e6;
    report.add(
        "permission check, added to a request",
        format!(
            "{:.0} µs (median {:.0} µs with, {:.0} µs without)",
            us(with) - us(without),
            us(with),
            us(without)
        ),
        "under 50 µs",
    );
    report.add(
        "transactions of the database for those checks",
        format!("{asked} for {ROUNDS} requests"),
        "none of a request (a probe or a write of last uses may fall in)",
    );
    Ok(())
}

/// Counted by the server with a delay.
async fn transactions(owner: &tokio_postgres::Client) -> Result<i64> {
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let sql = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    Ok(owner.query_one(sql, &[]).await?.get(0))
}

fn median(took: &mut [Duration]) -> Duration {
    took.sort_unstable();
    took.get(took.len() / 2).copied().unwrap_or_default()
}

async fn sign_in(report: &mut Report, product: &Product, seconds: u64) -> Result<()> {
    let client = reqwest::Client::new();
    let mut took = Vec::new();
    for _ in 0..SIGN_INS {
        let began = Instant::now();
        product.cookie(AGENCY).await?;
        took.push(began.elapsed());
    }
    report.add(
        "sign-in, argon2id included",
        format!("median {}", load::ms(median(&mut took))),
        "150–400 ms",
    );

    let cookie = product.cookie(VIEWER).await?;
    let alone = reading(product, &cookie, seconds).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let signing_in = {
        let (stop, base) = (stop.clone(), product.base.clone());
        tokio::spawn(async move {
            let mut done = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                let body = serde_json::json!({ "email": AGENCY, "password": "echosensei-demo" });
                let login = client
                    .post(format!("{base}/api/auth/login"))
                    .header("Origin", &base)
                    .json(&body);
                if login.send().await.is_ok_and(|reply| reply.status().is_success()) {
                    done += 1;
                }
            }
            done
        })
    };
    let beside = reading(product, &cookie, seconds).await?;
    stop.store(true, Ordering::Relaxed);
    let done = signing_in.await?;
    let ratio = beside.percentile(50.0).as_secs_f64() / alone.percentile(50.0).as_secs_f64();
    report.add(
        "list of agents while somebody signs in without a pause",
        format!(
            "median {} and 95 % {}, alone {} and {} (ratio of medians {ratio:.1}; {done} sign-ins)",
            load::ms(beside.percentile(50.0)),
            load::ms(beside.percentile(95.0)),
            load::ms(alone.percentile(50.0)),
            load::ms(alone.percentile(95.0))
        ),
        "undisturbed: far below the time of a sign-in",
    );
    Ok(())
}

/// One browser that lists agents, a request every 20 ms.
async fn reading(product: &Product, cookie: &str, seconds: u64) -> Result<load::Outcome> {
    let (wire, _) = Wire::new(&format!("{}/", product.base))?;
    let host = wire.address().to_owned();
    let request = Arc::new(format!(
        "GET /api/agents HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n"
    ));
    let outcome = load::offered(50, seconds, move |_| {
        let (wire, request) = (wire.clone(), request.clone());
        async move {
            ensure!(wire.exchange(&request).await? == 200, "refused");
            Ok(())
        }
    })
    .await;
    (outcome.failures == 0)
        .then_some(outcome)
        .context("a request failed")
}
