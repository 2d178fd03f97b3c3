//! What a supervisor can do to a running call.

use serde_json::{Value, json};

/// The vendor acknowledges none of these: watch for the event that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MonitorCommand {
    EndCall,
    /// The agent needs the tool `transfer_to_number`.
    TransferToNumber {
        phone_number: String,
    },
    /// Tells the agent something without the caller hearing it.
    ContextualUpdate {
        text: String,
    },
    /// Chat conversations only, as are the next two.
    EnableHumanTakeover,
    SendHumanMessage {
        text: String,
    },
    DisableHumanTakeover,
}

impl MonitorCommand {
    /// The frame. The key is `command_type`: the vendor ignores frames with `type`.
    pub(super) fn to_frame(&self) -> String {
        let (name, parameters): (&str, Option<Value>) = match self {
            Self::EndCall => ("end_call", None),
            Self::TransferToNumber { phone_number } => (
                "transfer_to_number",
                Some(json!({ "phone_number": phone_number })),
            ),
            Self::ContextualUpdate { text } => {
                ("contextual_update", Some(json!({ "contextual_update": text })))
            }
            Self::EnableHumanTakeover => ("enable_human_takeover", None),
            Self::SendHumanMessage { text } => ("send_human_message", Some(json!({ "text": text }))),
            Self::DisableHumanTakeover => ("disable_human_takeover", None),
        };
        match parameters {
            Some(parameters) => json!({ "command_type": name, "parameters": parameters }).to_string(),
            None => json!({ "command_type": name }).to_string(),
        }
    }
}
