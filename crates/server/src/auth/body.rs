//! JSON bodies.

use crate::error::ApiError;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use shared::ErrorCode;

/// Largest body of a JSON request, in bytes.
pub const LIMIT: usize = 1024 * 1024;

/// A body of `application/json`. What can not be read is refused as `malformed_request`, naming the path.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // A form of another site can not send this type without asking the browser first.
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|mime| mime.trim().eq_ignore_ascii_case("application/json"));
        let body = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(malformed("Send the body as application/json"));
            }
            let body = body.await.map_err(ApiError::internal)?;
            let bytes = match body.to_bytes_limited(LIMIT).await {
                Ok(Ok(bytes)) => bytes,
                Ok(Err(error)) => return Err(malformed(format!("The body could not be read: {error}"))),
                Err(_over_limit) => return Err(too_large()),
            };
            let mut reader = serde_json::Deserializer::from_slice(&bytes);
            let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
                match error.path().to_string().as_str() {
                    "." => malformed(error.inner().to_string()),
                    path => malformed(format!("{path}: {}", error.inner())),
                }
            })?;
            reader.end().map_err(|error| malformed(error.to_string()))?;
            Ok(Self(value))
        })
    }
}

fn malformed(detail: impl Into<String>) -> ApiError {
    ApiError::because(ErrorCode::MalformedRequest, detail)
}

fn too_large() -> ApiError {
    ApiError::because(ErrorCode::TooLarge, format!("At most {LIMIT} bytes"))
}
