//! What came of a command: stored once, put into the audit log, told to all who watch the call.

use super::Order;
use super::facts::Row;
use crate::app::App;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use diesel::OptionalExtension;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::UserId;
use shared::live::LiveEvent;
use shared::live_command::{CommandRecord, CommandState};

/// How it ended, and what there is to say.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    state: CommandState,
    detail: Option<&'static str>,
}

impl Outcome {
    pub fn plain(state: CommandState) -> Self {
        Self { state, detail: None }
    }

    pub fn of(state: CommandState, detail: &'static str) -> Self {
        Self {
            state,
            detail: Some(detail),
        }
    }
}

/// The first outcome counts. `from`: only a command in one of these states.
const SETTLE: &str = "
    UPDATE live_commands SET state = $2, detail = $3, settled_at = now()
    WHERE id = $1 AND settled_at IS NULL AND ($4::text IS NULL OR state = $4)
    RETURNING id, call_id, kind, state, detail, argument, user_id, ip, asked_at, settled_at,
              (SELECT coalesce(nullif(u.name, ''), u.email) FROM users u WHERE u.id = live_commands.user_id) AS by_name";

/// Settles it; what fails is logged, because the call is more important than its record.
pub async fn settle(app: &App, order: &Order, outcome: Outcome) {
    if let Err(error) = settle_if(app, order, outcome, None).await {
        tracing::warn!(error = %error, command.id = %order.id, "the outcome of a command could not be stored");
    }
}

/// Settles it where it is in state `from` (or in any). Whether it was this very call that did.
///
/// # Errors
/// The database's.
pub async fn settle_if(
    app: &App,
    order: &Order,
    outcome: Outcome,
    from: Option<CommandState>,
) -> Result<bool, db::Error> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, organization) = (order.id, order.organization_id);
    app.db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            let row: Option<Row> = diesel::sql_query(SETTLE)
                .bind::<SqlUuid, _>(id)
                .bind::<Text, _>(outcome.state.as_str())
                .bind::<Nullable<Text>, _>(outcome.detail)
                .bind::<Nullable<Text>, _>(from.map(CommandState::as_str))
                .get_result(conn)
                .await
                .optional()?;
            let Some(row) = row else { return Ok(false) };
            let (user, ip, call) = (row.user_id, row.ip.clone(), row.call_id);
            let command = CommandRecord {
                argument: None,
                ..row.record()
            };
            let details = json!({
                "command": id, "kind": command.kind, "state": command.state, "detail": command.detail,
            });
            let entry = audit::Entry {
                organization,
                user: user.map(UserId),
                action: "live.command_settled",
                subject: Some(call.to_string()),
                details,
                ip,
            };
            audit::record(conn, entry).await?;
            let event = LiveEvent::CallCommand {
                call_id: call.into(),
                command,
            };
            db::live::publish(conn, &event).await?;
            Ok(true)
        })
        .await
}
