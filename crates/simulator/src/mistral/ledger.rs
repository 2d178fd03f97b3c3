//! What was asked of Mistral, so that a test can tell that nothing was asked twice.

use std::collections::HashMap;
use std::sync::Mutex;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::rng::hash;
use crate::sync::lock;
use crate::world::World;

/// Completions that were carried out; refused ones do not count.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    completions: u64,
    input_tokens: u64,
    output_tokens: u64,
    /// By what was asked: all messages.
    asked: HashMap<u64, u64>,
    last: Value,
}

impl Ledger {
    pub fn note(&self, request: &Value, input_tokens: usize, output_tokens: usize) {
        let mut kept = lock(&self.0);
        let messages = request.get("messages").map(Value::to_string).unwrap_or_default();
        *kept.asked.entry(hash(&messages)).or_default() += 1;
        kept.completions += 1;
        kept.input_tokens += input_tokens as u64;
        kept.output_tokens += output_tokens as u64;
        kept.last = request.clone();
    }

    pub fn clear(&self) {
        *lock(&self.0) = Kept::default();
    }
}

/// `GET /_control/mistral`: base URL, key, and what was asked so far.
pub async fn show(world: web::Data<World>) -> HttpResponse {
    let kept = lock(&world.mistral.0);
    let base = world
        .base_url
        .get()
        .map(|url| format!("{url}{}", super::PREFIX))
        .unwrap_or_default();
    HttpResponse::Ok().json(json!({
        "base_url": base, "api_key": super::KEY, "completions": kept.completions, "different": kept.asked.len(),
        "most_of_one": kept.asked.values().max().copied().unwrap_or(0),
        "input_tokens": kept.input_tokens, "output_tokens": kept.output_tokens, "last": kept.last,
    }))
}
