//! Voices, in the first and the second version of the API.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::auth::Caller;
use super::error::ApiError;
use super::query::Query;
use crate::catalogue::VoiceSeed;

fn voice(seed: &VoiceSeed) -> Value {
    json!({
        "voice_id": seed.voice_id, "name": seed.name, "samples": null, "category": "premade",
        "fine_tuning": {"is_allowed_to_fine_tune": false, "state": {}, "verification_failures": [], "verification_attempts_count": 0,
            "manual_verification_requested": false, "language": null, "progress": {}, "message": {}, "dataset_duration_seconds": null,
            "verification_attempts": null, "slice_ids": null, "manual_verification": null, "max_verification_attempts": null,
            "next_max_verification_attempts_reset_unix_ms": null},
        "labels": {"gender": seed.gender, "accent": seed.accent, "language": seed.language, "age": "middle_aged", "use_case": "conversational"},
        "description": seed.description, "preview_url": null, "available_for_tiers": [],
        "settings": {"stability": 0.5, "use_speaker_boost": true, "similarity_boost": 0.75, "style": 0.0, "speed": 1.0},
        "sharing": null, "high_quality_base_model_ids": ["eleven_multilingual_v2", "eleven_flash_v2_5"],
        "verified_languages": [{"language": seed.language, "model_id": "eleven_flash_v2_5", "accent": seed.accent, "locale": null, "preview_url": null}],
        "collection_ids": null, "safety_control": null, "voice_verification": null, "permission_on_resource": null,
        "is_owner": false, "is_legacy": false, "is_mixed": false, "favorited_at_unix": null, "created_at_unix": null,
        "is_bookmarked": null, "recording_quality": null, "labelling_status": null, "recording_quality_reason": null,
    })
}

/// `GET /v1/voices`
pub async fn list(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.need("voices_read")?;
    let voices: Vec<Value> = caller.world.catalogue.voices.iter().map(voice).collect();
    Ok(HttpResponse::Ok().json(json!({ "voices": voices })))
}

/// `GET /v1/voices/{id}`
pub async fn get(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("voices_read")?;
    let found = caller
        .world
        .catalogue
        .voices
        .iter()
        .find(|known| known.voice_id == *id);
    // This path still answers in the older shape.
    let missing = || ApiError::Legacy {
        status: actix_web::http::StatusCode::NOT_FOUND,
        code: "voice_not_found",
        message: format!("A voice with the voice_id {id} was not found."),
    };
    Ok(HttpResponse::Ok().json(voice(found.ok_or_else(missing)?)))
}

/// `GET /v2/voices`: pages of ten by `next_page_token`, with a total.
pub async fn search(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("voices_read")?;
    let size = usize::try_from(query.int_between("page_size", 1, 100)?.unwrap_or(10)).unwrap_or(10);
    let words = query.text("search").map(|words| words.to_lowercase());
    let (gender, ids, languages) = (
        query.text("gender"),
        query.all("voice_ids"),
        query.all("language"),
    );
    let mut voices: Vec<&VoiceSeed> = caller
        .world
        .catalogue
        .voices
        .iter()
        .filter(|voice| {
            words.as_deref().is_none_or(|words| {
                format!("{} {}", voice.name, voice.description)
                    .to_lowercase()
                    .contains(words)
            })
        })
        .filter(|voice| gender.as_deref().is_none_or(|gender| gender == voice.gender))
        .filter(|voice| ids.is_empty() || ids.contains(&voice.voice_id))
        .filter(|voice| languages.is_empty() || languages.contains(&voice.language))
        .collect();
    if query.text("sort").as_deref() == Some("name") {
        voices.sort_by(|left, right| left.name.cmp(&right.name));
        if query.text("sort_direction").as_deref() == Some("desc") {
            voices.reverse();
        }
    }
    let start = match query.text("next_page_token") {
        Some(token) => super::cursor::open(&token)?.parse().unwrap_or(0),
        None => 0_usize,
    };
    let page: Vec<Value> = voices
        .iter()
        .skip(start)
        .take(size)
        .map(|seed| voice(seed))
        .collect();
    let has_more = start + page.len() < voices.len();
    Ok(HttpResponse::Ok().json(json!({
        "voices": page, "has_more": has_more, "total_count": voices.len(),
        "next_page_token": has_more.then(|| super::cursor::seal(&(start + size).to_string())),
    })))
}
