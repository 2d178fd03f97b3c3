//! Rows of the ledger as replies.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use shared::ConnectionId;
use shared::ledger::{Artefact, ArtefactState, ArtefactStatus};
use uuid::Uuid;

/// A conversation with what the queue says about its missing parts.
#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = Text)]
    pub conversation_id: String,
    #[diesel(sql_type = SqlUuid)]
    pub organization_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub call_id: Option<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    announced: String,
    #[diesel(sql_type = Text)]
    detail: String,
    #[diesel(sql_type = Text)]
    transcript: String,
    #[diesel(sql_type = Text)]
    audio: String,
    #[diesel(sql_type = Text)]
    summary: String,
    #[diesel(sql_type = Text)]
    billed: String,
    #[diesel(sql_type = Jsonb)]
    reasons: Value,
    #[diesel(sql_type = Integer)]
    heal_tries: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    heal_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Integer>)]
    detail_attempts: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    detail_error: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    detail_next: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Integer>)]
    audio_attempts: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    audio_error: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    audio_next: Option<DateTime<Utc>>,
}

/// The newest gaps of a connection, or the row of one conversation, gap or not.
///
/// # Errors
/// The database's own.
pub(super) async fn load(
    conn: &mut db::Conn,
    connection: ConnectionId,
    only: Option<&str>,
    at_most: i32,
) -> Result<Vec<Row>, diesel::result::Error> {
    diesel::sql_query("SELECT * FROM connection_gaps($1, $2, $3)")
        .bind::<SqlUuid, _>(connection.0)
        .bind::<Nullable<Text>, _>(only)
        .bind::<Integer, _>(at_most)
        .load(conn)
        .await
}

impl Row {
    /// A state per artefact, in the order in which they come.
    pub(super) fn artefacts(&self) -> Vec<ArtefactStatus> {
        let states = [
            (Artefact::Announced, &self.announced),
            (Artefact::Detail, &self.detail),
            (Artefact::Transcript, &self.transcript),
            (Artefact::Audio, &self.audio),
            (Artefact::Summary, &self.summary),
            (Artefact::Billed, &self.billed),
        ];
        states
            .into_iter()
            .map(|(artefact, state)| {
                self.status(
                    artefact,
                    ArtefactState::parse(state).unwrap_or(ArtefactState::Waiting),
                )
            })
            .collect()
    }

    fn status(&self, artefact: Artefact, state: ArtefactState) -> ArtefactStatus {
        let (attempts, error, next) = match artefact {
            // With the details come transcript and summary.
            Artefact::Announced | Artefact::Detail | Artefact::Transcript | Artefact::Summary => {
                (self.detail_attempts, &self.detail_error, self.detail_next)
            }
            Artefact::Audio => (self.audio_attempts, &self.audio_error, self.audio_next),
            Artefact::Billed => (None, &None, None),
        };
        let is_missing = matches!(state, ArtefactState::Waiting | ArtefactState::Failed);
        let noted = self.reasons.get(artefact.as_str()).and_then(Value::as_str);
        let with_details = self
            .reasons
            .get("detail")
            .and_then(Value::as_str)
            .filter(|_| artefact != Artefact::Audio && state != ArtefactState::Done);
        let reason = noted
            .or_else(|| error.as_deref().filter(|_| is_missing))
            .or(with_details)
            .map(str::to_owned)
            .or_else(|| why(artefact, state).map(str::to_owned));
        ArtefactStatus {
            artefact,
            state,
            attempts: match is_missing {
                true => attempts.unwrap_or(0) + self.heal_tries,
                false => 0,
            },
            reason: reason.filter(|_| state != ArtefactState::Done),
            next_try_at: next.or(self.heal_at).filter(|_| state == ArtefactState::Waiting),
        }
    }
}

/// Where nothing failed.
fn why(artefact: Artefact, state: ArtefactState) -> Option<&'static str> {
    match (artefact, state) {
        (Artefact::Announced, ArtefactState::Waiting) => Some("ElevenLabs lists it, it was not fetched yet"),
        (Artefact::Transcript, ArtefactState::None) => Some("Nothing was said in this call"),
        (Artefact::Summary, ArtefactState::None) => Some("ElevenLabs made no summary of this call"),
        (Artefact::Audio, ArtefactState::None) => Some("ElevenLabs has no recording of this call"),
        (Artefact::Billed, ArtefactState::NotApplicable) => Some("Calls are not billed yet"),
        _ => None,
    }
}
