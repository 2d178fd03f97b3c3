//! What the agent says to a real client: the lines of a scripted call, one for each thing the client says.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::entry::Entry;
use crate::calls::plan::{Outcome, Wishes};
use crate::calls::script::{Script, Turn};
use crate::calls::{Call, Phase};
use crate::catalogue::Role;
use crate::live::{LiveCall, engine};
use crate::rng::mix;
use crate::sync::lock;
use crate::world::{World, now_secs};

/// A conversation with a real client.
pub struct Talk {
    pub world: Arc<World>,
    pub live: Arc<LiveCall>,
    started: Instant,
    agent_lines: std::vec::IntoIter<String>,
    user_lines: std::vec::IntoIter<String>,
    text_only: bool,
}

impl Talk {
    /// Starts the call and makes it known to lists and monitors.
    pub fn begin(world: &Arc<World>, entry: &Entry, user_id: Option<String>, text_only: bool) -> Self {
        let now = now_secs();
        let seed = mix(&[world.options.seed, 32, world.next_number(), now.unsigned_abs()]);
        let wishes = Wishes {
            outcome: Some(Outcome::Success),
            ..Wishes::default()
        };
        let mut profile = (*entry.agent.profile()).clone();
        profile.text_only |= text_only;
        // A browser calls, not a telephone.
        profile.outbound_share = 0.0;
        let mut call = Call::plan(seed, now, Arc::new(profile), &world.catalogue, &wishes);
        call.channel = crate::calls::plan::Channel::JsSdk;
        let script = Script::write(&call, &world.catalogue);
        let lines = |role: Role| {
            let said = script
                .turns
                .iter()
                .filter(move |turn| turn.role == role)
                .filter_map(|turn| turn.text.clone());
            said.collect::<Vec<_>>().into_iter()
        };
        let (agent_lines, user_lines) = (lines(Role::Agent), lines(Role::User));
        if let Some(id) = &entry.conversation_id {
            call.id.clone_from(id);
        }
        call.user_id = user_id;
        _ = call.spoken.set(Mutex::default());
        call.progress.enter(Phase::InProgress);
        let text_only = call.profile.text_only;
        let live = LiveCall::new(Arc::new(call));
        engine::enlist(&entry.workspace, &live);
        Self {
            world: Arc::clone(world),
            live,
            started: Instant::now(),
            agent_lines,
            user_lines,
            text_only,
        }
    }

    /// The first frame.
    pub fn metadata(&self) -> Value {
        json!({"type": "conversation_initiation_metadata", "conversation_initiation_metadata_event": {
            "conversation_id": self.live.call.id, "agent_output_audio_format": "pcm_16000", "user_input_audio_format": "pcm_16000"}})
    }

    /// What the agent says next, which is nothing while a person answers in its place; `None` when the conversation is over.
    pub fn answer(&mut self) -> Option<Vec<Value>> {
        if self.live.is_taken_over() {
            return Some(Vec::new());
        }
        let text = self.agent_lines.next()?;
        let text = self.live.hinted(&text).unwrap_or(text);
        let id = self.live.event_id();
        let response = json!({"type": "agent_response", "agent_response_event": {"agent_response": text, "event_id": id}});
        self.live.publish(response.clone());
        self.note(Role::Agent, &text);
        Some(self.frames(id, &text, response))
    }

    /// As a client gets them.
    pub fn frames(&self, id: i64, text: &str, response: Value) -> Vec<Value> {
        let part = |kind: &str, text: &str| json!({"type": "agent_chat_response_part", "text_response_part": {"text": text, "type": kind, "event_id": id}});
        let mut frames = vec![part("start", ""), part("delta", text), part("stop", ""), response];
        if !self.text_only {
            let sound = self.world.speech.pcm(&self.live.call.language, text);
            frames.push(json!({"type": "audio", "audio_event": {"audio_base_64": STANDARD.encode(sound), "event_id": id}}));
        }
        frames
    }

    /// What the client wrote.
    pub fn wrote(&self, text: &str) {
        self.heard(text);
    }

    /// What the client spoke: nobody listens here, so a line of the script is taken for it.
    pub fn spoke(&mut self) -> Value {
        let text = self.user_lines.next().unwrap_or_else(|| "...".to_owned());
        self.heard(&text)
    }

    fn heard(&self, text: &str) -> Value {
        let event = json!({"type": "user_transcript", "user_transcription_event": {"user_transcript": text, "event_id": self.live.event_id()}});
        self.live.publish(event.clone());
        self.note(Role::User, text);
        event
    }

    fn note(&self, role: Role, text: &str) {
        let after = self
            .live
            .call
            .spoken
            .get()
            .and_then(|spoken| lock(spoken).last().map(|turn| turn.at + turn.len))
            .unwrap_or(0.0);
        let at = self.started.elapsed().as_secs_f64().max(after);
        let len = 0.7 + text.chars().count() as f64 / 14.0;
        self.live.keep(&Turn {
            role,
            text: Some(text.to_owned()),
            tool: None,
            at,
            len,
            interrupted: false,
        });
    }
}

/// The first override that the agent does not allow; overrides are refused unless their flag is on.
pub fn refused_override(given: &Value, allowed: &Value) -> Option<String> {
    let map = given.as_object()?;
    map.iter()
        .find_map(|(name, value)| match (value, allowed.get(name)) {
            (Value::Null, _) => None,
            // The Python SDK's text mode sends this flag a level too high; the vendor takes it.
            (Value::Bool(_), None) if name == "text_only" => None,
            // Which events a client wants is not a property of the agent.
            _ if name == "client_events" => None,
            (Value::Object(inner), Some(allowed)) if allowed.is_object() && !inner.is_empty() => {
                refused_override(value, allowed)
            }
            (Value::Object(inner), _) if inner.is_empty() => None,
            (_, Some(Value::Bool(true))) => None,
            _ => Some(name.clone()),
        })
}
