//! Conversations through the simulated provider while webhooks are lost, doubled and out of order, recordings come late, the
//! provider fails and the server is killed: in the end each conversation is here once, with all that belongs to it.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What goes wrong, as `/_control/faults` takes it.
fn faults() -> [Value; 5] {
    [
        json!({"kind": "webhook_lost", "probability": 0.05}),
        json!({"kind": "webhook_doubled", "probability": 0.05}),
        json!({"kind": "webhook_out_of_order", "probability": 0.05, "ms": 500}),
        json!({"kind": "audio_late", "probability": 0.02, "ms": 4_000}),
        json!({"kind": "server_error", "probability": 0.01, "path_prefix": "/v1/convai/"}),
    ]
}

/// Conversations that begin at the same time, and how long it is until the next ones do.
const AT_ONCE: usize = 40;
const BETWEEN: Duration = Duration::from_millis(250);

/// Speaks to the simulated provider.
#[derive(Clone)]
pub struct Provider {
    http: reqwest::Client,
    base: String,
}

impl Provider {
    /// The stand-in that listens there.
    pub fn new(base: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: base.to_owned(),
        }
    }

    /// Switches the faults on.
    ///
    /// # Errors
    /// The stand-in does not answer.
    pub async fn break_things(&self) -> Result<()> {
        for fault in faults() {
            self.add(&fault).await?;
        }
        Ok(())
    }

    /// Switches one fault on.
    ///
    /// # Errors
    /// The stand-in does not answer.
    pub async fn add(&self, fault: &Value) -> Result<()> {
        let reply = self.http.post(self.at("/_control/faults")).json(fault);
        reply.send().await?.error_for_status()?;
        Ok(())
    }

    /// How often each kind of fault has struck.
    ///
    /// # Errors
    /// The stand-in does not answer.
    pub async fn struck(&self) -> Result<Vec<(String, u64)>> {
        let listed: Value = self
            .http
            .get(self.at("/_control/faults"))
            .send()
            .await?
            .json()
            .await?;
        let faults = listed
            .get("faults")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        Ok(faults
            .iter()
            .filter_map(|fault| {
                let kind = fault.get("kind")?.as_str()?.to_owned();
                Some((kind, fault.get("struck")?.as_u64()?))
            })
            .collect())
    }

    /// No more faults.
    ///
    /// # Errors
    /// The stand-in does not answer.
    pub async fn mend(&self) -> Result<()> {
        self.http
            .delete(self.at("/_control/faults"))
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// Holds one conversation; its id. It ends by itself.
    ///
    /// # Errors
    /// The stand-in does not answer.
    pub async fn call(&self, turns: usize, interval_ms: u64) -> Result<String> {
        let wish = json!({"turns": turns, "turn_interval_ms": interval_ms, "outcome": "success"});
        let call: Value = self
            .http
            .post(self.at("/_control/calls"))
            .json(&wish)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let id = call.get("conversation_id").and_then(Value::as_str);
        Ok(id.context("no conversation id")?.to_owned())
    }

    /// Waits until the vendor's side of a conversation is done.
    ///
    /// # Errors
    /// The stand-in does not answer, or it takes minutes.
    pub async fn wait_until_done(&self, conversation: &str) -> Result<()> {
        let listed: Value = self
            .http
            .get(self.at("/_control/workspaces"))
            .send()
            .await?
            .json()
            .await?;
        let key = listed.pointer("/workspaces/0/api_key").and_then(Value::as_str);
        let key = key.context("the stand-in names no workspace")?;
        for _ in 0..12_000 {
            let call: Value = self
                .http
                .get(self.at(&format!("/v1/convai/conversations/{conversation}")))
                .header("xi-api-key", key)
                .send()
                .await?
                .json()
                .await?;
            if call.get("status").and_then(Value::as_str) == Some("done") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("{conversation} is not done")
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// Holds `calls` conversations with everything going wrong; `kill` is called `kills` times in between and has to kill the
/// server and to start it again.
///
/// # Errors
/// What the stand-in or `kill` fail with.
pub async fn play(
    provider: &Provider,
    calls: usize,
    kills: usize,
    mut kill: impl AsyncFnMut() -> Result<()>,
) -> Result<()> {
    provider.break_things().await?;
    let every = calls / (kills + 1);
    let (mut held, mut killed) = (0, 0);
    while held < calls {
        let part = AT_ONCE.min(calls - held);
        let begun: Vec<_> = (0..part)
            .map(|_| {
                let provider = provider.clone();
                tokio::spawn(async move { provider.call(4, 40).await })
            })
            .collect();
        for call in begun {
            call.await??;
        }
        held += part;
        tokio::time::sleep(BETWEEN).await;
        if killed < kills && held >= every * (killed + 1) {
            // In the middle of what the last ones bring.
            kill().await?;
            killed += 1;
        }
    }
    ensure!(killed == kills, "killed {killed} times");
    Ok(())
}

/// Conversations that are here with all that belongs to them.
pub const WHOLE: &str =
    "select count(*) from call_ledger where call_id is not null and not is_gap and is_over
    and detail = 'done' and transcript = 'done' and audio = 'done' and summary = 'done' and listed_at is not null";

/// Each a sentence about the state, and what it has to answer for a number of calls.
pub fn promises(calls: usize) -> Vec<(&'static str, String)> {
    let all = calls.to_string();
    vec![
        ("select count(*) from calls", all.clone()),
        ("select count(distinct conversation_id) from calls", all.clone()),
        ("select count(*) from call_keys", all.clone()),
        ("select count(*) from call_ledger", all.clone()),
        (WHOLE, all.clone()),
        (
            "select count(*) from call_ledger where listed_at is not null",
            all.clone(),
        ),
        (
            "select count(*) from calls where status = 'done' and summary is not null",
            all.clone(),
        ),
        // Turns: as many as were said, each position once.
        (
            "select count(*) from calls c where message_count <> (select count(*) from call_turns t
             where t.call_id = c.id and t.message is not null) or message_count = 0",
            "0".to_owned(),
        ),
        ("select count(*) from recordings where bytes > 0", all.clone()),
        // Nothing is counted, and so nothing can be charged, twice.
        ("select sum(calls) from call_figures", all),
        (
            "select (select sum(cost_usd_micros) from call_figures) - (select sum(cost_usd_micros) from calls)",
            "0".to_owned(),
        ),
        ("select count(*) from jobs where state = 'dead'", "0".to_owned()),
    ]
}

/// Waits until all conversations are whole; how long it took.
///
/// # Errors
/// `sql` fails, or they are not by then.
pub async fn settle(
    calls: usize,
    most: Duration,
    sql: impl AsyncFn(&str) -> Result<String>,
) -> Result<Duration> {
    let begun = Instant::now();
    loop {
        let whole = sql(WHOLE).await?;
        if whole.parse() == Ok(calls) {
            return Ok(begun.elapsed());
        }
        ensure!(
            begun.elapsed() < most,
            "{whole} of {calls} are whole after {most:?}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
