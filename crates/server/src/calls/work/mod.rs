//! What people make of calls.
//!
//! | file | what it does |
//! |---|---|
//! | `filter` | it as the log's filters; [`beside`](super::beside) reads it |
//! | `edit`, `assign`, `read`, `bulk` | changes of one call, or of many |
//! | `notes` | notes and their authors |
//! | `tags`, `dispositions` | what an organization's calls can get |

pub mod assign;
pub mod bulk;
pub mod dispositions;
pub mod edit;
pub mod filter;
pub mod notes;
pub mod read;
pub mod tags;

use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::CallId;
use shared::live::LiveEvent;
use uuid::Uuid;

/// Where a call lies.
pub(crate) type Place = (Uuid, DateTime<Utc>);

/// A call that the transaction's person sees.
///
/// # Errors
/// 404.
pub(crate) async fn locate(conn: &mut Conn, id: CallId) -> ApiResult<Place> {
    calls::table
        .filter(calls::id.eq(id.0))
        .select((calls::id, calls::started_at))
        .first(conn)
        .await
        .optional()?
        .ok_or_else(ApiError::not_found)
}

/// Those of some calls that the transaction's person sees; the others are as good as not there.
async fn locate_all(conn: &mut Conn, ids: &[CallId]) -> QueryResult<(Vec<Uuid>, Vec<DateTime<Utc>>)> {
    let found: Vec<Place> = calls::table
        .filter(calls::id.eq_any(ids.iter().map(|id| id.0)))
        .select((calls::id, calls::started_at))
        .load(conn)
        .await?;
    Ok(found.into_iter().unzip())
}

/// Whoever watches reads these calls again.
async fn tell(conn: &mut Conn, ids: &[Uuid]) -> QueryResult<()> {
    for id in ids {
        let call_id = CallId(*id);
        db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
    }
    Ok(())
}
