//! `POST /v1/chat/completions`. Unknown parameters are refused by the vendor, so only those are sent that Mistral and
//! OpenAI share.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Client, Error};

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    pub role: Role,
    pub content: String,
}

/// The shape that an answer must have.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonSchema {
    pub name: &'static str,
    pub schema: Value,
}

/// What to complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub model: String,
    pub messages: Vec<Message>,
    pub max_tokens: u32,
    /// 0 to 1.5; low is dull and the same each time.
    pub temperature: f64,
    pub schema: Option<JsonSchema>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The model that answered, as the vendor names it.
    pub model: String,
    pub text: String,
    /// Why it stopped: `stop`, `length`, …
    pub finish_reason: String,
    pub usage: Usage,
}

impl Answer {
    /// It ran into its limit: the text is cut.
    pub fn is_cut(&self) -> bool {
        matches!(self.finish_reason.as_str(), "length" | "model_length")
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Usage {
    pub prompt_tokens: u32,
    pub completion_tokens: u32,
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    model: String,
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    finish_reason: Option<String>,
    message: Said,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    content: Value,
}

impl Client {
    /// Asks once. See [`Error::may_have_been_done`] before asking again.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn complete(&self, completion: &Completion) -> Result<Answer, Error> {
        let mut body = json!({
            "model": completion.model, "messages": completion.messages, "max_tokens": completion.max_tokens,
            "temperature": completion.temperature,
        });
        if let (Some(schema), Some(body)) = (&completion.schema, body.as_object_mut()) {
            let format = json!({"name": schema.name, "schema": schema.schema, "strict": true});
            body.insert(
                "response_format".into(),
                json!({"type": "json_schema", "json_schema": format}),
            );
        }
        let reply: Reply = self.post(&["v1", "chat", "completions"], &body).await?;
        let choice = reply.choices.into_iter().next();
        let choice = choice.ok_or_else(|| Error::Unreadable("it has no choices".into()))?;
        Ok(Answer {
            model: reply.model,
            text: text(&choice.message.content),
            finish_reason: choice.finish_reason.unwrap_or_default(),
            usage: reply.usage,
        })
    }
}

/// Text, or chunks of which those of type `text` count.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(chunks) => chunks
            .iter()
            .filter(|chunk| chunk.get("type").and_then(Value::as_str) == Some("text"))
            .filter_map(|chunk| chunk.get("text").and_then(Value::as_str))
            .collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together_without_what_was_thought() {
        let content = json!([
            {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
            {"type": "text", "text": "{\"a\""}, {"type": "text", "text": ":1}"}
        ]);
        assert_eq!(text(&content), "{\"a\":1}");
        assert_eq!(text(&Value::Null), "");
    }
}
