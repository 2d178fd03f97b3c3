//! The side of the process that follows the call: takes a command, hands it to the provider, watches for its effect.

use super::Order;
use super::monitors;
use super::settle::{Outcome, settle};
use crate::app::App;
use crate::calls::store::KnownCall;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Double, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::monitor::{Monitor, MonitorCommand, MonitorEvent};
use shared::live_command::{CommandKind, CommandState};
use std::time::Duration;
use tokio::time::Instant;

/// A command that was asked for longer ago is not begun: whoever asked was told that nobody took it.
pub const TAKEN_WITHIN: Duration = Duration::from_secs(3);
/// The provider acknowledges nothing; an effect that was not seen by then counts as unconfirmed.
pub const EFFECT_WITHIN: Duration = Duration::from_secs(5);

/// Commands that the provider was given and whose effect is not seen yet.
#[derive(Default)]
pub struct Awaited(Vec<Sent>);

struct Sent {
    order: Order,
    kind: CommandKind,
    argument: Option<String>,
    until: Instant,
}

/// `waiting` to `taken` is one update, so one process has the command and nobody else will.
const TAKE: &str = "UPDATE live_commands SET state = 'taken'
    WHERE id = $1 AND state = 'waiting' AND asked_at > now() - make_interval(secs => $2) RETURNING kind, argument";

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    argument: Option<String>,
}

impl Awaited {
    /// Takes the command, if nobody has, and hands it to the provider.
    pub async fn carry_out(&mut self, app: &App, call: &KnownCall, monitor: &mut Monitor, order: Order) {
        let Some((kind, argument)) = take(app, &order).await else {
            return;
        };
        let Some(command) = provider_command(kind, argument.as_deref()) else {
            settle(
                app,
                &order,
                Outcome::of(
                    CommandState::Failed,
                    "The command was stored without what it says",
                ),
            )
            .await;
            return;
        };
        if let Err(error) = monitor.send(&command).await {
            tracing::info!(conversation.id = order.conversation_id, error = %error, "command could not be sent");
            // A part of it may have left.
            let why =
                "The provider's socket broke while the command was sent. Whether it arrived is not known";
            settle(app, &order, Outcome::of(CommandState::Unconfirmed, why)).await;
            return;
        }
        match kind {
            // Only the model sees it, so nothing follows that could be watched for.
            CommandKind::Hint => settle(app, &order, Outcome::plain(CommandState::Sent)).await,
            CommandKind::TakeOver | CommandKind::GiveBack => {
                monitors::taken_over(app, call, kind == CommandKind::TakeOver).await;
                self.watch(order, kind, argument);
            }
            CommandKind::End | CommandKind::Transfer | CommandKind::Say => self.watch(order, kind, argument),
        }
    }

    fn watch(&mut self, order: Order, kind: CommandKind, argument: Option<String>) {
        self.0.push(Sent {
            order,
            kind,
            argument,
            until: Instant::now() + EFFECT_WITHIN,
        });
    }

    /// When the first of them is overdue; `None`: nothing is awaited.
    pub fn until(&self) -> Option<Instant> {
        self.0.iter().map(|sent| sent.until).min()
    }

    /// Whether an event is the effect of something that was sent.
    pub async fn observe(&mut self, app: &App, call: &KnownCall, event: &MonitorEvent) {
        if let MonitorEvent::HumanTakeover { connected } = event {
            monitors::taken_over(app, call, *connected).await;
        }
        let found = self
            .0
            .iter()
            .position(|sent| effect(sent.kind, sent.argument.as_deref(), event).is_some());
        let Some(place) = found else { return };
        let sent = self.0.remove(place);
        if let Some(outcome) = effect(sent.kind, sent.argument.as_deref(), event) {
            settle(app, &sent.order, outcome).await;
        }
    }

