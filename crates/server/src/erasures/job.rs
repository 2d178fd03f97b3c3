//! Carrying out an order.

use super::one::{EraseError, Waiting};
use super::order::read_subject;
use super::{certificate, find};
use crate::app::App;
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::{erasure_calls, erasures, organizations};
use db::{Conn, audit};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::erasure::{Certificate, ErasedCall, ErasedCounts, Subject, SubjectKind};
use shared::{ErasureId, OrganizationId};
use std::time::Duration;
use uuid::Uuid;

/// Calls that are read at a time, and how often in one run; other jobs of the queue come in between.
const AT_ONCE: i64 = 50;
const PARTS: usize = 10;
/// Shortest and longest wait for a provider that does not answer; it is never given up.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Erase {
    pub erasure_id: ErasureId,
    pub organization_id: OrganizationId,
}

impl Erase {
    /// Queues it in the transaction that orders it.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.erasure_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for Erase {
    const NAME: &'static str = "erase_calls";
    /// What was promised is not given up: with its back-off this is days.
    const MAX_ATTEMPTS: i32 = 100;
    /// Each call waits for the provider once.
    const TIMEOUT: Duration = Duration::from_secs(1800);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        for _ in 0..PARTS {
            let waiting = self.waiting(&app).await?;
            for call in &waiting {
                if meta.shutdown.is_cancelled() {
                    return Err(JobError::Snooze(Duration::ZERO));
                }
                self.erase(&app, call, &meta).await?;
            }
            // Once nothing waits, what came in while it ran, such as by a sync, is looked for.
            if waiting.is_empty() && self.find_more(&app).await? == 0 {
                return Ok(self.finish(&app).await?);
            }
            self.note(&app, None).await?;
        }
        Err(JobError::Snooze(Duration::ZERO))
    }
}

impl Erase {
    /// One call. Why it is still there is told to whoever ordered it.
    async fn erase(&self, app: &App, call: &Waiting, meta: &JobMeta) -> Result<(), JobError> {
        match call.erase(app, self.organization_id, self.erasure_id.0).await {
            Ok(()) => Ok(()),
            Err(EraseError::Provider(error)) => {
                tracing::info!(erasure.id = %self.erasure_id, provider.error = %error, "the provider did not delete a conversation, it is asked again");
                self.note(app, Some(format!("ElevenLabs did not delete a call: {error}")))
                    .await?;
                let age = (Utc::now() - meta.created_at).to_std().unwrap_or_default();
                Err(JobError::Snooze((age / 4).clamp(FIRST_WAIT, LONGEST_WAIT)))
            }
            Err(error) => {
                self.note(app, Some("Something here failed.".to_owned())).await?;
                Err(error.into())
            }
        }
    }

