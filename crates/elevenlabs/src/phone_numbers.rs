//! Telephone numbers of a workspace, and which agent answers each.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::request::Call;
use crate::{Client, Error, lenient};

const NUMBERS: [&str; 3] = ["v1", "convai", "phone-numbers"];

impl Client {
    /// `GET /v1/convai/phone-numbers`: all of them, the vendor does not page this list.
    pub async fn phone_numbers(&self) -> Result<Vec<PhoneNumber>, Error> {
        self.json(Call::get(&NUMBERS)).await
    }

    /// `GET /v1/convai/phone-numbers/{id}`.
    pub async fn phone_number(&self, phone_number_id: &str) -> Result<PhoneNumber, Error> {
        let [v1, convai, numbers] = NUMBERS;
        self.json(Call::get(&[v1, convai, numbers, phone_number_id]))
            .await
    }

    /// `PATCH /v1/convai/phone-numbers/{id}`: who answers it from now on; `None`: nobody.
    /// Saying the same twice does no harm, but it is repeated only when the vendor said that it did nothing.
    pub async fn assign_phone_number(
        &self,
        phone_number_id: &str,
        agent_id: Option<&str>,
    ) -> Result<PhoneNumber, Error> {
        let [v1, convai, numbers] = NUMBERS;
        let body = json!({ "agent_id": agent_id });
        self.json(Call::patch(&[v1, convai, numbers, phone_number_id], body))
            .await
    }
}

open_enum! {
    /// Who carries the number's calls.
    NumberProvider {
        Twilio = "twilio",
        SipTrunk = "sip_trunk",
        Exotel = "exotel",
    }
}

/// One number. What is only of one carrier (trunks, their addresses) is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumber {
    pub phone_number_id: String,
    /// As the workspace wrote it, mostly E.164.
    pub phone_number: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub label: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub provider: Option<NumberProvider>,
    #[serde(default = "yes")]
    pub supports_inbound: bool,
    #[serde(default = "yes")]
    pub supports_outbound: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub assigned_agent: Option<AssignedAgent>,
}

/// The agent that answers a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssignedAgent {
    pub agent_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub agent_name: String,
}

/// The vendor's default of both directions.
fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_an_unknown_carrier_without_agent_is_read() {
        let number: PhoneNumber = serde_json::from_value(json!({
            "phone_number_id": "phnum_1", "phone_number": "+4930123", "label": null, "provider": "pigeon",
            "assigned_agent": null, "livekit_stack": "standard"
        }))
        .unwrap();
        assert_eq!(
            number.provider.as_ref().map(NumberProvider::as_str),
            Some("pigeon")
        );
        assert!(number.assigned_agent.is_none() && number.supports_inbound && number.label.is_empty());
    }
}
