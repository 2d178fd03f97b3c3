//! A call seen in a list: that it exists, and how far it is.

use super::place::{self, Stored};
use super::{KnownCall, StoreError, keys, plausible_start, rank, record, status_of, words};
use crate::app::App;
use crate::calls::index::index;
use crate::connections::ConnectionHandle;
use chrono::Utc;
use db::Conn;
use db::partitions::CALL_TABLES;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::{ConversationSummary, Direction as Line};
use shared::CallId;
use shared::call::{CallStatus, Direction};
use shared::live::{LiveCall, LiveEvent, LiveGrade};
use std::collections::HashMap;

fn grade_text(grade: LiveGrade) -> &'static str {
    match grade {
        LiveGrade::Presence => "presence",
        LiveGrade::Transcript => "transcript",
    }
}

/// Makes the row of a call that is not known yet, or moves a known one forward. Safe to repeat.
///
/// # Errors
/// [`StoreError`].
pub async fn announce(
    app: &App,
    connection: &ConnectionHandle,
    item: &ConversationSummary,
    grade: LiveGrade,
) -> Result<KnownCall, StoreError> {
    let known = place::stored(app, connection.id, std::slice::from_ref(&item.conversation_id)).await?;
    match known.into_values().next() {
        Some(stored) => advance(app, stored, status_of(&item.status), grade).await,
        None => insert(app, connection, item, grade).await,
    }
}

async fn insert(
    app: &App,
    connection: &ConnectionHandle,
    item: &ConversationSummary,
    grade: LiveGrade,
) -> Result<KnownCall, StoreError> {
    let wanted = HashMap::from([(item.agent_id.clone(), item.agent_name.clone())]);
    let owner = place::owners(app, connection, &wanted)
        .await?
        .remove(&item.agent_id)
        .ok_or_else(|| StoreError::Agent(item.agent_id.clone()))?;
    let start = plausible_start(item.started_at, Utc::now());
    app.db.ensure_month(&CALL_TABLES, start).await?;
    let organization = owner.organization;
    let row = NewRow::of(item, grade);
    let id = connection.id;
    let made = app
        .db
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
                status: row.status,
            };
            if key.is_new {
                row.insert(conn, id.0, &call).await?;
            }
            Ok(call)
        })
        .await?;
    if made.is_new {
        return Ok(made);
    }
    // Somebody else made it in between.
    let known = place::stored(app, connection.id, std::slice::from_ref(&item.conversation_id)).await?;
    match known.into_values().next() {
        Some(stored) => advance(app, stored, status_of(&item.status), grade).await,
        None => Err(StoreError::Missing(item.conversation_id.clone())),
    }
}

