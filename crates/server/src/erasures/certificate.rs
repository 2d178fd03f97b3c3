//! `GET /api/erasures/{id}/certificate`: what was erased, as a file, without what it said.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};
use shared::erasure::Certificate;
use shared::permission::needs;
use shared::{ErasureId, ErrorCode};

pub async fn download(
    app: web::Data<App>,
    caller: Caller<needs::CallsDelete>,
    id: web::Path<ErasureId>,
) -> ApiResult<HttpResponse> {
    let id = *id;
    let erasure = app
        .db
        .tenant(caller.scope(), async move |conn| row::one(conn, id).await)
        .await?;
    let certificate = erasure.certificate.ok_or_else(|| {
        ApiError::because(
            ErrorCode::Conflict,
            "There is no certificate before everything is erased",
        )
    })?;
    let name = format!("erasure-{}.json", certificate.number);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .json(certificate))
}

/// SHA-256, hexadecimal, of a certificate's JSON with an empty digest.
///
/// # Errors
/// When it does not serialize, which the contract's types always do.
pub(super) fn digest(certificate: &Certificate) -> Result<String, serde_json::Error> {
    let plain = Certificate {
        digest: String::new(),
        ..certificate.clone()
    };
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(&plain)?)))
}
