//! What came of it, written to the claim and to the call's row at once.

use super::ask::{Asked, Spent};
use super::claim::Key;
use crate::app::App;
use crate::calls::index::index;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::call_summaries;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::live::LiveEvent;
use shared::summary::SummaryState;
use shared::{CallId, OrganizationId};

/// Stores a summary. A person who asked for another one meanwhile still gets it: the row stays pending then.
///
/// # Errors
/// The database's own.
pub async fn done(
    app: &App,
    key: &Key,
    asked: Asked,
    language: Option<String>,
    left_out: i32,
) -> Result<(), db::Error> {
    let cost = app.summaries.usd_micros(&asked.spent.model, asked.spent.usage);
    let key = key.clone();
    app.db
        .tenant::<_, db::Error, _>(key.organization, async move |conn| {
            use call_summaries::dsl;
            spend(conn, &key, "answered", &asked.spent, cost).await?;
            let row = (key.organization.0, key.started_at, key.call.0);
            diesel::update(dsl::call_summaries.find(row))
                .set((
                    dsl::digest.eq(&key.digest),
                    dsl::title.eq(asked.summary.title),
                    dsl::summary.eq(asked.summary.summary),
                    dsl::intent.eq(asked.summary.intent),
                    dsl::topics.eq(asked.summary.topics),
                    dsl::action_items.eq(asked.summary.action_items),
                    dsl::sentiment.eq(asked.summary.sentiment.as_str()),
                    dsl::language.eq(language),
                    dsl::model.eq(asked.spent.model),
                    dsl::turns_left_out.eq(left_out),
                    dsl::made_at.eq(diesel::dsl::now),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            diesel::update(
                dsl::call_summaries
                    .find(row)
                    .filter(dsl::generation.eq(key.generation)),
            )
            .set((
                dsl::state.eq(SummaryState::Done.as_str()),
                dsl::attempts.eq(0),
                dsl::error.eq(None::<String>),
                dsl::next_try_at.eq(None::<DateTime<Utc>>),
            ))
            .execute(conn)
            .await?;
            // Found by its words from now on.
            index(conn, [(key.call.0, key.started_at)]).await?;
            tell(conn, key.call).await
        })
        .await
}

/// Settles the row without a summary: it failed for good, or none is wanted.
///
/// # Errors
/// The database's own.
pub async fn settle(
    app: &App,
    key: &Key,
    state: SummaryState,
    error: Option<String>,
    spent: Option<Spent>,
) -> Result<(), db::Error> {
    let cost = spent
        .as_ref()
        .and_then(|spent| app.summaries.usd_micros(&spent.model, spent.usage));
    let key = key.clone();
    app.db
        .tenant::<_, db::Error, _>(key.organization, async move |conn| {
            use call_summaries::dsl;
            if let Some(spent) = &spent {
                spend(conn, &key, "unusable", spent, cost).await?;
            }
            let row = dsl::call_summaries.find((key.organization.0, key.started_at, key.call.0));
            diesel::update(row.filter(dsl::generation.eq(key.generation)))
                .set((
                    dsl::state.eq(state.as_str()),
                    dsl::digest.eq(&key.digest),
                    dsl::error.eq(error),
                    dsl::next_try_at.eq(None::<DateTime<Utc>>),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            tell(conn, key.call).await
        })
        .await
}

/// What keeps a summary from being made now; it is tried again.
pub struct Hindrance {
    pub error: String,
    pub next_try_at: DateTime<Utc>,
    /// It counts as a failed try. Being asked to wait does not.
    pub counts: bool,
    /// The vendor did nothing, so that sending again repeats nothing.
    pub refused: bool,
    /// By an answer before, which was not what was asked for.
    pub spent: Spent,
}

/// # Errors
/// The database's own.
pub async fn hindered(app: &App, key: &Key, hindrance: Hindrance) -> Result<(), db::Error> {
    let spent = &hindrance.spent;
    let cost = app.summaries.usd_micros(&spent.model, spent.usage);
    let key = key.clone();
    app.db
        .tenant::<_, db::Error, _>(key.organization, async move |conn| {
            use call_summaries::dsl;
            let state = if hindrance.refused { "refused" } else { "sent" };
            spend(conn, &key, state, &hindrance.spent, cost).await?;
            let row = dsl::call_summaries.find((key.organization.0, key.started_at, key.call.0));
            diesel::update(row.filter(dsl::generation.eq(key.generation)))
                .set((
                    dsl::attempts.eq(dsl::attempts + i32::from(hindrance.counts)),
                    dsl::error.eq(hindrance.error),
                    dsl::next_try_at.eq(hindrance.next_try_at),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            tell(conn, key.call).await
        })
        .await
}

/// No key is set (any more): what the provider wrote is shown.
///
/// # Errors
/// The database's own.
pub async fn left_to_provider(
    app: &App,
    organization: OrganizationId,
    call: CallId,
) -> Result<(), db::Error> {
    app.db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            use call_summaries::dsl;
            let waiting = dsl::call_summaries
                .filter(dsl::call_id.eq(call.0))
                .filter(dsl::state.eq(SummaryState::Pending.as_str()));
            diesel::update(waiting)
                .set((
                    dsl::state.eq(SummaryState::Provider.as_str()),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            tell(conn, call).await
        })
        .await
}

/// Adds what answers took to their claim.
async fn spend(
    conn: &mut Conn,
    key: &Key,
    state: &str,
    spent: &Spent,
    cost: Option<i64>,
) -> Result<(), diesel::result::Error> {
    let kept = diesel::sql_query(
        "UPDATE summary_requests SET state = $7, model = coalesce(nullif($8, ''), model), input_tokens = input_tokens + $9,
                output_tokens = output_tokens + $10, cost_usd_micros = coalesce(cost_usd_micros + $11, $11, cost_usd_micros),
                answered_at = CASE WHEN $7 IN ('answered', 'unusable') THEN now() ELSE answered_at END
         WHERE organization_id = $1 AND started_at = $2 AND call_id = $3 AND digest = $4 AND prompt_version = $5 AND generation = $6",
    )
    .bind::<SqlUuid, _>(key.organization.0)
    .bind::<Timestamptz, _>(key.started_at)
    .bind::<SqlUuid, _>(key.call.0)
    .bind::<Bytea, _>(&key.digest)
    .bind::<Text, _>(&key.prompt_version)
    .bind::<Integer, _>(key.generation)
    .bind::<Text, _>(state)
    .bind::<Text, _>(&spent.model)
    .bind::<BigInt, _>(i64::from(spent.usage.prompt_tokens))
    .bind::<BigInt, _>(i64::from(spent.usage.completion_tokens))
    .bind::<Nullable<BigInt>, _>(cost)
    .execute(conn)
    .await?;
    match kept {
        // The call has followed its agent elsewhere meanwhile, or is gone: the job looks for it again.
        0 => Err(diesel::result::Error::NotFound),
        _ => Ok(()),
    }
}

async fn tell(conn: &mut Conn, call_id: CallId) -> Result<(), db::Error> {
    db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
    Ok(())
}
