//! A call that never began: nobody took it.

use super::place::{self, Owner};
use super::{KnownCall, StoreError, keys, plausible_start, words};
use crate::app::App;
use crate::calls::index::index;
use crate::connections::ConnectionHandle;
use chrono::{DateTime, Utc};
use db::partitions::CALL_TABLES;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::webhook::{CallInitiationFailure, FailureReason};
use shared::CallId;
use shared::call::CallStatus;
use shared::live::LiveEvent;
use std::collections::HashMap;

/// Stores a failed dial as a failed call. `at` is when the provider reported it. Of a call whose detail came first only
/// what the detail left open is added, and why nobody took it: deliveries come in any order and end alike.
///
/// # Errors
/// [`StoreError`].
pub async fn fail_initiation(
    app: &App,
    connection: &ConnectionHandle,
    event: &CallInitiationFailure,
    at: DateTime<Utc>,
) -> Result<KnownCall, StoreError> {
    let conversation_id = words::clean(&event.conversation_id);
    let agent_id = words::clean(&event.agent_id);
    let known = place::stored(app, connection.id, std::slice::from_ref(&conversation_id)).await?;
    let owner = match known.get(&conversation_id) {
        Some(stored) if stored.is_complete() && stored.call.status != CallStatus::Failed => {
            return Ok(stored.call.clone());
        }
        Some(stored) => Owner {
            organization: stored.call.organization,
            agent: stored.call.agent.clone(),
        },
        None => place::owners(app, connection, &HashMap::from([(agent_id.clone(), None)]))
            .await?
            .remove(&agent_id)
            .ok_or_else(|| StoreError::Agent(agent_id.clone()))?,
    };
    let start = plausible_start(Some(at), Utc::now());
    app.db.ensure_month(&CALL_TABLES, start).await?;
    let row = FailedRow {
        counterpart: event.to_number().map(words::clean),
        agent_number: event.from_number().map(words::clean),
        error: reason(event),
        conversation_id,
    };
    let (id, organization) = (connection.id, owner.organization);
    app.db
        .tenant::<_, StoreError, _>(organization, async move |conn| {
            let key = keys::hold(conn, id, &[(row.conversation_id.clone(), start)])
                .await?
                .pop()
                .ok_or(StoreError::Erased)?;
            let call = KnownCall {
                id: CallId(key.call_id),
                organization,
                started_at: key.started_at,
                agent: owner.agent,
                is_new: key.is_new,
                status: CallStatus::Failed,
            };
            let is_first = row.store(conn, id.0, &call).await? > 0;
            if is_first || row.complete(conn, &call).await? > 0 {
                index(conn, [(call.id.0, call.started_at)]).await?;
                if is_first && !call.is_new {
                    let ended = LiveEvent::CallEnded {
                        call_id: call.id,
                        status: call.status,
                    };
                    db::live::publish(conn, &ended).await?;
                }
                db::live::publish(conn, &LiveEvent::CallUpdated { call_id: call.id }).await?;
            }
            Ok(call)
        })
        .await
}

struct FailedRow {
    conversation_id: String,
    counterpart: Option<String>,
    agent_number: Option<String>,
    error: String,
}

impl FailedRow {
    async fn store(
        &self,
        conn: &mut db::Conn,
        connection: uuid::Uuid,
        call: &KnownCall,
    ) -> Result<usize, StoreError> {
        use db::schema::calls::dsl;
        let told = (
            dsl::status.eq(CallStatus::Failed.as_str()),
            dsl::direction.eq("outbound"),
            dsl::counterpart.eq(&self.counterpart),
            dsl::agent_number.eq(&self.agent_number),
            dsl::error.eq(&self.error),
            dsl::termination_reason.eq(&self.error),
            dsl::recording.eq("unavailable"),
            dsl::recording_error.eq("The call was not taken"),
        );
        if call.is_new {
            let row = (
                dsl::id.eq(call.id.0),
                dsl::organization_id.eq(call.organization.0),
                dsl::connection_id.eq(connection),
                dsl::agent_id.eq(call.agent.id.0),
                dsl::conversation_id.eq(&self.conversation_id),
                dsl::started_at.eq(call.started_at),
            );
            return Ok(diesel::insert_into(dsl::calls)
                .values((row, told))
                .execute(conn)
                .await?);
        }
        let key = (call.organization.0, call.started_at, call.id.0);
        let changed = diesel::update(dsl::calls.find(key))
            .filter(dsl::detail_at.is_null())
            .filter(
                dsl::status
                    .ne(CallStatus::Failed.as_str())
                    .or(dsl::error.is_null()),
            )
            .set((told, dsl::updated_at.eq(diesel::dsl::now)))
            .execute(conn)
            .await?;
        Ok(changed)
    }

    /// What the detail of a failed call left open. Its recording is the detail's.
    async fn complete(&self, conn: &mut db::Conn, call: &KnownCall) -> Result<usize, StoreError> {
        let changed = diesel::sql_query(
            "UPDATE calls SET
                termination_reason = CASE WHEN $6 THEN $5 ELSE coalesce(termination_reason, $5) END,
                error = coalesce(error, $5),
                counterpart = coalesce(counterpart, $7),
                agent_number = coalesce(agent_number, $8),
                direction = CASE direction WHEN 'web' THEN 'outbound' ELSE direction END,
                updated_at = now()
             WHERE (organization_id, started_at, id) = ($1, $2, $3) AND status = $4 AND detail_at IS NOT NULL
               AND (termination_reason, error, counterpart, agent_number, direction) IS DISTINCT FROM
                   (CASE WHEN $6 THEN $5 ELSE coalesce(termination_reason, $5) END, coalesce(error, $5),
                    coalesce(counterpart, $7), coalesce(agent_number, $8),
                    CASE direction WHEN 'web' THEN 'outbound' ELSE direction END)",
        )
        .bind::<SqlUuid, _>(call.organization.0)
        .bind::<Timestamptz, _>(call.started_at)
        .bind::<SqlUuid, _>(call.id.0)
        .bind::<Text, _>(CallStatus::Failed.as_str())
        .bind::<Text, _>(&self.error)
        .bind::<Bool, _>(super::NEVER_TAKEN.contains(&self.error.as_str()))
        .bind::<Nullable<Text>, _>(&self.counterpart)
        .bind::<Nullable<Text>, _>(&self.agent_number)
        .execute(conn)
        .await?;
        Ok(changed)
    }
}

/// Also what such calls are filtered by.
fn reason(event: &CallInitiationFailure) -> String {
    // A refusal is reported as busy, or as unknown, by who set up the call.
    if event.is_declined() {
        return super::DECLINED.to_owned();
    }
    match event.failure_reason.as_ref() {
        Some(FailureReason::Busy) => super::BUSY.to_owned(),
        Some(FailureReason::NoAnswer) => super::UNANSWERED.to_owned(),
        Some(FailureReason::Unknown) | None => "The call could not be set up".to_owned(),
        Some(FailureReason::Other(other)) => words::clean(&format!("The call could not be set up: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::NEVER_TAKEN;

    #[test]
    fn a_detail_leaves_the_words_for_calls_that_nobody_took() {
        let list = NEVER_TAKEN.map(|words| format!("'{words}'")).join(", ");
        assert_eq!(include_str!("upsert.sql").matches(&list).count(), 2, "{list}");
    }
}
