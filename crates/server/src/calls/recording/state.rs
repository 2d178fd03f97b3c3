//! The state of a call's sound. Beside `calls::store`, which says what the provider announced, this is the only place that writes it.

use super::key::CallKey;
use crate::app::App;
use chrono::{DateTime, Utc};
use db::schema::calls::dsl;
use db::schema::{recording_misses, recordings};
use diesel::prelude::*;
use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::call::{RecordingState, RecordingTier};
use shared::live::LiveEvent;

/// Longest reason that is kept.
const REASON: usize = 300;
/// Seconds that a sound may be shorter than its call: the provider counts ringing and whole seconds.
const SLACK_SECONDS: f32 = 3.0;
/// The same as a share of the call.
const SLACK_SHARE: f32 = 0.05;

/// Sets it and tells who watches; whether there is such a call. A sound that is there is taken away by no bad news.
///
/// # Errors
/// The database's own.
pub async fn set(
    conn: &mut db::Conn,
    call: CallKey,
    state: RecordingState,
    reason: Option<&str>,
) -> Result<bool, diesel::result::Error> {
    let heard = [
        RecordingState::Available.as_str(),
        RecordingState::Partial.as_str(),
    ];
    let news = (
        dsl::recording.eq(state.as_str()),
        dsl::recording_error.eq(reason.map(short)),
        dsl::updated_at.eq(diesel::dsl::now),
    );
    let row = diesel::update(dsl::calls.find(call.row()));
    let changed = match state.plays() {
        true => row.set(news).execute(conn).await?,
        false => {
            row.filter(dsl::recording.ne_all(heard))
                .set(news)
                .execute(conn)
                .await?
        }
    };
    if changed > 0 {
        let call_id = call.id;
        db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
    }
    Ok(changed > 0)
}

/// [`set`] in a transaction of its own.
///
/// # Errors
/// The database's own.
pub async fn settle(app: &App, call: CallKey, state: RecordingState, reason: &str) -> Result<(), db::Error> {
    let reason = reason.to_owned();
    app.db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            set(conn, call, state, Some(&reason)).await?;
            Ok(())
        })
        .await
}

/// The sound of a call that was kept at that moment is gone: it is looked for anew. One that somebody else fetched meanwhile stays.
///
/// # Errors
/// The database's own.
pub async fn lost(app: &App, call: CallKey, stored_at: DateTime<Utc>, reason: &str) -> Result<(), db::Error> {
    miss(app, call, RecordingTier::Storage, reason).await?;
    app.db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            let row = recordings::table.find(call.row());
            let gone = diesel::delete(row.filter(recordings::stored_at.eq(stored_at)))
                .execute(conn)
                .await?;
            if gone == 0 {
                return Ok(());
            }
            diesel::update(dsl::calls.find(call.row()))
                .set((
                    dsl::recording.eq(RecordingState::Pending.as_str()),
                    dsl::recording_error.eq(None::<String>),
                ))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
}

/// Notes where a sound was looked for in vain, and why.
///
/// # Errors
/// The database's own; a call that is gone is none.
pub async fn miss(app: &App, call: CallKey, tier: RecordingTier, reason: &str) -> Result<(), db::Error> {
    use recording_misses::dsl as m;
    let reason = short(reason);
    app.db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            let known: i64 = dsl::calls.find(call.row()).count().get_result(conn).await?;
            if known == 0 {
                return Ok(());
            }
            diesel::insert_into(recording_misses::table)
                .values((
                    m::organization_id.eq(call.organization.0),
                    m::started_at.eq(call.started_at),
                    m::call_id.eq(call.id.0),
                    m::tier.eq(tier.as_str()),
                    m::reason.eq(&reason),
                ))
                .on_conflict((m::organization_id, m::started_at, m::call_id, m::tier))
                .do_update()
                .set((
                    m::reason.eq(&reason),
                    m::misses.eq(m::misses + 1),
                    m::last_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
}

/// Whether a sound is shorter than its call; one that could not be measured, or whose call is not over, is not.
pub fn is_short(seconds: Option<f32>, call_seconds: i32) -> bool {
    let call_seconds = call_seconds as f32;
    let slack = SLACK_SECONDS.max(call_seconds * SLACK_SHARE);
    seconds.is_some_and(|seconds| seconds + slack < call_seconds)
}

/// As the call shows it.
pub fn short_reason(seconds: f32, call_seconds: i32) -> String {
    let text = |seconds: i64| match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m {seconds:02}s"),
    };
    format!(
        "The recording has {} of a call of {}",
        text(seconds.round() as i64),
        text(i64::from(call_seconds))
    )
}

/// The length of a call may be told after its sound came: those that turn out shorter are named so.
///
/// # Errors
/// The database's own.
pub async fn measure_again(conn: &mut db::Conn, calls: Vec<CallKey>) -> Result<(), diesel::result::Error> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = SqlUuid)]
        id: uuid::Uuid,
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Float>)]
        seconds: Option<f32>,
        #[diesel(sql_type = diesel::sql_types::Integer)]
        duration_seconds: i32,
    }
    let (ids, starts): (Vec<_>, Vec<_>) = calls.iter().map(|call| (call.id.0, call.started_at)).unzip();
    let told: Vec<Told> = diesel::sql_query(
        "SELECT c.id, r.seconds, c.duration_seconds FROM unnest($1, $2) AS k (id, started_at)
         JOIN calls c ON c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id
         JOIN recordings r ON r.organization_id = c.organization_id AND r.started_at = c.started_at AND r.call_id = c.id
         WHERE c.recording = 'available'",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .load(conn)
    .await?;
    for told in told {
        let call = calls.iter().find(|call| call.id.0 == told.id);
        if let (Some(call), Some(seconds)) = (
            call,
            told.seconds
                .filter(|_| is_short(told.seconds, told.duration_seconds)),
        ) {
            let reason = short_reason(seconds, told.duration_seconds);
            set(conn, *call, RecordingState::Partial, Some(&reason)).await?;
        }
    }
    Ok(())
}

/// What a page can show: of a sender's text only letters, and not many.
fn short(reason: &str) -> String {
    let plain = reason.chars().filter(|c| !c.is_control());
    plain.take(REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_short_only_beyond_what_counting_explains() {
        assert!(!is_short(Some(57.0), 60) && is_short(Some(56.9), 60));
        assert!(!is_short(Some(570.0), 600) && is_short(Some(569.0), 600));
        assert!(!is_short(None, 600) && !is_short(Some(1.0), 0) && !is_short(Some(90.0), 60));
        assert_eq!(
            short_reason(80.4, 185),
            "The recording has 1m 20s of a call of 3m 05s"
        );
    }
}
