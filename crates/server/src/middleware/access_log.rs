//! One line and one measurement a request. The route, not the path: ids would make a series each. No query: it may
//! hold what people searched for.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use std::time::Instant;

pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let is_api = request.path().starts_with("/api/");
    let method = request.method().clone();
    let reply = next.call(request).await?;
    let elapsed = begun.elapsed();
    let status = reply.status().as_u16();
    let route = reply
        .request()
        .match_pattern()
        .filter(|pattern| !pattern.is_empty());
    let route = route.unwrap_or_else(|| if is_api { "unknown" } else { "page" }.to_owned());
    // Counted for each known method; a client can invent any number of others.
    let counted = if matches!(
        method.as_str(),
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"
    ) {
        method.to_string()
    } else {
        "other".to_owned()
    };
    metrics::histogram!("http_request_seconds", "route" => route.clone(), "method" => counted, "status" => status.to_string())
        .record(elapsed);
    let request_id = super::request_id::current();
    let milliseconds = elapsed.as_secs_f64() * 1000.0;
    tracing::info!(
        { http.method = %method, http.route = %route, http.status = status, duration.ms = milliseconds, request.id = request_id },
        "request"
    );
    Ok(reply)
}
