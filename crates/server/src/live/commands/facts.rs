//! What is known of a running call and of the commands that it was given.

use chrono::{DateTime, TimeDelta, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::CallId;
use shared::call::{CallStatus, Direction};
use shared::live_command::{CommandKind, CommandRecord, CommandState, Following};
use uuid::Uuid;

/// A call, and what decides about its commands.
#[derive(QueryableByName)]
pub struct Facts {
    #[diesel(sql_type = SqlUuid)]
    pub connection_id: Uuid,
    #[diesel(sql_type = Text)]
    pub conversation_id: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    direction: String,
    #[diesel(sql_type = Nullable<Bool>)]
    monitoring: Option<bool>,
    #[diesel(sql_type = Nullable<Bool>)]
    text_only: Option<bool>,
    #[diesel(sql_type = Nullable<Bool>)]
    transfers: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    monitor: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub monitor_detail: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    taken_over: Option<bool>,
}

/// Row policies hide calls of other organizations, and of agents that the reader may not see.
const FACTS: &str = "
    SELECT c.connection_id, c.conversation_id, c.status, c.direction, a.monitoring AND NOT a.placeholder AS monitoring,
           b.text_only, b.transfers, m.state AS monitor, m.detail AS monitor_detail, m.taken_over
    FROM calls c
    LEFT JOIN agents a ON a.id = c.agent_id
    LEFT JOIN agent_live_abilities b ON b.agent_id = c.agent_id
    LEFT JOIN live_monitors m ON m.call_id = c.id
    WHERE c.id = $1";

impl Facts {
    /// # Errors
    /// `NotFound` for a call that the transaction does not see, and the database's own.
    pub async fn of(conn: &mut Conn, call: CallId) -> Result<Self, diesel::result::Error> {
        diesel::sql_query(FACTS)
            .bind::<SqlUuid, _>(call.0)
            .get_result(conn)
            .await
    }

    pub fn is_running(&self) -> bool {
        CallStatus::parse(&self.status).is_some_and(CallStatus::is_running)
    }

    pub fn is_taken_over(&self) -> bool {
        self.taken_over == Some(true)
    }

    pub fn following(&self) -> Following {
        match (self.monitor.as_deref(), CallStatus::parse(&self.status)) {
            _ if !self.is_running() => Following::Over,
            (_, Some(CallStatus::Initiated)) => Following::NotYet,
            (Some("open"), _) => Following::Open,
            (Some("refused"), _) => Following::CallRefused,
            (Some("workspace_refused"), _) => Following::WorkspaceRefused,
            (Some("failed"), _) => Following::Failed,
            _ if self.monitoring == Some(false) => Following::AgentOff,
            _ => Following::Opening,
        }
    }

    /// Why such a command can not be given; `None`: it can.
    pub fn why_not(&self, kind: CommandKind) -> Option<String> {
        match self.following() {
            Following::Open => {}
            closed => return Some(closed.explanation().to_owned()),
        }
        let why = match kind {
            CommandKind::End | CommandKind::Hint => return None,
            CommandKind::Transfer if Direction::parse(&self.direction) == Some(Direction::Web) => {
                "Only telephone calls can be transferred to a number."
            }
            CommandKind::Transfer if self.transfers == Some(false) => {
                "This agent can not transfer. Give it the tool \"Transfer to number\" at ElevenLabs; it holds for calls \
                 that begin after that."
            }
            CommandKind::Transfer => return None,
            _ if self.text_only != Some(true) => "Only chats can be taken over, and this agent speaks.",
            CommandKind::TakeOver if self.is_taken_over() => "The chat is taken over already.",
            CommandKind::Say | CommandKind::GiveBack if !self.is_taken_over() => "Take the chat over first.",
            CommandKind::TakeOver | CommandKind::Say | CommandKind::GiveBack => return None,
        };
        Some(why.to_owned())
    }
}

/// A stored command.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub call_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    detail: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub argument: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    pub ip: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    asked_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub settled_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    by_name: Option<String>,
}

/// Before `WHERE`.
pub const ROWS: &str = "
    SELECT c.id, c.call_id, c.kind, c.state, c.detail, c.argument, c.user_id, c.ip, c.asked_at, c.settled_at,
           coalesce(nullif(u.name, ''), u.email) AS by_name
    FROM live_commands c LEFT JOIN users u ON u.id = c.user_id";

impl Row {
    pub fn kind(&self) -> Option<CommandKind> {
        CommandKind::parse(&self.kind)
    }

    pub fn state(&self) -> CommandState {
        let state = CommandState::parse(&self.state).unwrap_or(CommandState::Unconfirmed);
        // Whoever waited for it is gone, with its server: nobody takes it any more, or nobody knows what came of it.
        match state {
            _ if self.settled_at.is_some() || Utc::now() - self.asked_at < TimeDelta::seconds(20) => state,
            CommandState::Waiting => CommandState::Failed,
            _ => CommandState::Unconfirmed,
        }
    }

    pub fn record(self) -> CommandRecord {
        CommandRecord {
            id: self.id,
            kind: self.kind().unwrap_or(CommandKind::Hint),
            state: self.state(),
            detail: self.detail,
            argument: self.argument,
            by: self.by_name,
            at: self.asked_at,
        }
    }
}
