//! Recordings, of all tenants.

use super::copy::{CopyError, Known, copy, digest};
use super::{Move, Outcome, Progress};
use crate::app::App;
use chrono::{DateTime, Utc};
use db::schema::recordings::dsl;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures::{StreamExt, stream};
use storage::{ContentType, StorageError, StorageKey};
use uuid::Uuid;

/// Rows that are read at a time.
const AT_ONCE: i32 = 200;

#[derive(Clone, QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = Text)]
    storage_key: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    #[diesel(sql_type = Nullable<Bytea>)]
    sha256: Option<Vec<u8>>,
    #[diesel(sql_type = Text)]
    content_type: String,
    #[diesel(sql_type = Timestamptz)]
    stored_at: DateTime<Utc>,
}

type Place = (Uuid, DateTime<Utc>, Uuid);

/// Before every row.
fn beginning() -> Place {
    (Uuid::nil(), DateTime::<Utc>::UNIX_EPOCH, Uuid::nil())
}

pub(super) async fn total(app: &App, step: &Move) -> Result<u64, db::Error> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        objects: i64,
    }
    let mut conn = app.db.connection().await?;
    let mut objects = 0;
    // Those that moved before are looked at again where their old copies go.
    let also = step.delete_source.then_some(step.to.0);
    for provider in [Some(step.from.0), also].into_iter().flatten() {
        let row: Count = diesel::sql_query("SELECT objects FROM recordings_count_at($1)")
            .bind::<Text, _>(provider.as_str())
            .get_result(&mut conn)
            .await?;
        objects += row.objects;
    }
    Ok(u64::try_from(objects).unwrap_or(0))
}

async fn page(app: &App, location: &str, after: Place) -> Result<Vec<Row>, db::Error> {
    let mut conn = app.db.connection().await?;
    Ok(
        diesel::sql_query("SELECT * FROM recordings_at($1, $2, $3, $4, $5)")
            .bind::<Text, _>(location)
            .bind::<SqlUuid, _>(after.0)
            .bind::<Timestamptz, _>(after.1)
            .bind::<SqlUuid, _>(after.2)
            .bind::<Integer, _>(AT_ONCE)
            .load(&mut conn)
            .await?,
    )
}

pub(super) async fn run(
    app: &App,
    step: &Move,
    progress: &mut Progress,
    tell: &mut impl FnMut(&Progress),
) -> Result<(), db::Error> {
    let mut after = beginning();
    loop {
        let rows = page(app, step.from.0.as_str(), after).await?;
        let Some(last) = rows.last().map(place) else {
            return Ok(());
        };
        let mut moving = stream::iter(rows)
            .map(|row| move_one(app, step, row))
            .buffer_unordered(step.jobs);
        while let Some(outcome) = moving.next().await {
            progress.count(outcome?);
            tell(progress);
        }
        after = last;
    }
}

fn place(row: &Row) -> Place {
    (row.organization_id, row.started_at, row.call_id)
}

async fn move_one(app: &App, step: &Move, row: Row) -> Result<Outcome, db::Error> {
    let Ok(key) = StorageKey::new(row.storage_key.clone()) else {
        tracing::error!(call.id = %row.call_id, "the row's storage key is none");
        return Ok(Outcome::Failed);
    };
    let known = Known {
        content_type: ContentType::new(&row.content_type),
        len: u64::try_from(row.bytes).unwrap_or(0),
        sha256: row.sha256.as_deref().and_then(|digest| digest.try_into().ok()),
    };
    let stored = match copy(step, &key, &known).await {
        Ok(stored) => stored,
        // A sound that was replaced or erased since its row was read is nobody's loss.
        Err(CopyError::Read(StorageError::NotFound) | CopyError::Source(_))
            if !is_as_read(app, &row).await? =>
        {
            return Ok(Outcome::Gone);
        }
        Err(error) => {
            tracing::error!(call.id = %row.call_id, %error, "a recording was not moved");
            return Ok(Outcome::Failed);
        }
    };
    let (to, seen) = (step.to.0.as_str(), row.clone());
    let moved = app
        .db
        .tenant::<_, db::Error, _>(shared::OrganizationId(row.organization_id), async move |conn| {
            // Only the very object that was copied: it may have been replaced meanwhile.
            let row = diesel::update(dsl::recordings.find(place(&seen)))
                .filter(dsl::storage_key.eq(&seen.storage_key))
                .filter(dsl::stored_at.eq(seen.stored_at));
            let there = (dsl::location.eq(to), dsl::sha256.eq(stored.sha256.to_vec()));
            Ok(row.set(there).execute(conn).await?)
        })
        .await?;
    if moved == 0 {
        // Its call is gone, or follows its agent to another organization: then the next run finds it there.
        remove_unless_kept(app, step, &row, &key).await;
        return Ok(Outcome::Gone);
    }
    if step.delete_source
        && let Err(error) = step.from.1.delete(&key).await
    {
        tracing::error!(call.id = %row.call_id, %error, "the old copy of a recording stays");
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Moved(stored.len))
}

