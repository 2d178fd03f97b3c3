//! What a call needs to know of its agent, taken from the configuration when the call starts.

use serde_json::Value;

/// A snapshot of an agent.
#[derive(Debug, Clone)]
pub struct Profile {
    pub agent_id: String,
    pub name: String,
    pub language: String,
    pub voice_id: String,
    pub tts_model: String,
    pub llm: String,
    pub first_message: String,
    pub prompt: String,
    pub version_id: String,
    pub branch_id: String,
    pub scenarios: Vec<String>,
    /// E.164 number that the agent answers and dials from.
    pub phone: String,
    pub outbound_share: f64,
    pub monitoring_enabled: bool,
    pub monitoring_events: Vec<String>,
    pub record_voice: bool,
    pub text_only: bool,
    pub criteria: Vec<(String, String)>,
    pub collection: Vec<(String, Value)>,
}

/// Where the scenarios, the number and the outbound share come from: they are not part of the vendor's configuration.
#[derive(Debug, Clone, Default)]
pub struct Habits {
    pub scenarios: Vec<String>,
    pub phone: String,
    pub outbound_share: f64,
}

impl Profile {
    /// Reads the vendor's configuration.
    pub fn read(agent_id: &str, name: &str, version: (&str, &str), config: &Value, habits: &Habits) -> Self {
        let text = |path: &str| {
            config
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let flag = |path: &str| config.pointer(path).and_then(Value::as_bool);
        let list = |path: &str| {
            config
                .pointer(path)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let named = |item: &Value| {
            let field = |key| {
                item.get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            (field("id"), field("name"))
        };
        Self {
            agent_id: agent_id.to_owned(),
            name: name.to_owned(),
            language: text("/conversation_config/agent/language"),
            voice_id: text("/conversation_config/tts/voice_id"),
            tts_model: text("/conversation_config/tts/model_id"),
            llm: text("/conversation_config/agent/prompt/llm"),
            first_message: text("/conversation_config/agent/first_message"),
            prompt: text("/conversation_config/agent/prompt/prompt"),
            version_id: version.0.to_owned(),
            branch_id: version.1.to_owned(),
            scenarios: habits.scenarios.clone(),
            phone: habits.phone.clone(),
            outbound_share: habits.outbound_share,
            monitoring_enabled: flag("/conversation_config/conversation/monitoring_enabled").unwrap_or(false),
            monitoring_events: list("/conversation_config/conversation/monitoring_events")
                .iter()
                .filter_map(|event| event.as_str().map(str::to_owned))
                .collect(),
            record_voice: flag("/platform_settings/privacy/record_voice").unwrap_or(true),
            text_only: flag("/conversation_config/conversation/text_only").unwrap_or(false),
            criteria: list("/platform_settings/evaluation/criteria")
                .iter()
                .map(named)
                .collect(),
            collection: config
                .pointer("/platform_settings/data_collection")
                .and_then(Value::as_object)
                .map(|map| {
                    map.iter()
                        .map(|(id, schema)| (id.clone(), schema.clone()))
                        .collect()
                })
                .unwrap_or_default(),
        }
    }
}
