//! What we tell the vendor about an agent.

use serde::Serialize;
use serde_json::Value;

use crate::Error;

/// A new agent; whatever the configuration leaves out, the vendor fills in.
#[derive(Debug, Clone, Serialize)]
pub struct NewAgent {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// An object, possibly empty; fields as in the vendor's `ConversationalConfigAPIModel`.
    pub conversation_config: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_settings: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Value>,
}

impl NewAgent {
    /// An agent with the vendor's defaults.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            tags: Vec::new(),
            conversation_config: Value::Object(serde_json::Map::new()),
            platform_settings: None,
            workflow: None,
        }
    }
}

/// A change of an agent; what is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AgentPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_settings: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_description: Option<String>,
}

pub(crate) fn to_body<T: Serialize>(body: &T) -> Result<Value, Error> {
    serde_json::to_value(body).map_err(|error| Error::Configuration(format!("unwritable request: {error}")))
}
