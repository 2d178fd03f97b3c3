//! The first page of the call log in a tenant of a million calls among ten tenants.

use crate::load::{self, ms};
use crate::pgbench;
use crate::product::{Database, Product};
use crate::report::{Report, say};
use crate::search;
use crate::wire::Wire;
use anyhow::{Context, Result, bail};
use rand::Rng;
use std::path::Path;
use std::time::Instant;
use uuid::Uuid;

const CONNECTIONS: usize = 16;
const OTHER_TENANTS: u64 = 9;
const AGENTS: u64 = 12;

/// With `listed` the call log's own filters, with `searched` every search and every other filter: those want whole transcripts, which
/// take a while to make. In `folder` they are found again by the next run.
pub async fn measure(
    report: &mut Report,
    calls: u64,
    seconds: u64,
    (listed, searched): (bool, bool),
    folder: Option<&Path>,
) -> Result<()> {
    let database = match folder {
        Some(folder) => Database::start_in(folder)?,
        None => Database::start()?,
    };
    let product = Product::start(&database, &["--no-worker"], &[]).await?;
    let owner = database.owner().await?;
    let turns = if searched {
        search::TURNS
    } else {
        search::FEW_TURNS
    };
    let agency = fill(&owner, &database, calls, turns).await?;
    let client = product.sign_in("agency@demo.test").await?;
    let agents: serde_json::Value = client
        .get(format!("{}/api/agents", product.base))
        .send()
        .await?
        .json()
        .await?;
    let agents: Vec<String> = agents
        .get("items")
        .and_then(|items| items.as_array())
        .into_iter()
        .flatten()
        .filter_map(|agent| agent.get("id")?.as_str().map(str::to_owned))
        .collect();
    if agents.is_empty() {
        bail!("the tenant has no agents");
    }

    let (wire, path) = Wire::new(&format!("{}/api/calls", product.base))?;
    let cookie = product.cookie("agency@demo.test").await?;
    if searched {
        search::measure(report, &wire, &path, &cookie, calls, seconds).await?;
    }
    for (name, filter) in FILTERS.into_iter().filter(|_| listed) {
        let (wire, path, cookie, agents) = (wire.clone(), path.clone(), cookie.clone(), agents.clone());
        let outcome = load::closed(CONNECTIONS, seconds, move |number| {
            let agent = agents
                .get(number as usize % agents.len())
                .cloned()
                .unwrap_or_default();
            let day =
                chrono::Utc::now().date_naive() - chrono::Duration::days(rand::rng().random_range(1..300));
            let query = filter
                .replace("{agent}", &agent)
                .replace("{day}", &day.to_string());
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
                "call log, {calls} calls, {name}: p95 at {CONNECTIONS} connections ({:.0}/s)",
                outcome.rate()
            ),
            ms(outcome.percentile(95.0)),
            "under 25 ms",
        );
        if name == "agent and status" {
            let beside = beside(&database, agency, seconds).await?;
            report.add(
                "call log beside pgbench running the same statements",
                format!(
                    "{:.0}/s of {beside:.0}/s = {:.2}",
                    outcome.rate(),
                    outcome.rate() / beside
                ),
                "at least 0.5",
            );
        }
    }
    Ok(())
}

const FILTERS: [(&str, &str); 5] = [
    ("no filter", ""),
    ("agent and status", "agent={agent}&status=done"),
    ("direction and up to a day", "direction=inbound&to={day}"),
    ("outcome and from a day", "outcome=failure&from={day}"),
    ("a word that every fiftieth call has", "q=chargeback"),
];

/// What the handler sends with a page of rows; see there.
const BESIDE: &str = include_str!("../../server/src/calls/beside.sql");

/// What the handler sends to PostgreSQL for `agent and status`, as the app's role.
async fn beside(database: &Database, agency: Uuid, seconds: u64) -> Result<f64> {
    let owner = database.owner().await?;
    owner
        .execute(
            "SELECT set_config('app.organization_id', $1, false)",
            &[&agency.to_string()],
        )
        .await?;
    // A page's starts are not known to pgbench; those of the newest calls stand for them.
    let starts: String = owner
        .query_one(
            "SELECT array_agg(started_at)::text FROM (SELECT started_at FROM calls ORDER BY started_at DESC LIMIT 51) newest",
            &[],
        )
        .await?
        .get(0);
    let beside = BESIDE
        .replace("$1", &format!("'{starts}'::timestamptz[]"))
        .replace("$2", "ARRAY[md5('agent' || :n)::uuid]")
        .replace("$3", "true");
    let script = format!(
        "\\set n random(1, {AGENTS})\nBEGIN;\n\
         SELECT set_config('app.organization_id', '{agency}', true), set_config('app.user_id', '', true);\n\
         SELECT id, agent_id, conversation_id, status, direction, outcome, started_at, duration_seconds, message_count, \
         counterpart, language, title, termination_reason, cost_credits, cost_usd_micros, recording FROM calls \
         WHERE agent_id = md5('agent' || :n)::uuid AND status = 'done' ORDER BY started_at DESC, id DESC LIMIT 51;\n\
         {beside};\nCOMMIT;\n"
    );
    pgbench::run(&database.app_url, &script, CONNECTIONS, seconds)
}