/// Moves a known call forward; nothing where it is as far already.
async fn advance(
    app: &App,
    stored: Stored,
    status: CallStatus,
    grade: LiveGrade,
) -> Result<KnownCall, StoreError> {
    let Stored {
        mut call,
        grade: old_grade,
        ..
    } = stored;
    let is_ahead = rank(status) > rank(call.status);
    let sees_more =
        grade == LiveGrade::Transcript && old_grade == LiveGrade::Presence && call.status.is_running();
    if !is_ahead && !sees_more {
        return Ok(call);
    }
    let (wanted, grade) = (
        if is_ahead { status } else { call.status },
        if sees_more { grade } else { old_grade },
    );
    let key = (call.organization.0, call.started_at, call.id.0);
    let (call_id, ran) = (call.id, call.status.is_running());
    let behind: Vec<&'static str> = CallStatus::ALL
        .iter()
        .filter(|s| rank(**s) <= rank(wanted))
        .map(|s| s.as_str())
        .collect();
    let moved = app
        .db
        .tenant::<_, StoreError, _>(call.organization, async move |conn| {
            use db::schema::calls::dsl;
            let moved = diesel::update(dsl::calls.find(key))
                .filter(dsl::status.eq_any(behind))
                .filter(
                    dsl::status
                        .ne(wanted.as_str())
                        .or(dsl::live_grade.ne(grade_text(grade))),
                )
                .set((
                    dsl::status.eq(wanted.as_str()),
                    dsl::live_grade.eq(grade_text(grade)),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?
                > 0;
            if moved {
                index(conn, [(call_id.0, key.1)]).await?;
                let event = if ran && !wanted.is_running() {
                    LiveEvent::CallEnded {
                        call_id,
                        status: wanted,
                    }
                } else {
                    LiveEvent::CallStatus {
                        call_id,
                        status: wanted,
                        grade,
                    }
                };
                db::live::publish(conn, &event).await?;
            }
            Ok(moved)
        })
        .await?;
    if moved {
        call.status = wanted;
    }
    Ok(call)
}

/// What a list tells about a call.
struct NewRow {
    conversation_id: String,
    status: CallStatus,
    direction: Direction,
    outcome: &'static str,
    duration_seconds: i32,
    message_count: i32,
    source: Option<String>,
    language: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    cost_credits: Option<i64>,
    cost_usd_micros: Option<i64>,
    grade: LiveGrade,
}

impl NewRow {
    fn of(item: &ConversationSummary, grade: LiveGrade) -> Self {
        let text = |text: &Option<String>| {
            text.as_deref()
                .map(words::clean)
                .filter(|text| !text.trim().is_empty())
        };
        Self {
            conversation_id: words::clean(&item.conversation_id),
            status: status_of(&item.status),
            direction: match item.direction {
                None => Direction::Web,
                Some(Line::Outbound) => Direction::Outbound,
                Some(_) => Direction::Inbound,
            },
            outcome: record::outcome(item.call_successful.as_ref()).as_str(),
            duration_seconds: i32::try_from(item.duration_secs.max(0)).unwrap_or(i32::MAX),
            message_count: i32::try_from(item.message_count.max(0)).unwrap_or(i32::MAX),
            source: item
                .initiation_source
                .as_ref()
                .map(|source| words::clean(source.as_str())),
            language: text(&item.main_language),
            title: text(&item.title),
            summary: text(&item.transcript_summary),
            cost_credits: item.cost,
            cost_usd_micros: item.cost_fiat.map(|cost| cost.0),
            grade,
        }
    }

    async fn insert(
        &self,
        conn: &mut Conn,
        connection: uuid::Uuid,
        call: &KnownCall,
    ) -> Result<(), StoreError> {
        use db::schema::calls::dsl;
        diesel::insert_into(dsl::calls)
            .values((
                (
                    dsl::id.eq(call.id.0),
                    dsl::organization_id.eq(call.organization.0),
                    dsl::connection_id.eq(connection),
                    dsl::agent_id.eq(call.agent.id.0),
                    dsl::conversation_id.eq(&self.conversation_id),
                    dsl::started_at.eq(call.started_at),
                    dsl::status.eq(self.status.as_str()),
                    dsl::direction.eq(self.direction.as_str()),
                    dsl::outcome.eq(self.outcome),
                ),
                (
                    dsl::duration_seconds.eq(self.duration_seconds),
                    dsl::message_count.eq(self.message_count),
                    dsl::source.eq(&self.source),
                    dsl::language.eq(&self.language),
                    dsl::title.eq(&self.title),
                    dsl::summary.eq(&self.summary),
                    dsl::cost_credits.eq(self.cost_credits),
                    dsl::cost_usd_micros.eq(self.cost_usd_micros),
                    dsl::live_grade.eq(grade_text(self.grade)),
                ),
            ))
            .execute(conn)
            .await?;
        index(conn, [(call.id.0, call.started_at)]).await?;
        if self.status.is_running() {
            let started = LiveCall {
                id: call.id,
                conversation_id: self.conversation_id.clone(),
                agent: call.agent.clone(),
                status: self.status,
                direction: self.direction,
                counterpart: None,
                started_at: call.started_at,
                grade: self.grade,
                turns: Vec::new(),
            };
            db::live::publish(conn, &LiveEvent::CallStarted { call: started }).await?;
        }
        Ok(())
    }
}
