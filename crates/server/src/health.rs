//! `/health`, `/ready` and `/metrics`.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::middleware::client_ip::is_this_machine;
use actix_web::{HttpRequest, HttpResponse, web};
use db::diesel;
use db::diesel_async::RunQueryDsl;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use secrecy::ExposeSecret;
use serde::Serialize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};
use subtle::ConstantTimeEq;

/// The process runs. Asks nothing of anybody.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// Whether background jobs run in this process. A server without is ready all the same: they may run elsewhere.
#[derive(Default)]
pub struct WorkerState(AtomicU8);

impl WorkerState {
    pub fn set_running(&self, running: bool) {
        self.0.store(if running { 1 } else { 2 }, Ordering::Relaxed);
    }

    fn text(&self) -> &'static str {
        match AtomicU8::load(&self.0, Ordering::Relaxed) {
            0 => "not in this process",
            1 => "running",
            _ => "stopped",
        }
    }
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    database: &'static str,
    /// Requests are served only after the migrations ran.
    migrations: &'static str,
    worker: &'static str,
}

/// Requests can be served: 200, or 503 with the part that is missing.
pub async fn ready(app: web::Data<App>) -> HttpResponse {
    let database = async {
        let mut conn = app.db.connection().await?;
        diesel::sql_query("SELECT 1").execute(&mut conn).await?;
        Ok::<_, db::Error>(())
    };
    let is_up = matches!(
        tokio::time::timeout(std::time::Duration::from_secs(2), database).await,
        Ok(Ok(()))
    );
    let body = Ready {
        status: if is_up { "ready" } else { "not ready" },
        database: if is_up { "ok" } else { "unreachable" },
        migrations: "ok",
        worker: app.worker.text(),
    };
    if is_up {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}

/// Measurements in Prometheus' text format, for this machine or for who knows METRICS_TOKEN.
pub async fn metrics(app: web::Data<App>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let sent = request
        .headers()
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let knows_token = match (&app.config.security.metrics_token, sent) {
        (Some(token), Some(sent)) => token.expose_secret().as_bytes().ct_eq(sent.as_bytes()).into(),
        _ => false,
    };
    if !knows_token && !is_this_machine(&request) {
        return Err(ApiError::not_found());
    }
    let body = recorder().map(PrometheusHandle::render).unwrap_or_default();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(body))
}

/// The process's recorder, installed at the first call. `None` when another one was there before.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    const SECONDS: [f64; 12] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
    ];
    RECORDER
        .get_or_init(|| {
            PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .and_then(|builder| builder.install_recorder())
                .map_err(|error| tracing::warn!(%error, "measurements are off"))
                .ok()
        })
        .as_ref()
}