    /// The call is over, which is what an end and a transfer look like.
    pub async fn over(self, app: &App) {
        for sent in self.0 {
            let outcome = match sent.kind {
                CommandKind::End | CommandKind::Transfer => Outcome::plain(CommandState::Confirmed),
                _ => Outcome::of(
                    CommandState::Unconfirmed,
                    "The call ended before anything was seen of it",
                ),
            };
            settle(app, &sent.order, outcome).await;
        }
    }

    /// The socket broke: what the provider was given it may well do.
    pub async fn lost(self, app: &App) {
        for sent in self.0 {
            let why = "The provider's socket broke before anything was seen of it";
            settle(app, &sent.order, Outcome::of(CommandState::Unconfirmed, why)).await;
        }
    }

    /// Gives up what is overdue.
    pub async fn overdue(&mut self, app: &App) {
        let now = Instant::now();
        let overdue: Vec<Sent> = self.0.extract_if(.., |sent| sent.until <= now).collect();
        for sent in overdue {
            settle(app, &sent.order, unseen(sent.kind)).await;
        }
    }
}

/// What is told when the provider took a command and nothing was seen of it.
pub fn unseen(kind: CommandKind) -> Outcome {
    let why = match kind {
        CommandKind::End => "ElevenLabs was told to end the call, which still runs",
        CommandKind::Transfer => "ElevenLabs was told to transfer the call, and nothing was seen of it",
        CommandKind::Hint => "Whether the hint arrived is not known",
        CommandKind::TakeOver | CommandKind::GiveBack | CommandKind::Say => {
            "ElevenLabs was told and shows no effect. It reports these only where the agent's monitoring events include them"
        }
    };
    Outcome::of(CommandState::Unconfirmed, why)
}

async fn take(app: &App, order: &Order) -> Option<(CommandKind, Option<String>)> {
    let id = order.id;
    let taken = app
        .db
        .tenant::<_, db::Error, _>(order.organization_id, async move |conn| {
            let taken: Option<Taken> = diesel::sql_query(TAKE)
                .bind::<SqlUuid, _>(id)
                .bind::<Double, _>(TAKEN_WITHIN.as_secs_f64())
                .get_result(conn)
                .await
                .optional()?;
            Ok(taken)
        })
        .await;
    match taken {
        Ok(taken) => {
            let taken = taken?;
            Some((CommandKind::parse(&taken.kind)?, taken.argument))
        }
        Err(error) => {
            tracing::warn!(error = %error, "a command for a running call could not be taken");
            None
        }
    }
}

fn provider_command(kind: CommandKind, argument: Option<&str>) -> Option<MonitorCommand> {
    let argument = argument.map(str::to_owned);
    Some(match kind {
        CommandKind::End => MonitorCommand::EndCall,
        CommandKind::Transfer => MonitorCommand::TransferToNumber {
            phone_number: argument?,
        },
        CommandKind::Hint => MonitorCommand::ContextualUpdate { text: argument? },
        CommandKind::TakeOver => MonitorCommand::EnableHumanTakeover,
        CommandKind::Say => MonitorCommand::SendHumanMessage { text: argument? },
        CommandKind::GiveBack => MonitorCommand::DisableHumanTakeover,
    })
}

/// What an event says about a command of that kind.
fn effect(kind: CommandKind, argument: Option<&str>, event: &MonitorEvent) -> Option<Outcome> {
    let done = Some(Outcome::plain(CommandState::Confirmed));
    match (kind, event) {
        (
            CommandKind::Transfer,
            MonitorEvent::ToolResponse {
                tool_name, is_error, ..
            },
        ) if tool_name == "transfer_to_number" => match is_error {
            false => done,
            true => Some(Outcome::of(
                CommandState::Refused,
                "The agent tried to transfer the call and failed. The number may not be one that it may call",
            )),
        },
        (CommandKind::TakeOver, MonitorEvent::HumanTakeover { connected: true })
        | (CommandKind::GiveBack, MonitorEvent::HumanTakeover { connected: false }) => done,
        (CommandKind::Say, MonitorEvent::AgentResponse { text, .. }) if Some(text.as_str()) == argument => {
            done
        }
        _ => None,
    }
}
