//! A call has ended: its summary is wanted.

use super::job::Summarize;
use crate::app::App;
use crate::calls::store::{KnownCall, StoreError};
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::summary::SummaryState;
use uuid::Uuid;

/// Older calls come with the history of a workspace that was just connected. Years of them are sent to nobody unasked; who wants
/// them summarized says so.
const FRESH: chrono::Duration = chrono::Duration::days(7);

/// Notes calls that were stored in this transaction and queues the asking. A call that is known already is looked at again: its
/// transcript may have changed.
///
/// # Errors
/// [`StoreError`].
pub async fn ended(
    conn: &mut Conn,
    app: &App,
    organization: OrganizationId,
    calls: &[KnownCall],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let fresh: Vec<&KnownCall> = calls
        .iter()
        .filter(|call| call.status.is_final() && now - call.started_at < FRESH)
        .collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let asks = app.summaries.client().is_some();
    let state = match asks {
        true => SummaryState::Pending,
        false => SummaryState::Provider,
    };
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) =
        fresh.iter().map(|call| (call.id.0, call.started_at)).unzip();
    diesel::sql_query(
        "INSERT INTO call_summaries (organization_id, call_id, started_at, state)
         SELECT c.organization_id, c.id, c.started_at, $3 FROM unnest($1, $2) AS k (id, started_at)
         JOIN calls c ON c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id
         ORDER BY c.id ON CONFLICT DO NOTHING",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .bind::<Text, _>(state.as_str())
    .execute(conn)
    .await?;
    if asks {
        for call in fresh {
            Summarize { call_id: call.id }
                .queue(conn, organization, Summarize::PRIORITY_OF_NEWS)
                .await?;
        }
    }
    Ok(())
}
