//! What supervisors do to running calls: from the button to the process that holds the provider's monitor socket.
//!
//! | step | file |
//! |---|---|
//! | `POST /api/live/calls/{id}/…` says what is wanted and who may | [`handlers`] |
//! | it is checked, stored, put into the audit log and notified in one transaction | [`give`] |
//! | every process with pollers hears of it, the one that follows the call takes it | [`courier`], [`desk`] |
//! | it is handed to the provider, once, and its effect is watched for | [`carry_out`] |
//! | what came of it is stored, audited and told to all who watch | [`settle`] |
//! | `GET /api/live/calls/{id}` shows what can be done and what was | [`controls`], [`facts`] |
//!
//! Sent once: the key that the caller chose is unique, a command is taken by one process (`waiting` to `taken` is one
//! update) and never handed to the provider again, whatever happens then. A process that dies in between leaves a command
//! of which nobody knows whether it arrived, and that is what is told.

pub mod carry_out;
pub mod controls;
pub mod courier;
pub mod desk;
mod facts;
mod give;
pub mod handlers;
pub mod monitors;
pub mod settle;

pub use desk::Desk;

use serde::{Deserialize, Serialize};
use shared::live_command::CommandKind;
use shared::{ConnectionId, OrganizationId, Permission};
use uuid::Uuid;

/// Commands are notified here, see [`Order`].
pub const CHANNEL: &str = "live_commands";

/// Where a command is to be found, and for which call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub id: Uuid,
    pub organization_id: OrganizationId,
    pub connection_id: ConnectionId,
    pub conversation_id: String,
}

/// What giving such a command needs.
pub fn permission(kind: CommandKind) -> Permission {
    match kind {
        CommandKind::End => Permission::LiveEnd,
        CommandKind::Transfer => Permission::LiveTransfer,
        CommandKind::Hint => Permission::LiveHint,
        CommandKind::TakeOver | CommandKind::Say | CommandKind::GiveBack => Permission::LiveTakeover,
    }
}

/// Its name in the audit log.
fn action(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::End => "live.end",
        CommandKind::Transfer => "live.transfer",
        CommandKind::Hint => "live.hint",
        CommandKind::TakeOver => "live.take_over",
        CommandKind::Say => "live.say",
        CommandKind::GiveBack => "live.give_back",
    }
}
