//! The provider's deliveries do not reach us: for those who look after the connection.

use crate::mail::{Action, Letter};
use shared::ledger::WebhookHealth;

pub struct WebhookTrouble<'a> {
    /// Its name.
    pub connection: &'a str,
    pub health: WebhookHealth,
    /// What the provider got from us; 0: no answer.
    pub error_code: Option<i32>,
    /// Where it is repaired.
    pub url: String,
}

impl WebhookTrouble<'_> {
    pub const KIND: &'static str = "webhook_trouble";

    pub fn letter(self) -> Letter {
        let facts = match self.error_code {
            Some(0) => vec![("Last answer", "None".to_owned())],
            Some(code) => vec![("Last answer", format!("HTTP status {code}"))],
            None => Vec::new(),
        };
        Letter {
            subject: format!("The webhook of {} needs you", self.connection),
            heading: format!("The webhook of {} needs you", self.connection),
            paragraphs: vec![
                words(self.health).to_owned(),
                "No call is lost: until it is repaired calls are found by looking at ElevenLabs' list, and appear up to a minute later."
                    .to_owned(),
            ],
            facts,
            action: Some(Action {
                label: "Look at the connection",
                url: self.url,
            }),
            notes: vec!["You get one message for each such trouble.".to_owned()],
            ..Letter::default()
        }
    }
}

fn words(health: WebhookHealth) -> &'static str {
    match health {
        WebhookHealth::Failing => {
            "ElevenLabs can not deliver to it. After ten failures in a row ElevenLabs switches a webhook off."
        }
        WebhookHealth::AutoDisabled => {
            "ElevenLabs has switched it off after too many failures. Register it again when the server can be reached."
        }
        WebhookHealth::Disabled => {
            "Somebody has switched it off at ElevenLabs. Register it again to switch it on."
        }
        WebhookHealth::Missing => "It was removed at ElevenLabs. Register it again.",
        WebhookHealth::Replaced => {
            "The workspace sends its calls to another webhook, or to none. Register it again."
        }
        WebhookHealth::Unknown | WebhookHealth::Working => "It works again.",
    }
}
