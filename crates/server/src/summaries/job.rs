//! The job that makes one summary.

use super::QUEUE;
use super::ask::{self, AskError, Spent};
use super::claim::{Claim, Key};
use super::prompt::Instructions;
use super::store::{self, Hindrance};
use super::transcript::Transcript;
use super::work::{Decision, Work};
use crate::app::App;
use crate::calls::recording::fetch::place;
use chrono::Utc;
use db::Conn;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::summary::SummaryState;
use shared::{CallId, OrganizationId};
use std::time::Duration;

/// First wait after a failure; doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(1_800);

/// As a call shows it.
const LOST: &str = "The answer of the model got lost twice. Ask for the summary again.";
const OFF_SCHEMA: &str = "The model did not answer in the form that was asked for";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summarize {
    pub call_id: CallId,
}

impl Summarize {
    pub const PRIORITY_OF_NEWS: i16 = 0;
    /// Somebody waits before the page.
    pub const PRIORITY_OF_ONE: i16 = 10;
    /// Thousands: whatever else there is comes first.
    pub const PRIORITY_OF_MANY: i16 = -10;

    /// Queues it once per call.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(
        &self,
        conn: &mut Conn,
        organization: OrganizationId,
        priority: i16,
    ) -> Result<(), EnqueueError> {
        let wake = match priority {
            Self::PRIORITY_OF_ONE => jobs::Wake::Notify,
            _ => jobs::Wake::Poll,
        };
        let options = Enqueue {
            unique_key: Some(self.call_id.to_string()),
            organization_id: Some(organization.0),
            priority: Some(priority),
            wake,
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for Summarize {
    const NAME: &'static str = "summarize_call";
    const QUEUE: &'static str = QUEUE;
    /// With its back-off about an hour and a half.
    const MAX_ATTEMPTS: i32 = 10;
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        // The agent may have been given to another organization with its calls since this was queued.
        let Some(organization) = place(&app, self.call_id).await? else {
            return Ok(());
        };
        let Some(client) = app.summaries.client() else {
            return Ok(store::left_to_provider(&app, organization, self.call_id).await?);
        };
        if let Some(left) = app.summaries.paused() {
            return Err(JobError::Snooze(left));
        }
        let call = self.call_id;
        let work = app
            .db
            .tenant::<_, db::Error, _>(organization, async move |conn| {
                Ok(Work::load(conn, organization, call).await?)
            })
            .await?;
        let Some(work) = work else { return Ok(()) };
        let budget = app.config.summaries.input_tokens;
        let transcript = Transcript::of(&work.turns, work.language.as_deref(), budget);
        let rules = &work.rules;
        let instructions =
            Instructions::new(rules.prompt.as_deref(), &rules.language, work.language.as_deref());
        let key = Key {
            organization,
            call,
            started_at: work.started_at,
            digest: transcript.digest.clone(),
            prompt_version: instructions.version(),
            generation: work.generation,
        };
        match work.decide(&key.digest, transcript.spoken) {
            Decision::Nothing => return Ok(()),
            Decision::NotWanted(why) => {
                let why = Some(why.to_owned());
                return Ok(store::settle(&app, &key, SummaryState::NotWanted, why, None).await?);
            }
            Decision::Make => {}
        }
        let claiming = key.clone();
        let claim = app
            .db
            .tenant::<_, db::Error, _>(organization, async move |conn| Ok(claiming.claim(conn).await?))
            .await?;
        match claim {
            Claim::Send => {}
            Claim::Answered => return Ok(store::settle(&app, &key, SummaryState::Done, None, None).await?),
            Claim::Unusable => return fail(&app, &key, OFF_SCHEMA.to_owned()).await,
            Claim::Lost => return fail(&app, &key, LOST.to_owned()).await,
        }
        let model = &app.config.summaries.model;
        match ask::ask(client, model, &instructions, &transcript).await {
            Ok(asked) => {
                let language = instructions.language;
                store::done(&app, &key, asked, language, transcript.left_out).await?;
                Ok(())
            }
            Err(AskError::OffSchema { reason, spent }) => {
                tracing::info!(call.id = %call, reason, "the model's answers were not what was asked for");
                let error = Some(format!("{OFF_SCHEMA}: {reason}"));
                Ok(store::settle(&app, &key, SummaryState::Failed, error, Some(spent)).await?)
            }
            Err(AskError::Api { error, spent }) => hindered(&app, &key, error, spent, &meta).await,
        }
    }
}

async fn fail(app: &App, key: &Key, error: String) -> Result<(), JobError> {
    Ok(store::settle(app, key, SummaryState::Failed, Some(error), None).await?)
}

/// The vendor refused, failed, or was not heard.
async fn hindered(
    app: &App,
    key: &Key,
    error: mistral::Error,
    spent: Spent,
    meta: &JobMeta,
) -> Result<(), JobError> {
    let told = format!("Mistral {error}");
    let refused = !error.may_have_been_done();
    let wait = match &error {
        mistral::Error::RateLimited { retry_after, .. } => {
            let wait = app.summaries.pause(*retry_after);
            let hindrance = Hindrance {
                error: told,
                next_try_at: Utc::now() + wait,
                counts: false,
                refused,
                spent,
            };
            store::hindered(app, key, hindrance).await?;
            return Err(JobError::Snooze(wait));
        }
        _ => back_off(meta.attempt),
    };
    // A wrong request stays wrong; a wrong key or model may be set right by the operator.
    let is_final = matches!(
        error,
        mistral::Error::Refused(_) | mistral::Error::Configuration(_)
    );
    let hindrance = Hindrance {
        error: told.clone(),
        next_try_at: Utc::now() + wait,
        counts: true,
        refused,
        spent,
    };
    store::hindered(app, key, hindrance).await?;
    if is_final || meta.is_last_attempt() {
        return fail(app, key, told).await;
    }
    Err(JobError::retry_after(error, wait))
}

fn back_off(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(12);
    let longest = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    longest.mul_f64(rand::random_range(0.5..=1.0))
}
