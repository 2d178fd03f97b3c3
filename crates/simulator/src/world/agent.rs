//! An agent and its configuration.

use std::sync::Arc;

use serde_json::{Value, json};

use super::merge;
use crate::calls::profile::{Habits, Profile};
use crate::catalogue::{AgentSeed, Catalogue};
use crate::rng::{Rng, hash};

/// One agent of a workspace.
#[derive(Debug, Clone)]
pub struct Agent {
    pub id: String,
    pub name: String,
    pub tags: Vec<String>,
    /// `conversation_config`, `platform_settings` and `workflow`, defaults filled in.
    pub config: Value,
    pub created: i64,
    pub updated: i64,
    pub version: u64,
    pub habits: Habits,
}

impl Agent {
    /// An agent as the API makes it: the vendor's defaults under `body`.
    pub fn create(id: String, body: &Value, catalogue: &Catalogue, now: i64) -> Self {
        let mut config = catalogue.agent_defaults.clone();
        for part in ["conversation_config", "platform_settings", "workflow"] {
            if let Some(over) = body.get(part).filter(|over| over.is_object()) {
                merge::deep(&mut config, json!({ part: over }));
            }
        }
        Self {
            id,
            name: body
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or("New agent")
                .to_owned(),
            tags: strings(body.get("tags")),
            config,
            created: now,
            updated: now,
            version: 1,
            habits: Habits::default(),
        }
    }

    /// One of the seeded agents.
    pub fn seeded(seed: &AgentSeed, catalogue: &Catalogue, created: i64) -> Self {
        let end_call = json!({"type": "system", "name": "end_call", "description": "", "params": {"system_tool_type": "end_call"}});
        let transfer = json!({"type": "system", "name": "transfer_to_number", "description": "", "params":
            {"system_tool_type": "transfer_to_number", "transfers": []}});
        let tools = match seed.monitoring {
            true => json!({"end_call": end_call, "transfer_to_number": transfer}),
            false => json!({"end_call": end_call}),
        };
        let criteria: Vec<Value> = catalogue
            .analysis
            .criteria
            .iter()
            .rev()
            .map(|(id, names)| {
                let name = names.get(&seed.language).cloned().unwrap_or_else(|| id.clone());
                json!({"id": id, "name": name, "type": "prompt", "conversation_goal_prompt": name, "use_knowledge_base": false,
                    "scope": "conversation", "scoring_mode": "binary", "max_score": 100})
            })
            .collect();
        let body = json!({
            "name": seed.name,
            "tags": seed.tags,
            "conversation_config": {
                "agent": {"first_message": seed.first_message, "language": seed.language,
                    "prompt": {"prompt": seed.prompt, "llm": seed.llm, "temperature": 0.2, "built_in_tools": tools}},
                "tts": {"voice_id": seed.voice, "model_id": if seed.language == "en" { "eleven_flash_v2" } else { "eleven_flash_v2_5" }},
                "conversation": {"monitoring_enabled": seed.monitoring,
                    "monitoring_events": ["user_transcript", "agent_response", "agent_response_correction", "agent_tool_response"]},
            },
            "platform_settings": {"evaluation": {"criteria": criteria}, "data_collection": catalogue.analysis.collection},
        });
        let mut agent = Self::create(seed.id.clone(), &body, catalogue, created);
        agent.habits = Habits {
            scenarios: seed.scenarios.clone(),
            phone: seed.phone.clone(),
            outbound_share: seed.outbound,
        };
        agent
    }

    /// Lays a PATCH body over the agent; every PATCH makes a new version.
    pub fn patch(&mut self, body: &Value, now: i64) {
        for part in ["conversation_config", "platform_settings", "workflow"] {
            if let Some(over) = body.get(part).filter(|over| over.is_object()) {
                merge::deep(&mut self.config, json!({ part: over }));
            }
        }
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut self.name);
        }
        if body.get("tags").is_some_and(Value::is_array) {
            self.tags = strings(body.get("tags"));
        }
        self.version += 1;
        self.updated = now.max(self.updated);
    }

    /// `None` counts as not archived.
    pub fn archived(&self) -> bool {
        self.config
            .pointer("/platform_settings/archived")
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub fn version_id(&self) -> String {
        format!("agtvrsn_{}", Rng::new(hash(&self.id) ^ self.version).letters(26))
    }

    pub fn branch_id(&self) -> String {
        format!("agtbrch_{}", Rng::new(hash(&self.id)).letters(26))
    }

    pub fn profile(&self) -> Arc<Profile> {
        Arc::new(Profile::read(
            &self.id,
            &self.name,
            (&self.version_id(), &self.branch_id()),
            &self.config,
            &self.habits,
        ))
    }

    /// `GetAgentResponseModel`.
    pub fn full(&self, owner: &Value, numbers: Vec<Value>) -> Value {
        let part = |name: &str| self.config.get(name).cloned().unwrap_or_else(|| json!({}));
        json!({
            "agent_id": self.id,
            "name": self.name,
            "conversation_config": part("conversation_config"),
            "metadata": {"created_at_unix_secs": self.created, "updated_at_unix_secs": self.updated},
            "platform_settings": part("platform_settings"),
            "phone_numbers": numbers,
            "whatsapp_accounts": [],
            "workflow": part("workflow"),
            "access_info": owner,
            "tags": self.tags,
            "version_id": self.version_id(),
            "branch_id": self.branch_id(),
            "main_branch_id": self.branch_id(),
            "procedures": {},
        })
    }

    /// `AgentSummaryResponseModel`; the JavaScript SDK insists on `voice_id`.
    pub fn summary(&self, owner: &Value, last_call: Option<i64>) -> Value {
        json!({
            "agent_id": self.id,
            "name": self.name,
            "tags": self.tags,
            "created_at_unix_secs": self.created,
            "updated_at_unix_secs": self.updated,
            "access_info": owner,
            "last_call_time_unix_secs": last_call,
            "archived": self.archived(),
            "voice_id": self.config.pointer("/conversation_config/tts/voice_id"),
        })
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
