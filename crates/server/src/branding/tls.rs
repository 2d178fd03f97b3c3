//! `GET /api/tls/allowed?domain=…`: asked by a proxy such as Caddy (`on_demand_tls`, `ask`) before it gets a certificate for a name
//! that it does not know. 200: it is somebody's; 404: it is nobody's.

use super::host;
use crate::app::App;
use crate::auth::query::Query;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Names that nobody has asked for before, at once; then one in [`REFILL`]. Known ones cost nothing and are not counted.
const BURST: f64 = 50.0;
const REFILL: Duration = Duration::from_millis(200);

#[derive(Deserialize)]
pub struct Asked {
    domain: String,
}

pub async fn allowed(app: web::Data<App>, Query(asked): Query<Asked>) -> ApiResult<HttpResponse> {
    let name = host::name(&asked.domain).ok_or_else(ApiError::not_found)?;
    if !app.brands.knows(&name) {
        take()?;
    }
    let is_platforms = app.config.http.public_url.host_str() == Some(name.as_str());
    if is_platforms || app.brands.at_host(&name).await?.is_some() {
        return Ok(HttpResponse::Ok().finish());
    }
    Err(ApiError::not_found())
}

/// Whoever connects to the proxy makes it ask, with names of his choice: a flood must not become one of queries.
fn take() -> Result<(), ApiError> {
    static BUCKET: Mutex<Option<(f64, Instant)>> = Mutex::new(None);
    let mut bucket = BUCKET.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (tokens, at) = bucket.unwrap_or((BURST, Instant::now()));
    let tokens = (tokens + at.elapsed().as_secs_f64() / REFILL.as_secs_f64()).min(BURST);
    if tokens < 1.0 {
        *bucket = Some((tokens, Instant::now()));
        return Err(ApiError::RateLimited(REFILL));
    }
    *bucket = Some((tokens - 1.0, Instant::now()));
    Ok(())
}
