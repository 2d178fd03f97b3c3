//! Reading a delivery that has been found genuine.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{AudioPayload, CallInitiationFailure};
use crate::conversations::Conversation;
use crate::{Error, lenient, request};

/// A delivery's kind and keys, read without decoding the rest (a transcript or tens of megabytes of
/// sound). The kind, the conversation and the time make up the key that finds repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// As the vendor writes it, such as `post_call_transcription`.
    pub kind: Cow<'a, str>,
    pub event_at: Option<DateTime<Utc>>,
    /// Absent in deliveries that are about no conversation.
    pub conversation_id: Option<Cow<'a, str>>,
    pub agent_id: Option<Cow<'a, str>>,
}

impl<'a> Envelope<'a> {
    /// # Errors
    /// [`Error::Decode`] for what is not a JSON object with a `type`.
    pub fn read(body: &'a [u8]) -> Result<Self, Error> {
        Wire::read(body).map(|wire| wire.envelope())
    }
}

/// What a delivery says. Audio borrows from the body; see [`AudioPayload`].
#[derive(Debug)]
pub enum Event<'a> {
    /// The whole conversation, as the REST detail has it.
    PostCallTranscription(Box<Conversation>),
    /// The same as OpenTelemetry traces: somebody switched the workspace's format. Fetch the
    /// conversation instead.
    PostCallTranscriptionOtel {
        conversation_id: String,
    },
    PostCallAudio(AudioPayload<'a>),
    CallInitiationFailure(CallInitiationFailure),
    /// A kind that this version does not know; nothing to fail about.
    Unknown {
        kind: String,
    },
}

impl<'a> Event<'a> {
    /// # Errors
    /// [`Error::Decode`] for what is not JSON and for a known kind without its ids.
    pub fn read(body: &'a [u8]) -> Result<Self, Error> {
        let wire = Wire::read(body)?;
        Ok(match wire.kind.as_ref() {
            "post_call_transcription" => Self::PostCallTranscription(Box::new(wire.data()?)),
            "post_call_transcription_otel" => {
                let ids: OtelIds = wire.data()?;
                Self::PostCallTranscriptionOtel {
                    conversation_id: ids.conversation_id,
                }
            }
            "post_call_audio" => Self::PostCallAudio(AudioPayload::read(wire.raw_data()?)?),
            "call_initiation_failure" => Self::CallInitiationFailure(wire.data()?),
            kind => Self::Unknown {
                kind: kind.to_owned(),
            },
        })
    }
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default, rename = "event_timestamp", with = "lenient::unix")]
    event_at: Option<DateTime<Utc>>,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ids<'a> {
    #[serde(borrow)]
    conversation_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    agent_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct OtelIds {
    conversation_id: String,
}

impl<'a> Wire<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Error> {
        serde_json::from_slice(body).map_err(|error| unreadable("type", &error))
    }

    fn envelope(self) -> Envelope<'a> {
        let ids: Ids<'a> = self
            .data
            .and_then(|data| serde_json::from_str(data.get()).ok())
            .unwrap_or_default();
        Envelope {
            kind: self.kind,
            event_at: self.event_at,
            conversation_id: ids.conversation_id,
            agent_id: ids.agent_id,
        }
    }

    fn raw_data(&self) -> Result<&'a str, Error> {
        self.data.map(RawValue::get).ok_or_else(|| Error::Decode {
            path: "data".into(),
            reason: "missing".into(),
            excerpt: String::new(),
        })
    }

    fn data<T: DeserializeOwned>(&self) -> Result<T, Error> {
        request::decode(self.raw_data()?.as_bytes())
    }
}

pub(super) fn unreadable(path: &str, error: &serde_json::Error) -> Error {
    Error::Decode {
        path: path.into(),
        reason: error.to_string(),
        excerpt: String::new(),
    }
}

/// Lets a job that stored the body as JSON read it again.
impl Event<'_> {
    /// As [`Event::read`], but for a transcription that was already parsed.
    ///
    /// # Errors
    /// [`Error::Decode`] where the ids are missing.
    pub fn transcription_from(data: Value) -> Result<Box<Conversation>, Error> {
        serde_json::from_value(data)
            .map(Box::new)
            .map_err(|error| unreadable("data", &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::ConversationStatus;

    #[test]
    fn a_transcription_is_read_like_the_rest_detail_with_fields_missing_or_new() {
        let body = br#"{"type":"post_call_transcription","event_timestamp":1739537297,"new":1,"data":{
            "agent_id":"agent_1","conversation_id":"conv_1","status":"done","user_id":null,"later":{"x":[]},
            "transcript":[{"role":"agent","message":"Hi","time_in_call_secs":0,"tool_calls":null}],
            "metadata":{"start_time_unix_secs":1739537297,"call_duration_secs":22,"cost":296,"cost_fiat":0.0123},
            "analysis":{"evaluation_criteria_results":{"c":{"criteria_id":"c","result":"success","rationale":"r"}},
              "call_successful":"success","transcript_summary":"Said hi."}}}"#;
        let envelope = Envelope::read(body).unwrap();
        assert_eq!(envelope.kind, "post_call_transcription");
        assert_eq!(envelope.conversation_id.as_deref(), Some("conv_1"));
        let Event::PostCallTranscription(conversation) = Event::read(body).unwrap() else {
            panic!()
        };
        assert_eq!(conversation.detail.status, ConversationStatus::Done);
        assert_eq!(
            conversation.detail.metadata.cost_fiat,
            Some(crate::UsdMicros(12_300))
        );
        assert_eq!(conversation.detail.transcript[0].message.as_deref(), Some("Hi"));
        assert!(conversation.detail.analysis.unwrap().criteria.contains_key("c"));
        assert!(conversation.raw.get("later").is_some());
    }

    #[test]
    fn unknown_kinds_are_kept_and_no_failure() {
        let body = br#"{"type":"answering_machine_detection","data":{"conversation_id":7}}"#;
        assert!(
            matches!(Event::read(body), Ok(Event::Unknown { kind }) if kind == "answering_machine_detection")
        );
        assert_eq!(Envelope::read(body).unwrap().conversation_id, None);
        assert!(matches!(
            Event::read(br#"{"type":"flows"}"#),
            Ok(Event::Unknown { .. })
        ));
    }

    #[test]
    fn broken_bodies_are_errors_and_never_panics() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"type":"post_call_transcription"}"#,
            r#"{"type":"post_call_transcription","data":{"agent_id":"a"}}"#,
            r#"{"type":"post_call_audio","data":{"conversation_id":"c"}}"#,
            "{\"type\":\"\u{0}",
        ] {
            assert!(
                matches!(Event::read(body.as_bytes()), Err(Error::Decode { .. })),
                "{body}"
            );
        }
    }

    #[test]
    fn the_otel_form_still_names_its_conversation() {
        let body = br#"{"type":"post_call_transcription_otel","data":{"conversation_id":"c","agent_id":"a","otlp_traces":{}}}"#;
        assert!(
            matches!(Event::read(body), Ok(Event::PostCallTranscriptionOtel { conversation_id }) if conversation_id == "c")
        );
    }
}
