//! Gaps are asked for again, and calls that should have ended are asked about.

use crate::app::App;
use crate::calls::recording_job::RecordingJob;
use crate::calls::store::close::Rest;
use crate::calls::store::{self, StoreError};
use crate::connections::jobs::page::GONE;
use crate::connections::jobs::{FetchConversation, failed};
use crate::connections::{ConnectionHandle, provider_error};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::JobError;
use shared::{CallId, OrganizationId};
use uuid::Uuid;

/// Gaps asked for in one look; the others follow in the next minutes.
const GAPS: i32 = 200;
/// What changed so lately is being worked on.
const SETTLED: &str = "1 minute";
/// Beyond its longest duration a call may take so long to be wound up, …
const SLACK: &str = "10 minutes";
/// … and so long until we no longer believe that it runs.
const DISBELIEF: chrono::Duration = chrono::Duration::hours(1);
/// Calls asked about in one look.
const STUCK: i32 = 50;

#[derive(QueryableByName)]
pub(super) struct Wanted {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub call_id: Option<Uuid>,
    #[diesel(sql_type = SqlUuid)]
    pub organization_id: Uuid,
    #[diesel(sql_type = Bool)]
    pub wants_detail: bool,
    #[diesel(sql_type = Bool)]
    pub wants_audio: bool,
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = Text)]
    conversation_id: String,
    #[diesel(embed)]
    wanted: Wanted,
}

/// Queues what is missing and not under way. Where it is under way nothing is added: there is one job per thing.
///
/// # Errors
/// The database's own.
pub async fn gaps(app: &App, connection: &ConnectionHandle) -> Result<(), StoreError> {
    let id = connection.id;
    let connection = connection.clone();
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            let due: Vec<Due> = diesel::sql_query("SELECT * FROM gaps_to_heal($1, $2::interval, $3)")
                .bind::<SqlUuid, _>(id.0)
                .bind::<Text, _>(SETTLED)
                .bind::<Integer, _>(GAPS)
                .load(conn)
                .await?;
            for gap in due {
                queue(conn, &connection, gap.conversation_id, &gap.wanted).await?;
            }
            Ok(())
        })
        .await
}

/// Queues what is missing of one conversation.
///
/// # Errors
/// The database's own.
pub(super) async fn queue(
    conn: &mut db::Conn,
    connection: &ConnectionHandle,
    conversation_id: String,
    wanted: &Wanted,
) -> Result<(), StoreError> {
    if wanted.wants_detail {
        let job = FetchConversation {
            connection_id: connection.id,
            organization_id: connection.organization,
            conversation_id,
        };
        job.queue(conn).await?;
    } else if let (true, Some(call)) = (wanted.wants_audio, wanted.call_id) {
        let job = RecordingJob {
            organization_id: OrganizationId(wanted.organization_id),
            call_id: CallId(call),
        };
        job.queue(conn).await?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct StuckCall {
    #[diesel(sql_type = Text)]
    conversation_id: String,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    longest_seconds: i32,
}

/// Asks the provider about calls that run longer than their agent lets them: what has ended is stored, what is gone or
/// stays open far too long is closed with the reason.
///
/// # Errors
/// [`JobError`] for the database; the provider's trouble is noted.
pub async fn stuck(app: &App, connection: &ConnectionHandle) -> Result<(), JobError> {
    let calls: Vec<StuckCall> = {
        let mut conn = app.db.connection().await?;
        diesel::sql_query(
            "SELECT conversation_id, started_at, longest_seconds FROM stuck_calls($1, $2::interval, $3)",
        )
        .bind::<SqlUuid, _>(connection.id.0)
        .bind::<Text, _>(SLACK)
        .bind::<Integer, _>(STUCK)
        .load(&mut conn)
        .await?
    };
    for call in calls {
        let id = &call.conversation_id;
        match connection.client().conversation(id).await {
            Ok(conversation) if conversation.detail.status.is_final() => {
                store::store_detail(app, connection, &conversation).await?;
            }
            Ok(conversation) => {
                let longest = chrono::Duration::seconds(call.longest_seconds.into());
                let over = Utc::now() - call.started_at - longest;
                let status = match conversation.detail.status.is_running() {
                    true => "running",
                    false => "being processed",
                };
                let reason = format!(
                    "ElevenLabs still reports this call as {status}, {} minutes after the longest time that its agent allows",
                    over.num_minutes()
                );
                if over > DISBELIEF {
                    store::close(app, connection.id, id, &reason, Rest::MayCome).await?;
                } else {
                    note(app, connection, id, &reason).await?;
                }
            }
            Err(elevenlabs::Error::NotFound { .. }) => {
                store::close(app, connection.id, id, GONE, Rest::IsGone).await?;
            }
            Err(error) => {
                note(app, connection, id, &provider_error::words(&error)).await?;
                drop(failed(app, connection, error).await);
                break;
            }
        }
    }
    Ok(())
}

async fn note(
    app: &App,
    connection: &ConnectionHandle,
    conversation: &str,
    reason: &str,
) -> Result<(), StoreError> {
    let mut conn = app.db.connection().await?;
    diesel::sql_query("SELECT note_reason($1, $2, 'detail', $3)")
        .bind::<SqlUuid, _>(connection.id.0)
        .bind::<Text, _>(conversation)
        .bind::<Text, _>(reason)
        .execute(&mut conn)
        .await?;
    Ok(())
}
