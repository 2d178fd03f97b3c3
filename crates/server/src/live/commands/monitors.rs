//! How the monitor socket of each running call stands, written down for every other process. What fails is logged: the call
//! is followed all the same.

use crate::app::App;
use crate::calls::store::KnownCall;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::{CallId, ConnectionId};

/// As column `state` of `live_monitors` spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    Refused,
    WorkspaceRefused,
    Failed,
}

impl Standing {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Refused => "refused",
            Self::WorkspaceRefused => "workspace_refused",
            Self::Failed => "failed",
        }
    }
}

/// Notes how it stands, and what the provider said.
pub async fn note(app: &App, call: &KnownCall, standing: Standing, detail: Option<String>) {
    let (id, organization) = (call.id, call.organization);
    let noted = app
        .db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            diesel::sql_query(
                "INSERT INTO live_monitors (call_id, organization_id, state, detail) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (call_id) DO UPDATE SET state = excluded.state, detail = excluded.detail, noted_at = now()",
            )
            .bind::<SqlUuid, _>(id.0)
            .bind::<SqlUuid, _>(organization.0)
            .bind::<Text, _>(standing.as_str())
            .bind::<Nullable<Text>, _>(detail)
            .execute(conn)
            .await?;
            Ok(())
        });
    logged(id, noted.await);
}

/// Whoever polled this connection before is gone, and its sockets with it.
///
/// # Errors
/// The database's.
pub async fn forget_open(app: &App, connection: ConnectionId) -> Result<(), db::Error> {
    let mut conn = app.db.connection().await?;
    diesel::sql_query("SELECT forget_open_monitors($1)")
        .bind::<SqlUuid, _>(connection.0)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// There is no socket any more.
pub async fn forget(app: &App, call: &KnownCall) {
    let id = call.id;
    let forgotten = app
        .db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            diesel::sql_query("DELETE FROM live_monitors WHERE call_id = $1")
                .bind::<SqlUuid, _>(id.0)
                .execute(conn)
                .await?;
            Ok(())
        });
    logged(id, forgotten.await);
}

/// A person answers in the place of the agent, or no longer.
pub async fn taken_over(app: &App, call: &KnownCall, is_taken_over: bool) {
    let id = call.id;
    let noted = app
        .db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            diesel::sql_query("UPDATE live_monitors SET taken_over = $2 WHERE call_id = $1")
                .bind::<SqlUuid, _>(id.0)
                .bind::<Bool, _>(is_taken_over)
                .execute(conn)
                .await?;
            Ok(())
        });
    logged(id, noted.await);
}

fn logged(call: CallId, outcome: Result<(), db::Error>) {
    if let Err(error) = outcome {
        tracing::warn!(error = %error, call.id = %call, "how a call is followed could not be noted");
    }
}
