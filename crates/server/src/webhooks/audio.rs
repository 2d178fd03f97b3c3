//! A recording that came as an event.

use crate::app::App;
use crate::calls::recording::keep::{self, KeepError, Sound, Source};
use crate::calls::recording::key::CallKey;
use crate::calls::recording::state;
use crate::calls::recording_job;
use crate::calls::store::{erased, place, words};
use crate::connections::ConnectionHandle;
use elevenlabs::webhook::AudioPayload;
use futures::StreamExt;
use jobs::JobError;
use shared::call::{RecordingState, RecordingTier};
use std::time::Duration;

/// The transcription may come after the sound; until it has, there is no row to hang it on.
const NEXT_LOOK: Duration = Duration::from_secs(5);

/// Decodes the sound piece by piece into storage. `false`: its call was erased, or a rule removed its sound, and it is not kept.
pub async fn store(
    app: &App,
    connection: &ConnectionHandle,
    sound: &AudioPayload<'_>,
) -> Result<bool, JobError> {
    let id = words::clean(&sound.conversation_id);
    let Some(stored) = place::stored(app, connection.id, std::slice::from_ref(&id))
        .await?
        .remove(&id)
    else {
        if !erased::among(app, connection.id, std::slice::from_ref(&id))
            .await?
            .is_empty()
        {
            return Ok(false);
        }
        return Err(JobError::retry_after(
            anyhow::anyhow!("the sound came before its call"),
            NEXT_LOOK,
        ));
    };
    if recording_job::state(app, &stored.call).await? == Some(RecordingState::Available) {
        return Ok(true);
    }
    let call = CallKey {
        organization: stored.call.organization,
        started_at: stored.call.started_at,
        id: stored.call.id,
    };
    if erased::sound_removed(app, call).await? {
        return Ok(false);
    }
    // Collected first: the stream must not borrow from the delivery. Pieces are small, and the body is dropped after.
    let pieces: Vec<_> = sound
        .chunks()
        .map(|piece| piece.map_err(std::io::Error::other))
        .collect();
    let sound = Sound {
        content_type: "audio/mpeg".to_owned(),
        len: Some(sound.decoded_len()),
        body: futures::stream::iter(pieces).boxed(),
        source: Source::Webhook,
    };
    match keep::keep(app, call, sound).await {
        Ok(_) => Ok(true),
        // Sending it again brings nothing else. The API may have the sound: its job has the last word.
        Err(KeepError::NoSound(reason)) => {
            let reason = format!("What the webhook brought is no recording: {reason}");
            state::miss(app, call, RecordingTier::Provider, &reason).await?;
            Ok(true)
        }
        Err(error) => Err(error.into()),
    }
}
