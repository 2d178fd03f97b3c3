//! Events of the last hour, read back from their table: for a browser that was away, and for events too long for a
//! notification.

use super::notice::Notice;
use crate::app::App;
use db::Conn;
use db::schema::live_events;
use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::OrganizationId;

/// A browser that missed more is quicker with a new snapshot.
const AT_MOST: usize = 1000;

/// What happened after an event.
pub enum Missed {
    /// All of it, oldest first.
    Events(Vec<Notice>),
    /// Too much, or some of it is no longer kept.
    TooMuch,
}

/// The newest event that is visible to this transaction; 0 when none is kept. Ids of one organization become visible in
/// order, so whatever a *later* statement of the transaction sees is at least as new.
pub async fn last_id(conn: &mut Conn) -> Result<i64, diesel::result::Error> {
    let newest: Option<i64> = live_events::table
        .select(max(live_events::id))
        .first(conn)
        .await?;
    Ok(newest.unwrap_or(0))
}

/// Everything after `after`. Subscribe before asking: what is published while this reads is then heard, not lost.
pub async fn after(app: &App, organization: OrganizationId, after: i64) -> Result<Missed, db::Error> {
    let rows = app
        .db
        .tenant(organization, async move |conn| {
            if after > 0 && !is_kept(conn, after).await? {
                return Ok(None);
            }
            let rows: Vec<(i64, serde_json::Value)> = live_events::table
                .filter(live_events::id.gt(after))
                .order(live_events::id)
                .limit(AT_MOST as i64 + 1)
                .select((live_events::id, live_events::payload))
                .load(conn)
                .await?;
            Ok::<_, db::Error>(Some(rows).filter(|rows| rows.len() <= AT_MOST))
        })
        .await?;
    Ok(match rows {
        None => Missed::TooMuch,
        Some(rows) => Missed::Events(
            rows.into_iter()
                .filter_map(|(id, payload)| read(id, payload))
                .collect(),
        ),
    })
}

/// Whether nothing after `id` was pruned, which is sure while something no newer is still there, and whether it was
/// published at all (after a restore from backup it may not have been).
async fn is_kept(conn: &mut Conn, id: i64) -> Result<bool, diesel::result::Error> {
    let (oldest, newest): (Option<i64>, Option<i64>) = live_events::table
        .select((min(live_events::id), max(live_events::id)))
        .first(conn)
        .await?;
    Ok(oldest.is_some_and(|oldest| oldest <= id) && newest.is_some_and(|newest| id <= newest))
}

/// One event by its id.
pub async fn one(app: &App, organization: OrganizationId, id: i64) -> Result<Option<Notice>, db::Error> {
    let payload: Option<serde_json::Value> = app
        .db
        .tenant(organization, async move |conn| {
            let row = live_events::table
                .filter(live_events::id.eq(id))
                .select(live_events::payload);
            Ok::<_, db::Error>(row.first(conn).await.optional()?)
        })
        .await?;
    Ok(payload.and_then(|payload| read(id, payload)))
}

/// An event of a kind that this version does not know is passed over.
fn read(id: i64, payload: serde_json::Value) -> Option<Notice> {
    match serde_json::from_value(payload).and_then(|event| Notice::new(id, event)) {
        Ok(notice) => Some(notice),
        Err(error) => {
            tracing::debug!(error = %error, event.id = id, "live events: unknown kind of event");
            None
        }
    }
}
