//! Searching every word: a year of calls with their transcripts in one tenant, beside nine smaller ones.

use crate::load::{self, ms};
use crate::report::{Report, say};
use crate::wire::Wire;
use anyhow::{Result, bail};
use std::time::Instant;
use uuid::Uuid;

/// Text and calls as SQL: millions of rows are made where they are stored.
const WORDS: &str = include_str!("search/words.sql");
/// Turns of each call of the big tenant, and of the others.
pub const TURNS: u64 = 20;
pub const FEW_TURNS: u64 = 6;
/// At a time, as many as the call log is measured with.
const CONNECTIONS: usize = 16;

/// What is looked for. Every fiftieth call has "chargeback", every hundred-thousandth "zeppelin", near to half of the English ones
/// "refund"; each has an order number of its own.
const SEARCHES: [(&str, &str); 10] = [
    ("a word of half the calls", "q=refund"),
    ("a word of every fiftieth call", "q=chargeback"),
    ("a word of ten calls", "q=zeppelin"),
    ("a word of no call", "q=nowhere"),
    ("a word in another form and language", "q=R%C3%BCckerstattung"),
    ("two words and not a third", "q=order+delivery+-refund"),
    ("a phrase", "q=%22thank+you%22"),
    ("a word said by the caller", "q=refund&said_by=caller"),
    ("a part of a word", "q=hargebac"),
    ("an order number", "q=100{number}"),
];

/// Every filter that is not measured with the call log.
const FILTERS: [(&str, &str); 10] = [
    ("direction", "direction=outbound"),
    ("language", "language=pt"),
    ("termination reason, common", "termination=caller+hung+up"),
    ("termination reason of 50 calls", "termination=transfer+refused"),
    ("length, half of the calls", "seconds_from=60&seconds_to=360"),
    ("length of 20 calls", "seconds_from=3600"),
    ("cost, most calls", "cost_from=100000"),
    ("cost of 20 calls", "cost_from=5000000"),
    (
        "criterion failed by every thousandth",
        "criterion=polite&result=failure",
    ),
    ("collected value", "collected=wants&value=refund"),
];

/// Makes the procedures that fill tenants.
pub async fn prepare(owner: &tokio_postgres::Client) -> Result<()> {
    owner.batch_execute(WORDS).await?;
    Ok(())
}

/// Calls of a tenant with their turns; not found yet.
pub async fn fill(
    owner: &tokio_postgres::Client,
    tenant: Uuid,
    prefix: &str,
    agents: u64,
    calls: u64,
    turns: u64,
) -> Result<()> {
    owner
        .batch_execute(&format!(
            "CALL bench_fill('{tenant}', '{prefix}', {agents}, {calls}, {turns})"
        ))
        .await?;
    Ok(())
}

/// Makes the calls of all tenants found, on two connections; the index of words is built last, as after a restore.
pub async fn index(owners: [&tokio_postgres::Client; 2], tenants: &[Uuid]) -> Result<()> {
    let began = Instant::now();
    let [first, second] = owners;
    first.batch_execute("DROP INDEX call_search_words").await?;
    for tenant in tenants {
        let part = |n: u8| format!("CALL bench_index('{tenant}', {n}, 2)");
        let (even, odd) = (part(0), part(1));
        tokio::try_join!(first.batch_execute(&even), second.batch_execute(&odd))?;
    }
    say(&format!("words read in {:.0} s", began.elapsed().as_secs_f64()));
    first
        .batch_execute(
            "SET maintenance_work_mem = '512MB';
             CREATE INDEX call_search_words ON call_search USING gin (words) WITH (gin_pending_list_limit = 512);
             ANALYZE search_terms",
        )
        .await?;
    say(&format!("indexed in {:.0} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// Asks for the first page of each search and filter.
pub async fn measure(
    report: &mut Report,
    wire: &Wire,
    path: &str,
    cookie: &str,
    calls: u64,
    seconds: u64,
) -> Result<()> {
    for (queries, what, bound) in [
        (SEARCHES, "search", "under 100 ms"),
        (FILTERS, "filter", "under 50 ms"),
    ] {
        for (name, query) in queries {
            let (wire, path, cookie) = (wire.clone(), path.to_owned(), cookie.to_owned());
            let outcome = load::closed(CONNECTIONS, seconds, move |number| {
                let query = query.replace("{number}", &format!("{:03}", number % 1_000));
                let request = format!(
                    "GET {path}?limit=50&{query} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n",
                    wire.address()
                );
                let wire = wire.clone();
                async move {
                    match wire.exchange(&request).await? {
                        200 => Ok(()),
                        status => bail!("answered {status}"),
                    }
                }
            })
            .await;
            if outcome.failures > 0 {
                bail!("{} requests failed with {name}", outcome.failures);
            }
            report.add(
                &format!(
                    "{what}, {calls} calls with {TURNS} turns, {name}: p50 {}, p95 at {CONNECTIONS} connections ({:.0}/s)",
                    ms(outcome.percentile(50.0)),
                    outcome.rate()
                ),
                ms(outcome.percentile(95.0)),
                bound,
            );
        }
    }
    Ok(())
}