/// A year of calls for the demo agency, and a tenth as many for each of nine other tenants.
async fn fill(owner: &tokio_postgres::Client, database: &Database, calls: u64, turns: u64) -> Result<Uuid> {
    let began = Instant::now();
    let platform: Uuid = owner
        .query_one(
            "SELECT ancestor_id FROM organization_closure WHERE depth = 2 LIMIT 1",
            &[],
        )
        .await
        .context("the demo seed has no customer")?
        .get(0);
    let agency: Uuid = owner
        .query_one(
            "SELECT descendant_id FROM organization_closure WHERE ancestor_id = $1 AND depth = 1 ORDER BY 1 LIMIT 1",
            &[&platform],
        )
        .await?
        .get(0);
    if is_filled(owner, calls, turns).await? {
        return Ok(agency);
    }
    say(&format!(
        "filling {calls} calls with {turns} turns and {OTHER_TENANTS} smaller tenants, some minutes"
    ));
    for month in 0..14 {
        for table in ["calls", "call_turns", "call_search"] {
            for moment in ["+ interval '1 day'", ""] {
                owner
                    .execute(
                        &format!(
                            "SELECT ensure_month_partition('{table}', now() - interval '{month} months' {moment})"
                        ),
                        &[],
                    )
                    .await?;
            }
        }
    }
    search::prepare(owner).await?;
    search::fill(owner, agency, "agent", AGENTS, calls, turns).await?;
    let mut tenants = vec![agency];
    for tenant in 1..=OTHER_TENANTS {
        let id = Uuid::now_v7();
        owner
            .execute(
                "SELECT set_config('app.organization_id', $1, false)",
                &[&platform.to_string()],
            )
            .await?;
        owner
            .execute(
                "INSERT INTO organizations (id, parent_id, kind, name, slug) VALUES ($1, $2, 'agency', $3, $4)",
                &[&id, &platform, &format!("Tenant {tenant}"), &format!("bench-{tenant}")],
            )
            .await?;
        let prefix = format!("tenant{tenant}-");
        search::fill(owner, id, &prefix, AGENTS, calls / 10, search::FEW_TURNS).await?;
        tenants.push(id);
    }
    search::index([owner, &database.owner().await?], &tenants).await?;
    owner
        .batch_execute(&format!(
            "RESET app.organization_id; ANALYZE calls; ANALYZE agents; ANALYZE call_turns;
             CREATE TABLE bench_filled AS SELECT {calls}::bigint AS calls, {turns}::bigint AS turns"
        ))
        .await?;
    say(&format!("filled in {:.0} s", began.elapsed().as_secs_f64()));
    Ok(agency)
}

/// Whether an earlier run has filled this database, with as much.
async fn is_filled(owner: &tokio_postgres::Client, calls: u64, turns: u64) -> Result<bool> {
    let begun = owner
        .query_one(
            "SELECT to_regclass('bench_sentences') IS NOT NULL, to_regclass('bench_filled') IS NOT NULL",
            &[],
        )
        .await?;
    let (begun, done): (bool, bool) = (begun.get(0), begun.get(1));
    if !done {
        anyhow::ensure!(
            !begun,
            "an earlier run was ended while it filled this folder: remove it"
        );
        return Ok(false);
    }
    let held = owner
        .query_one("SELECT calls, turns FROM bench_filled", &[])
        .await?;
    let (held_calls, held_turns): (i64, i64) = (held.get(0), held.get(1));
    anyhow::ensure!(
        u64::try_from(held_calls) == Ok(calls) && u64::try_from(held_turns) == Ok(turns),
        "the folder holds {held_calls} calls of {held_turns} turns, not {calls} of {turns}"
    );
    Ok(true)
}
