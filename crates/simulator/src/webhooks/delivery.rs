//! Sending: signature, the vendor's retry schedule, its record of failures, and the faults of the way.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;

use super::signature::sign;
use crate::faults::Kind;
use crate::rng::Rng;
use crate::sync::{read, write};
use crate::world::workspace::Workspace;
use crate::world::{World, now_secs};

/// Seconds after which the vendor tries again, up to a tenth more by chance.
const RETRIES: [f64; 4] = [30.0, 120.0, 480.0, 1_800.0];
/// Size of one chunk of a recording.
const CHUNK: usize = 16 * 1024;
/// A signature older than this is refused by the vendor's own SDKs.
const STALE_SECS: i64 = 31 * 60;

/// One event on its way to one webhook.
#[derive(Clone)]
pub struct Delivery {
    pub workspace: Arc<Workspace>,
    pub webhook_id: String,
    pub event: &'static str,
    pub body: Bytes,
}

/// Sends an event, with whatever faults are switched on for it.
pub async fn dispatch(world: Arc<World>, delivery: Delivery) {
    let strike = |kind| world.faults.strike(kind, delivery.event);
    if strike(Kind::WebhookLost).is_some() {
        return;
    }
    if let Some(fault) = strike(Kind::WebhookLate) {
        tokio::time::sleep(Duration::from_millis(fault.ms)).await;
    }
    if let Some(fault) = strike(Kind::WebhookOutOfOrder) {
        world.held.lock().await.push(delivery);
        // The next event overtakes it; where none comes, it goes out alone.
        tokio::time::sleep(Duration::from_millis(fault.ms)).await;
        release(&world).await;
        return;
    }
    let copies = if strike(Kind::WebhookDoubled).is_some() {
        2
    } else {
        1
    };
    for _ in 0..copies {
        attempt_all(&world, &delivery).await;
    }
    release(&world).await;
}

async fn release(world: &Arc<World>) {
    let held = std::mem::take(&mut *world.held.lock().await);
    for delivery in held {
        attempt_all(world, &delivery).await;
    }
}

async fn attempt_all(world: &World, delivery: &Delivery) {
    let mut rng = Rng::new(crate::rng::hash(&delivery.webhook_id) ^ delivery.body.len() as u64);
    let mut waits = RETRIES.iter();
    loop {
        let Some(status) = attempt(world, delivery).await else {
            return;
        };
        let may_help = status >= 500 || status == 429 || status == 408;
        let retry = delivery.event == "post_call_transcription" && retry_enabled(delivery);
        match waits.next() {
            Some(wait) if may_help && retry => {
                tokio::time::sleep(world.real(wait * rng.between(1.0, 1.1))).await
            }
            _ => return,
        }
    }
}

fn retry_enabled(delivery: &Delivery) -> bool {
    read(&delivery.workspace.webhooks)
        .iter()
        .any(|webhook| webhook.id == delivery.webhook_id && webhook.retry_enabled)
}

/// One POST; `None` when the webhook is gone or switched off, 503 stands for nobody answering.
async fn attempt(world: &World, delivery: &Delivery) -> Option<u16> {
    let webhook = read(&delivery.workspace.webhooks)
        .iter()
        .find(|webhook| webhook.id == delivery.webhook_id && !webhook.is_disabled)
        .cloned()?;
    let stale = world.faults.strike(Kind::WebhookStale, delivery.event).is_some();
    let forged = world
        .faults
        .strike(Kind::WebhookBadSignature, delivery.event)
        .is_some();
    let timestamp = now_secs() - if stale { STALE_SECS } else { 0 };
    let secret = if forged {
        "another secret"
    } else {
        webhook.secret.as_str()
    };
    let mut request = world
        .outgoing
        .post(&webhook.url)
        .header("content-type", "application/json")
        .header("user-agent", "ElevenLabs/1.0")
        .header("ElevenLabs-Signature", sign(secret, timestamp, &delivery.body));
    for (name, value) in &webhook.request_headers {
        request = request.header(name, value);
    }
    let request = if delivery.event == "post_call_audio" {
        // Without a length, in chunks, as the vendor sends recordings.
        let chunks: Vec<Result<Bytes, std::io::Error>> = delivery
            .body
            .chunks(CHUNK)
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
            .collect();
        request.body(reqwest::Body::wrap_stream(stream::iter(chunks)))
    } else {
        request.body(delivery.body.clone())
    };
    let status = match request.send().await {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => {
            tracing::debug!(webhook.id = %webhook.id, %error, "a webhook was not answered");
            0
        }
    };
    if let Some(webhook) = write(&delivery.workspace.webhooks)
        .iter_mut()
        .find(|webhook| webhook.id == delivery.webhook_id)
    {
        webhook.record(status, now_secs());
    }
    Some(if status == 0 { 503 } else { status })
}