    async fn waiting(&self, app: &App) -> Result<Vec<Waiting>, db::Error> {
        let id = self.erasure_id.0;
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                Ok(erasure_calls::table
                    .filter(erasure_calls::erasure_id.eq(id))
                    .filter(erasure_calls::done_at.is_null())
                    .order((erasure_calls::started_at, erasure_calls::call_id))
                    .limit(AT_ONCE)
                    .select(Waiting::as_select())
                    .load(conn)
                    .await?)
            })
            .await
    }

    async fn note(&self, app: &App, trouble: Option<String>) -> Result<(), db::Error> {
        let id = self.erasure_id.0;
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                diesel::update(erasures::table.find(id))
                    .set(erasures::trouble.eq(trouble))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await
    }

    async fn find_more(&self, app: &App) -> Result<i64, JobError> {
        let id = self.erasure_id.0;
        let sealed: Option<Vec<u8>> = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                Ok(erasures::table
                    .find(id)
                    .select(erasures::subject_sealed)
                    .first::<Option<Vec<u8>>>(conn)
                    .await
                    .optional()?
                    .flatten())
            })
            .await?;
        let Some(sealed) = sealed else { return Ok(0) };
        let text = app.sealer.open(&sealed, id)?;
        match read_subject(text.expose_secret()) {
            None | Some(Subject::Call(_)) => Ok(0),
            Some(subject) => {
                let added = app
                    .db
                    .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                        Ok(find::add(conn, id, &subject).await?)
                    })
                    .await?;
                Ok(added)
            }
        }
    }

    /// Withdraws files that may hold the calls, forgets the subject, writes the certificate. Once.
    async fn finish(&self, app: &App) -> Result<(), FinishError> {
        let (id, organization) = (self.erasure_id, self.organization_id);
        app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
        app.db
            .tenant::<_, FinishError, _>(organization, async move |conn| {
                let open = erasures::table
                    .find(id.0)
                    .filter(erasures::state.eq("running"))
                    .select((erasures::number, erasures::kind, erasures::subject_digest, erasures::requested_at))
                    .for_update()
                    .first::<(i64, String, String, chrono::DateTime<Utc>)>(conn)
                    .await
                    .optional()?;
                let Some((number, kind, subject_digest, requested_at)) = open else {
                    return Ok(());
                };
                let exports = withdraw_exports(conn).await?;
                add_counts(conn, id.0, ErasedCounts { exports, ..ErasedCounts::default() }).await?;
                let counts: serde_json::Value =
                    erasures::table.find(id.0).select(erasures::counts).first(conn).await?;
                let mut certificate = Certificate {
                    organization: organizations::table
                        .find(organization.0)
                        .select(organizations::name)
                        .first(conn)
                        .await?,
                    number,
                    kind: SubjectKind::parse(&kind).unwrap_or(SubjectKind::Call),
                    subject_digest,
                    requested_at,
                    finished_at: Utc::now(),
                    counts: serde_json::from_value(counts)?,
                    calls: erased_calls(conn, id.0).await?,
                    digest: String::new(),
                };
                certificate.digest = certificate::digest(&certificate)?;
                diesel::update(erasures::table.find(id.0))
                    .set((
                        erasures::state.eq("done"),
                        erasures::trouble.eq(None::<String>),
                        erasures::subject_sealed.eq(None::<Vec<u8>>),
                        erasures::finished_at.eq(certificate.finished_at),
                        erasures::certificate.eq(serde_json::to_value(&certificate)?),
                    ))
                    .execute(conn)
                    .await?;
                let entry = audit::Entry {
                    organization,
                    user: None,
                    action: "calls.erased",
                    subject: Some(id.to_string()),
                    details: json!({ "number": number, "counts": certificate.counts, "certificate": certificate.digest }),
                    ip: None,
                };
                audit::record(conn, entry).await?;
                Ok(())
            })
            .await
    }
}

/// Why an order is not finished yet.
#[derive(Debug, thiserror::Error)]
enum FinishError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error("a certificate does not serialize: {0}")]
    Json(#[from] serde_json::Error),
}

/// Adds to the sums of an order.
pub(super) async fn add_counts(conn: &mut Conn, erasure: Uuid, more: ErasedCounts) -> QueryResult<()> {
    let more = serde_json::to_value(more)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    diesel::sql_query(
        "UPDATE erasures e SET counts = (
             SELECT jsonb_object_agg(m.key, m.value::bigint + coalesce((e.counts->>m.key)::bigint, 0)) FROM jsonb_each_text($2) m)
         WHERE e.id = $1",
    )
    .bind::<SqlUuid, _>(erasure)
    .bind::<Jsonb, _>(more)
    .execute(conn)
    .await
    .map(drop)
}

/// Files of the organization that were written so far may hold the calls: they are removed before their time, and what was searched for
/// is forgotten.
async fn withdraw_exports(conn: &mut Conn) -> QueryResult<i64> {
    use db::schema::call_exports::dsl;
    let withdrawn = diesel::update(dsl::call_exports.filter(dsl::state.eq("done")))
        .set((dsl::state.eq("expired"), dsl::query.eq("")))
        .execute(conn)
        .await?;
    diesel::update(dsl::call_exports.filter(dsl::state.ne_all(["queued", "running"])))
        .set(dsl::query.eq(""))
        .execute(conn)
        .await?;
    Ok(i64::try_from(withdrawn).unwrap_or(i64::MAX))
}

async fn erased_calls(conn: &mut Conn, erasure: Uuid) -> QueryResult<Vec<ErasedCall>> {
    type Row = (Vec<u8>, Option<String>, Option<chrono::DateTime<Utc>>);
    let rows: Vec<Row> = erasure_calls::table
        .filter(erasure_calls::erasure_id.eq(erasure))
        .order((erasure_calls::done_at, erasure_calls::call_id))
        .select((
            erasure_calls::digest,
            erasure_calls::provider,
            erasure_calls::done_at,
        ))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(digest, provider, done_at)| {
            Some(ErasedCall {
                conversation_digest: hex::encode(digest),
                provider: provider?,
                erased_at: done_at?,
            })
        })
        .collect())
}
