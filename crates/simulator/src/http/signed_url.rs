//! Ways into a conversation for a browser: signed URL and WebRTC token.

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::auth::{Caller, Stack};
use super::error::ApiError;
use super::query::Query;
use crate::rng::{Rng, mix};
use crate::sync::write;
use crate::world::now_secs;

/// The vendor's time limit for opening the socket, in seconds.
pub const LIFETIME_SECS: i64 = 15 * 60;

/// A token that was given out.
#[derive(Debug, Clone)]
pub struct Signed {
    pub token: String,
    pub agent_id: String,
    pub made: i64,
    /// Known beforehand when it was asked for; then the URL works once.
    pub conversation_id: Option<String>,
}

/// `GET /v1/convai/conversation/get-signed-url` (and the older spelling with underscores)
pub async fn signed_url(
    request: HttpRequest,
    caller: Caller,
    query: Query,
) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let agent_id = query.required("agent_id")?;
    caller
        .workspace
        .agent(&agent_id)
        .ok_or_else(|| ApiError::agent_not_found(&agent_id))?;
    let seed = mix(&[
        caller.world.options.seed,
        22,
        caller.world.next_number(),
        now_secs().unsigned_abs(),
    ]);
    let mut rng = Rng::new(seed);
    let token = format!("cvtkn_{}", rng.letters(26));
    let with_id = query.flag("include_conversation_id")?.unwrap_or(false);
    let conversation_id = with_id.then(|| format!("conv_{:04}k{}", rng.below(10_000), rng.letters(23)));
    let base = match request
        .app_data::<web::Data<Stack>>()
        .map(|stack| *stack.get_ref())
    {
        Some(Stack::Residency) => caller.world.residency_base_url.get(),
        _ => caller.world.base_url.get(),
    };
    let socket = base
        .map(|base| base.replacen("http", "ws", 1))
        .unwrap_or_default();
    let mut url =
        format!("{socket}/v1/convai/conversation?agent_id={agent_id}&conversation_signature={token}");
    if let Some(id) = &conversation_id {
        url.push_str(&format!("&conversation_id={id}"));
    }
    write(&caller.world.signed).push(Signed {
        token,
        agent_id,
        made: now_secs(),
        conversation_id,
    });
    Ok(HttpResponse::Ok().json(json!({"signed_url": url})))
}

/// `GET /v1/convai/conversation/token`: shaped like a JWT; no media server stands behind it.
pub async fn token(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let agent_id = query.required("agent_id")?;
    caller
        .workspace
        .agent(&agent_id)
        .ok_or_else(|| ApiError::agent_not_found(&agent_id))?;
    let mut rng = Rng::new(mix(&[caller.world.options.seed, 23, caller.world.next_number()]));
    let conversation_id = format!("conv_{:04}k{}", rng.below(10_000), rng.letters(23));
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!(
        "{}.{}.{}",
        part(json!({"alg": "HS256", "typ": "JWT"})),
        part(
            json!({"sub": query.text("participant_name").unwrap_or_else(|| "user".to_owned()), "exp": now_secs() + LIFETIME_SECS,
            "video": {"room": conversation_id, "roomJoin": true}})
        ),
        rng.letters(43)
    );
    Ok(HttpResponse::Ok().json(json!({"token": token, "conversation_id": conversation_id})))
}