/// A copy to which no row leads would outlive its call.
async fn remove_unless_kept(app: &App, step: &Move, row: &Row, key: &StorageKey) {
    let kept = match is_known(app, row.call_id).await {
        Ok(kept) => kept,
        Err(error) => {
            tracing::warn!(%error, "whether a copy is still wanted is not known; it stays");
            true
        }
    };
    if !kept && let Err(error) = step.to.1.delete(key).await {
        tracing::error!(call.id = %row.call_id, %error, "the copy of an erased recording stays in the new store");
    }
}

async fn is_known(app: &App, call: Uuid) -> Result<bool, db::Error> {
    let found = crate::calls::recording::fetch::wanted(app, shared::CallId(call)).await?;
    Ok(found.is_some())
}

async fn is_as_read(app: &App, row: &Row) -> Result<bool, db::Error> {
    let seen = row.clone();
    let same: i64 = app
        .db
        .tenant::<_, db::Error, _>(shared::OrganizationId(row.organization_id), async move |conn| {
            let same = dsl::recordings
                .find(place(&seen))
                .filter(dsl::stored_at.eq(seen.stored_at));
            Ok(same.count().get_result(conn).await?)
        })
        .await?;
    Ok(same > 0)
}

/// Deletes what runs without `delete_source` left behind, once more only where the other store has it whole.
pub(super) async fn delete_copies(
    app: &App,
    step: &Move,
    progress: &mut Progress,
    tell: &mut impl FnMut(&Progress),
) -> Result<(), db::Error> {
    let mut after = beginning();
    loop {
        let rows = page(app, step.to.0.as_str(), after).await?;
        let Some(last) = rows.last().map(place) else {
            return Ok(());
        };
        let mut deleting = stream::iter(rows)
            .map(|row| delete_copy(step, row))
            .buffer_unordered(step.jobs);
        while let Some(outcome) = deleting.next().await {
            // Those of this run were counted as moved.
            if progress.done() < progress.total || outcome == Outcome::Failed {
                progress.count(outcome);
            }
            tell(progress);
        }
        after = last;
    }
}

async fn delete_copy(step: &Move, row: Row) -> Outcome {
    let done = async {
        let key = StorageKey::new(row.storage_key.clone()).map_err(|error| error.to_string())?;
        match step.from.1.head(&key).await {
            Err(StorageError::NotFound) => return Ok(()),
            found => found.map_err(|error| error.to_string())?,
        };
        let whole = digest(step.to.1.as_ref(), &key)
            .await
            .map_err(|error| error.to_string())?;
        if row.sha256.as_deref() != Some(whole.as_slice()) {
            return Err("the new store holds something else".to_owned());
        }
        step.from.1.delete(&key).await.map_err(|error| error.to_string())
    };
    match done.await {
        Ok(()) => Outcome::There,
        Err(error) => {
            tracing::error!(call.id = %row.call_id, error, "the old copy of a recording stays");
            Outcome::Failed
        }
    }
}
