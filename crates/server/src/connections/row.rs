//! The stored row, and the connection as its organization sees it.

use super::progress::SyncRun;
use super::{ConnectionError, health};
use crate::app::App;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{connections, sync_runs, workspace_changes};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use shared::connection::{Connection, WebhookStatus, WorkspaceChange, WorkspaceInfo};
use std::collections::HashMap;
use uuid::Uuid;

/// A row of `connections` without its secrets.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = connections, check_for_backend(diesel::pg::Pg))]
pub struct Row {
    pub id: Uuid,
    pub name: String,
    pub base_url: String,
    pub api_key_last4: String,
    pub provider_webhook_id: Option<String>,
    pub provider_user_id: String,
    pub workspace: serde_json::Value,
    pub health: String,
    pub trouble: Option<String>,
    pub checked_at: Option<DateTime<Utc>>,
    pub last_webhook_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub removing_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = SqlUuid)]
    connection_id: Uuid,
    #[diesel(sql_type = BigInt)]
    agents: i64,
    #[diesel(sql_type = BigInt)]
    calls: i64,
}

/// The connections of the transaction's organization, by name; with `only`, that one.
///
/// # Errors
/// The database's own.
pub async fn load(
    conn: &mut Conn,
    app: &App,
    only: Option<ConnectionId>,
) -> Result<Vec<Connection>, ConnectionError> {
    let mut query = connections::table
        .left_join(sync_runs::table.on(sync_runs::connection_id.eq(connections::id)))
        .select((
            Row::as_select(),
            connections::webhook_secret_sealed.is_not_null(),
            Option::<SyncRun>::as_select(),
        ))
        .order((connections::name, connections::id))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(connections::id.eq(only.0));
    }
    let rows: Vec<(Row, bool, Option<SyncRun>)> = query.load(conn).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let counts: Vec<Counts> = diesel::sql_query("SELECT * FROM connection_counts()")
        .load(conn)
        .await?;
    let counts: HashMap<Uuid, Counts> = counts
        .into_iter()
        .map(|count| (count.connection_id, count))
        .collect();
    let changes: Vec<Change> = workspace_changes::table
        .filter(workspace_changes::finished_at.is_null())
        .select(Change::as_select())
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, has_secret, run)| {
            let mut connection = shown(app, row, has_secret, run, &counts);
            let id = connection.id.0;
            connection.replaced = changes.iter().any(|change| change.old_connection_id == id);
            connection.change = changes
                .iter()
                .find(|change| change.connection_id == id)
                .map(|change| change.shown(&counts));
            connection
        })
        .collect())
}

/// Keeps others from starting something on the connection until the transaction ends.
///
/// # Errors
/// [`diesel::NotFound`] where there is none, or it is being removed.
pub async fn hold(conn: &mut Conn, id: ConnectionId) -> QueryResult<()> {
    connections::table
        .find(id.0)
        .filter(connections::removing_at.is_null())
        .select(connections::id)
        .for_update()
        .first::<Uuid>(conn)
        .await
        .map(drop)
}

/// An unfinished row of `workspace_changes`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = workspace_changes, check_for_backend(diesel::pg::Pg))]
struct Change {
    connection_id: Uuid,
    old_connection_id: Uuid,
    calls: i64,
    started_at: DateTime<Utc>,
}

impl Change {
    fn shown(&self, counts: &HashMap<Uuid, Counts>) -> WorkspaceChange {
        let left = counts
            .get(&self.old_connection_id)
            .map_or(0, |counts| counts.calls);
        WorkspaceChange {
            calls: self.calls.max(left),
            calls_left: left,
            started_at: self.started_at,
        }
    }
}

fn shown(
    app: &App,
    row: Row,
    has_secret: bool,
    run: Option<SyncRun>,
    counts: &HashMap<Uuid, Counts>,
) -> Connection {
    let id = ConnectionId(row.id);
    let counts = counts.get(&row.id);
    let workspace = serde_json::from_value(row.workspace).unwrap_or(WorkspaceInfo {
        provider_user_id: row.provider_user_id,
        tier: None,
        credits_used: None,
        credits_limit: None,
    });
    Connection {
        id,
        name: row.name,
        base_url: row.base_url,
        key_last4: row.api_key_last4,
        health: health::parse(&row.health),
        trouble: row.trouble,
        checked_at: row.checked_at,
        workspace,
        webhook: WebhookStatus {
            url: webhook_url(app, id),
            has_secret,
            registered: row.provider_webhook_id.is_some(),
            last_received_at: row.last_webhook_at,
        },
        sync: run.map(|run| run.progress()),
        agents: counts.map_or(0, |counts| counts.agents),
        calls: counts.map_or(0, |counts| counts.calls),
        created_at: row.created_at,
        removing: row.removing_at.is_some(),
        change: None,
        replaced: false,
    }
}

/// Where the provider is to send what happened.
pub fn webhook_url(app: &App, id: ConnectionId) -> String {
    let base = app.config.http.public_url.as_str().trim_end_matches('/');
    format!("{base}/api/webhooks/elevenlabs/{id}")
}
