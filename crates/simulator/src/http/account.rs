//! `/v1/user`, `/v1/user/subscription`, `/v1/models`.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::auth::Caller;
use super::error::ApiError;
use crate::rng::{Rng, hash};
use crate::sync::read;
use crate::world::merge;

/// `GET /v1/user`
pub async fn user(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.need("user_read")?;
    let tail = caller
        .key
        .secret
        .get(caller.key.secret.len().saturating_sub(4)..)
        .unwrap_or_default();
    Ok(HttpResponse::Ok().json(json!({
        "user_id": format!("user_{}", Rng::new(hash(&caller.workspace.id)).letters(24)),
        "subscription": subscription_body(&caller),
        "workspace_id": caller.workspace.id,
        "is_new_user": false,
        "can_use_delayed_payment_methods": false,
        "is_onboarding_completed": true,
        "is_onboarding_checklist_completed": true,
        "show_compliance_terms": false,
        "first_name": caller.workspace.title,
        "is_api_key_hashed": true,
        "xi_api_key_preview": format!("…{tail}"),
        "referral_link_code": null,
        "partnerstack_partner_default_link": null,
        "created_at": caller.workspace.created,
        "seat_type": "workspace_admin",
    })))
}

/// `GET /v1/user/subscription`
pub async fn subscription(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.need("user_read")?;
    let mut body = subscription_body(&caller);
    merge::deep(
        &mut body,
        json!({
            "next_invoice": null, "open_invoices": [], "has_open_invoices": false, "pending_change": null,
            "has_used_starter_coupon_on_account": false, "has_used_creator_coupon_on_account": false,
        }),
    );
    Ok(HttpResponse::Ok().json(body))
}

fn subscription_body(caller: &Caller) -> Value {
    let month = 30 * 86_400;
    let now = crate::world::now_secs();
    let reset = now - now.rem_euclid(month) + month;
    let used: i64 = read(&caller.workspace.calls)
        .walk(None, true)
        .take_while(|call| call.start > reset - month)
        .map(|call| call.seconds() * 8)
        .sum();
    json!({
        "tier": "pro",
        "character_count": used,
        "character_limit": 2_000_000,
        "max_character_limit_extension": null,
        "max_credit_limit_extension": "unlimited",
        "can_extend_character_limit": true,
        "allowed_to_extend_character_limit": true,
        "next_character_count_reset_unix": reset,
        "voice_slots_used": 3,
        "professional_voice_slots_used": 0,
        "professional_voice_slots_used_in_workspace": 0,
        "voice_limit": 160,
        "max_voice_add_edits": 290,
        "voice_add_edit_counter": 5,
        "professional_voice_limit": 1,
        "can_extend_voice_limit": false,
        "can_use_instant_voice_cloning": true,
        "can_use_professional_voice_cloning": true,
        "currency": "usd",
        "current_overage": {"amount": "0", "currency": "usd"},
        "status": "active",
        "billing_period": "monthly_period",
        "character_refresh_period": "monthly_period",
    })
}

/// `GET /v1/models`: a bare array.
pub async fn models(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.need("models_read")?;
    let languages = [
        ("en", "English"),
        ("de", "German"),
        ("es", "Spanish"),
        ("fr", "French"),
        ("pt", "Portuguese"),
    ];
    let model = |id: &str, name: &str, description: &str, factor: f64, only_english: bool| {
        let spoken = languages.iter().filter(|(id, _)| !only_english || *id == "en");
        json!({
            "model_id": id, "name": name, "can_be_finetuned": false, "can_do_text_to_speech": true, "can_do_voice_conversion": false,
            "can_use_style": false, "can_use_speaker_boost": true, "serves_pro_voices": false, "token_cost_factor": factor,
            "description": description, "requires_alpha_access": false, "max_characters_request_free_user": 10_000,
            "max_characters_request_subscribed_user": 40_000, "maximum_text_length_per_request": 40_000,
            "languages": spoken.map(|(id, name)| json!({"language_id": id, "name": name})).collect::<Vec<_>>(),
            "model_rates": {"character_cost_multiplier": factor, "cost_discount_multiplier": 1.0},
            "concurrency_group": if factor < 1.0 { "turbo" } else { "standard" },
        })
    };
    Ok(HttpResponse::Ok().json([
        model(
            "eleven_multilingual_v2",
            "Eleven Multilingual v2",
            "Life-like, emotionally rich, 29 languages.",
            1.0,
            false,
        ),
        model(
            "eleven_flash_v2_5",
            "Eleven Flash v2.5",
            "Ultra low latency in 32 languages.",
            0.5,
            false,
        ),
        model(
            "eleven_flash_v2",
            "Eleven Flash v2",
            "Ultra low latency, English only.",
            0.5,
            true,
        ),
        model(
            "eleven_turbo_v2_5",
            "Eleven Turbo v2.5",
            "Low latency in 32 languages.",
            0.5,
            false,
        ),
        model(
            "eleven_v3_conversational",
            "Eleven v3 Conversational",
            "Expressive speech for agents.",
            1.0,
            false,
        ),
    ]))
}
