//! The side of whoever gives a command: checks, stores and notifies it, and waits a bounded while for what comes of it.

use super::carry_out::{EFFECT_WITHIN, TAKEN_WITHIN, unseen};
use super::facts::{Facts, ROWS, Row};
use super::settle::{Outcome, settle_if};
use super::{CHANNEL, Order, action};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use chrono::Utc;
use db::partitions::Partitioned;
use db::{Conn, audit};
use diesel::OptionalExtension;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::live_command::{CommandKind, CommandRecord, CommandState};
use shared::permission::Requires;
use shared::{CallId, ErrorCode, OrganizationId};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// A notification may fall on the moment in which the other side connects anew.
const NOTIFY_AGAIN: Duration = Duration::from_millis(800);
/// Between two looks at what came of it, at first and later.
const LOOK_FIRST: Duration = Duration::from_millis(50);
const LOOK_LATER: Duration = Duration::from_millis(250);
/// The other side gives up after [`EFFECT_WITHIN`] and says so; after this it is dead.
const LONGEST: Duration = Duration::from_secs(TAKEN_WITHIN.as_secs() + EFFECT_WITHIN.as_secs() + 2);

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub call: CallId,
    pub key: Uuid,
    pub kind: CommandKind,
    pub argument: Option<String>,
}

/// Gives the command and waits for its outcome. The same key again waits for the same command.
///
/// # Errors
/// `not_found` for a call that the caller does not see; `call_over`; `command_impossible` where the call can not be told
/// this, nobody follows it or it was refused; `conflict` for a key that was used for something else.
pub async fn give<P: Requires>(app: &App, caller: &Caller<P>, wanted: Wanted) -> ApiResult<CommandRecord> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    let asked = wanted.clone();
    let order = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let facts = Facts::of(conn, asked.call).await?;
            let order = |id| Order {
                id,
                organization_id: organization,
                connection_id: facts.connection_id.into(),
                conversation_id: facts.conversation_id.clone(),
            };
            if let Some(known) = known(conn, &asked).await? {
                return Ok(order(known));
            }
            if !facts.is_running() {
                return Err(over());
            }
            if let Some(why) = facts.why_not(asked.kind) {
                return Err(ApiError::because(ErrorCode::CommandImpossible, why));
            }
            let id = Uuid::now_v7();
            let stored = diesel::sql_query(
                "INSERT INTO live_commands (id, organization_id, call_id, key, kind, argument, user_id, ip)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organization_id, key) DO NOTHING",
            )
            .bind::<SqlUuid, _>(id)
            .bind::<SqlUuid, _>(organization.0)
            .bind::<SqlUuid, _>(asked.call.0)
            .bind::<SqlUuid, _>(asked.key)
            .bind::<Text, _>(asked.kind.as_str())
            .bind::<Nullable<Text>, _>(asked.argument.as_deref())
            .bind::<SqlUuid, _>(user.0)
            .bind::<Nullable<Text>, _>(ip.as_deref())
            .execute(conn)
            .await?;
            if stored == 0 {
                // Pressed twice at the same moment; the other one has committed by now.
                let known = known(conn, &asked).await?.ok_or_else(used_key)?;
                return Ok(order(known));
            }
            // The log can not be changed: words about a caller do not go in, for they must go when his calls are erased.
            let number = (asked.kind == CommandKind::Transfer).then_some(asked.argument);
            let details = json!({
                "command": id, "conversation_id": facts.conversation_id, "argument": number.flatten(),
            });
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: action(asked.kind),
                subject: Some(asked.call.to_string()),
                details,
                ip,
            };
            audit::record(conn, entry).await?;
            let order = order(id);
            notify(conn, &order).await?;
            Ok(order)
        })
        .await?;
    outcome(app, &order, wanted.call).await
}

/// The command with this key, where it is the same one.
async fn known(conn: &mut Conn, asked: &Wanted) -> ApiResult<Option<Uuid>> {
    let row: Option<Row> = diesel::sql_query(format!("{ROWS} WHERE c.key = $1"))
        .bind::<SqlUuid, _>(asked.key)
        .get_result(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let is_same =
        row.call_id == asked.call.0 && row.kind() == Some(asked.kind) && row.argument == asked.argument;
    is_same.then_some(Some(row.id)).ok_or_else(used_key)
}

fn used_key() -> ApiError {
    ApiError::because(
        ErrorCode::Conflict,
        "This key belongs to another command. Choose a new one for each.",
    )
}

fn over() -> ApiError {
    ApiError::because(
        ErrorCode::CallOver,
        "The call has ended, so nothing can be done to it.",
    )
}

async fn notify(conn: &mut Conn, order: &Order) -> ApiResult<()> {
    let payload = serde_json::to_string(order).map_err(ApiError::internal)?;
    diesel::sql_query("SELECT pg_notify($1, $2)")
        .bind::<Text, _>(CHANNEL)
        .bind::<Text, _>(payload)
        .execute(conn)
        .await?;
    Ok(())
}

/// Waits until the command is settled, and settles it where nobody else will.
async fn outcome(app: &App, order: &Order, call: CallId) -> ApiResult<CommandRecord> {
    let began = Instant::now();
    let (mut notified, mut wait) = (began, LOOK_FIRST);
    loop {
        let row = row(app, order).await?;
        let (state, kind) = (row.state(), row.kind());
        if row.settled_at.is_some() || !matches!(state, CommandState::Waiting | CommandState::Taken) {
            return answer(app, order.organization_id, call, row).await;
        }
        if state == CommandState::Waiting && began.elapsed() >= TAKEN_WITHIN {
            let why = "No server follows this call at the moment. Try again in a few seconds";
            let failed = Outcome::of(CommandState::Failed, why);
            settle_if(app, order, failed, Some(CommandState::Waiting)).await?;
            continue;
        }
        if state == CommandState::Waiting && notified.elapsed() >= NOTIFY_AGAIN {
            notified = Instant::now();
            let again = order.clone();
            app.db
                .tenant::<_, ApiError, _>(order.organization_id, async move |conn| {
                    notify(conn, &again).await
                })
                .await?;
            continue;
        }
        if began.elapsed() >= LONGEST {
            settle_if(app, order, unseen(kind.unwrap_or(CommandKind::Hint)), None).await?;
            continue;
        }
        sleep(wait).await;
        wait = (wait * 2).min(LOOK_LATER);
    }
}

async fn row(app: &App, order: &Order) -> ApiResult<Row> {
    let id = order.id;
    app.db
        .tenant::<_, ApiError, _>(order.organization_id, async move |conn| {
            let row: Option<Row> = diesel::sql_query(format!("{ROWS} WHERE c.id = $1"))
                .bind::<SqlUuid, _>(id)
                .get_result(conn)
                .await
                .optional()?;
            // The call was erased, or went to another organization, in these seconds.
            row.ok_or_else(ApiError::not_found)
        })
        .await
}

/// What the caller is told of a command that is settled.
async fn answer(app: &App, organization: OrganizationId, call: CallId, row: Row) -> ApiResult<CommandRecord> {
    let record = row.record();
    let refusal = record.detail.clone().unwrap_or_default();
    match record.state {
        CommandState::Refused => Err(ApiError::because(ErrorCode::CommandImpossible, refusal)),
        CommandState::Failed => {
            let facts = app
                .db
                .tenant::<_, ApiError, _>(organization, async move |conn| Ok(Facts::of(conn, call).await?))
                .await?;
            if facts.is_running() {
                return Err(ApiError::because(ErrorCode::CommandImpossible, refusal));
            }
            Err(over())
        }
        _ => Ok(record),
    }
}
