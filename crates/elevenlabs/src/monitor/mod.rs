//! A running conversation, watched over the vendor's monitor socket.
//!
//! Text and metadata only, no sound. The vendor offers it to enterprise workspaces, for agents whose
//! configuration had `monitoring_enabled` before the call began, to keys with `convai_write`.

mod command;
mod event;
mod socket;

pub use self::command::MonitorCommand;
pub use self::event::{MonitorEvent, PartKind};
pub use self::socket::Monitor;
