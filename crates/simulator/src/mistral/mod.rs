//! Mistral below `/mistral`: chat completions and models. The prefix is needed because both vendors have a `/v1/models`;
//! for a client it is part of the base URL.
//!
//! `check` reads a request as strictly as the vendor does, `summary` and `sample` make the answer, `stream` sends it in
//! pieces, `ledger` remembers what was asked, so that a test can count.

pub mod chat;
mod check;
pub mod error;
pub mod ledger;
pub mod models;
mod sample;
mod stream;
mod summary;
mod words;

use actix_web::HttpRequest;
use actix_web::http::header;
use error::MistralError;

/// The one key.
pub const KEY: &str = "mistral_simulator_key_51c0";

/// Where it lies.
pub const PREFIX: &str = "/mistral";

/// # Errors
/// 401 for a missing or unknown key.
fn recognise(request: &HttpRequest) -> Result<(), MistralError> {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match given {
        Some(KEY) => Ok(()),
        _ => Err(MistralError::Unauthorized),
    }
}
