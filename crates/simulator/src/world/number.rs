//! A telephone number of a workspace.

use serde_json::{Value, json};

use super::agent::Agent;
use crate::calls::phone::number_id;

/// One number; at most one agent answers it.
#[derive(Debug, Clone)]
pub struct Number {
    pub id: String,
    pub number: String,
    pub label: String,
    /// `twilio` or `sip_trunk`.
    pub provider: &'static str,
    pub agent_id: Option<String>,
}

impl Number {
    /// The numbers that the seeded agents answer; every fourth comes over a trunk.
    pub fn seeded(agents: &[Agent]) -> Vec<Self> {
        let answered = agents.iter().filter(|agent| !agent.habits.phone.is_empty());
        answered
            .enumerate()
            .map(|(index, agent)| Self {
                id: number_id(&agent.habits.phone),
                number: agent.habits.phone.clone(),
                label: agent.name.clone(),
                provider: if index % 4 == 3 { "sip_trunk" } else { "twilio" },
                agent_id: Some(agent.id.clone()),
            })
            .collect()
    }

    /// `GetPhoneNumber…ResponseModel`; `agents` name the one that answers.
    pub fn full(&self, agents: &[Agent]) -> Value {
        let answering = self
            .agent_id
            .as_ref()
            .and_then(|id| agents.iter().find(|agent| agent.id == *id));
        let assigned = answering.map(|agent| {
            json!({"agent_id": agent.id, "agent_name": agent.name, "environment": null, "branch_id": agent.branch_id()})
        });
        let mut body = json!({
            "phone_number": self.number, "label": self.label, "supports_inbound": true, "supports_outbound": true,
            "phone_number_id": self.id, "assigned_agent": assigned, "provider": self.provider,
        });
        if self.provider == "sip_trunk" {
            let trunk = json!({"livekit_stack": "standard", "store_sip_messages": true, "provider_config": null,
                "outbound_trunk": null, "inbound_trunk": null});
            super::merge::deep(&mut body, trunk);
        }
        body
    }
}
