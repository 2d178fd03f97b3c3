//! What the provider sends and this version does not know: counted per connection, never a failure.

use crate::app::App;
use crate::auth::Caller;
use crate::connections::ConnectionHandle;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::schema::{connections, provider_novelties};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::Conversation;
use elevenlabs::novelty;
use shared::ConnectionId;
use shared::failure::Novelty;
use shared::permission::needs;
use std::collections::BTreeMap;

/// Most that are kept of a connection: more are a broken sender.
const MOST: i64 = 500;

/// Novelties of some conversations; in order, so that two who note the same do not lock each other out.
#[derive(Debug, Default)]
pub struct Found(BTreeMap<(String, String), (i64, String)>);

impl Found {
    /// Looks through a conversation.
    pub fn look(&mut self, conversation: &Conversation) {
        for novelty in novelty::of_conversation(&conversation.raw) {
            self.add(
                &novelty.path,
                novelty.value.as_deref(),
                &conversation.detail.conversation_id,
            );
        }
    }

    /// Adds one that was seen in `example`.
    pub fn add(&mut self, path: &str, value: Option<&str>, example: &str) {
        let key = (
            path.to_owned(),
            value
                .unwrap_or_default()
                .replace('\0', "")
                .chars()
                .take(120)
                .collect(),
        );
        let seen = self.0.entry(key).or_default();
        *seen = (seen.0 + 1, example.replace('\0', ""));
    }
}

/// Counts them. That it can not keeps nobody from storing calls.
pub async fn record(app: &App, connection: &ConnectionHandle, found: Found) {
    if found.0.is_empty() {
        return;
    }
    let id = connection.id;
    let (mut paths, mut values, mut counts, mut examples) = (vec![], vec![], vec![], vec![]);
    for ((path, value), (seen, example)) in found.0 {
        paths.push(path);
        values.push(value);
        counts.push(seen);
        examples.push(example);
    }
    let stored = app
        .db
        .tenant::<_, db::Error, _>(connection.organization, async move |conn| {
            diesel::sql_query(
                "INSERT INTO provider_novelties AS n (connection_id, organization_id, path, value, seen, example)
                 SELECT $1, current_organization(), f.path, f.value, f.seen, f.example
                 FROM unnest($2, $3, $4, $5) AS f (path, value, seen, example)
                 WHERE EXISTS (SELECT FROM provider_novelties x WHERE x.connection_id = $1 AND x.path = f.path AND x.value = f.value)
                    OR (SELECT count(*) FROM provider_novelties x WHERE x.connection_id = $1) < $6
                 ORDER BY f.path, f.value
                 ON CONFLICT (connection_id, path, value) DO UPDATE SET
                    seen = n.seen + excluded.seen, last_seen_at = now(), example = excluded.example",
            )
            .bind::<SqlUuid, _>(id.0)
            .bind::<Array<Text>, _>(paths)
            .bind::<Array<Text>, _>(values)
            .bind::<Array<BigInt>, _>(counts)
            .bind::<Array<Text>, _>(examples)
            .bind::<BigInt, _>(MOST)
            .execute(conn)
            .await?;
            Ok(())
        })
        .await;
    if let Err(error) = stored {
        tracing::warn!(connection.id = %id, %error, "what is new at the provider could not be noted");
    }
}

/// `GET /api/novelties`: of all connections of the organization, seen last first.
pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::FailuresView>,
) -> ApiResult<web::Json<Vec<Novelty>>> {
    let rows = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let rows = provider_novelties::table
                .inner_join(connections::table.on(connections::id.eq(provider_novelties::connection_id)))
                .select((provider_novelties::all_columns, connections::name))
                .order((
                    provider_novelties::last_seen_at.desc(),
                    provider_novelties::path,
                    provider_novelties::value,
                ))
                .limit(MOST)
                .load::<(Row, String)>(conn)
                .await?;
            Ok(rows)
        })
        .await?;
    let novelties = rows.into_iter().map(|(row, connection)| Novelty {
        connection_id: ConnectionId(row.connection_id),
        connection,
        path: row.path,
        value: Some(row.value).filter(|value| !value.is_empty()),
        seen: row.seen,
        first_seen_at: row.first_seen_at,
        last_seen_at: row.last_seen_at,
        example: row.example,
    });
    Ok(web::Json(novelties.collect()))
}

#[derive(Queryable)]
struct Row {
    connection_id: uuid::Uuid,
    #[expect(dead_code, reason = "one of all columns")]
    organization_id: uuid::Uuid,
    path: String,
    value: String,
    seen: i64,
    first_seen_at: chrono::DateTime<chrono::Utc>,
    last_seen_at: chrono::DateTime<chrono::Utc>,
    example: String,
}
