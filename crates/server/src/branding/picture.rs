//! `GET /brand/{organization}/{file}`: a picture, for whoever knows its address. That holds the digest of its content, so nothing
//! is looked up, and it may be kept for ever.

use super::clean::Kind;
use super::upload::storage_key;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures::TryStreamExt;
use shared::OrganizationId;
use storage::StorageError;

/// Should somebody open it by itself: nothing in it runs or loads.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub async fn send(
    app: web::Data<App>,
    path: web::Path<(OrganizationId, String)>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (organization, file) = path.into_inner();
    let kind = kind(&file).ok_or_else(ApiError::not_found)?;
    let etag = format!("\"{file}\"");
    let known = request.headers().get(header::IF_NONE_MATCH);
    if known.and_then(|known| known.to_str().ok()) == Some(etag.as_str()) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .insert_header((header::CACHE_CONTROL, FOR_EVER))
            .finish());
    }
    let key = storage_key(organization, &file).map_err(|_no_key| ApiError::not_found())?;
    let (info, body) = match app.storage.get_anywhere(&key, None).await {
        Ok(found) => found,
        Err(StorageError::NotFound) => return Err(ApiError::not_found()),
        Err(error) => return Err(ApiError::internal(error)),
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind.content_type()))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, FOR_EVER))
        .insert_header((header::ETAG, etag))
        .body(SizedStream::new(
            info.len,
            body.map_err(|error| -> actix_web::Error { error.into() }),
        )))
}

/// Of a name as we give it.
fn kind(file: &str) -> Option<Kind> {
    let (digest, ending) = file.split_once('.')?;
    let is_digest = digest.len() == 64
        && digest
            .bytes()
            .all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
    Kind::by_ending(ending).filter(|_| is_digest)
}
