//! The faults of the HTTP API, around every route but the control ones.

use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody, SizedStream, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use bytes::Bytes;
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use super::Kind;
use crate::http::error::request_id;
use crate::mistral;
use crate::world::World;

/// See the module.
///
/// # Errors
/// Only those of the routes inside.
pub async fn apply(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(world) = request.app_data::<web::Data<World>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let path = request.path().to_owned();
    if path.starts_with("/_control") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    if let Some(fault) = world.faults.strike(Kind::Slow, &path) {
        tokio::time::sleep(Duration::from_millis(fault.ms)).await;
    }
    if let Some(fault) = world.faults.strike(Kind::RateLimit, &path) {
        let body = match path.starts_with(mistral::PREFIX) {
            true => mistral::error::envelope("Rate limit exceeded", "rate_limited", "1300"),
            false => error(
                "rate_limit_error",
                "rate_limit_exceeded",
                "Too many requests. Please try again later.",
            ),
        };
        let answer = HttpResponse::TooManyRequests()
            .insert_header((header::RETRY_AFTER, fault.retry_after.to_string()))
            .json(body);
        return Ok(request.into_response(answer));
    }
    if world.faults.strike(Kind::ServerError, &path).is_some() {
        let message = "An internal error occurred.";
        let body = match path.starts_with(mistral::PREFIX) {
            true => mistral::error::envelope(message, "internal_server_error", "3000"),
            false => error("internal_error", "internal_error", message),
        };
        let answer = HttpResponse::InternalServerError().json(body);
        return Ok(request.into_response(answer));
    }
    if world.faults.strike(Kind::Cut, &path).is_some() {
        return Ok(request.into_response(cut()));
    }
    let response = next.call(request).await?.map_into_boxed_body();
    distorted(&world, &path, response).await
}

/// Promises more bytes than it sends.
pub fn cut() -> HttpResponse {
    let first = stream::iter([Ok(Bytes::from_static(b"{\"has_more\": tr"))]);
    // A pause, so that the beginning is on its way before the connection breaks.
    let then = stream::once(async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json");
    answer.body(SizedStream::new(4_096, first.chain(then).boxed_local()))
}

async fn distorted(
    world: &World,
    path: &str,
    response: ServiceResponse<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let wanted = world
        .faults
        .list()
        .iter()
        .any(|fault| matches!(fault.kind, Kind::UnknownFields | Kind::UnknownEnums));
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !wanted || !is_json {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body).await?;
    let bytes = match serde_json::from_slice::<Value>(&bytes) {
        Ok(mut value) => {
            world.faults.distort(&mut value, path);
            Bytes::from(value.to_string())
        }
        Err(_) => bytes,
    };
    head.headers_mut().remove(header::CONTENT_LENGTH);
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(bytes))))
}

fn error(kind: &str, code: &str, message: &str) -> Value {
    json!({"detail": {"type": kind, "code": code, "message": message, "status": code, "request_id": request_id()}})
}
