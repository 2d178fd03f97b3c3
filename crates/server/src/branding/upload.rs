//! `PUT` and `DELETE /api/branding/pictures/{picture}`: the body is the file.

use super::{clean, erase::EraseBrandPictures, show, update};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::http::header;
use actix_web::{HttpRequest, web};
use bytes::Bytes;
use chrono::Utc;
use db::audit::{self, Entry};
use db::partitions::Partitioned;
use serde_json::json;
use shared::branding::{Branding, LARGEST_PICTURE, Picture};
use shared::permission::{Requires, needs};
use shared::{FieldError, OrganizationId};
use storage::{ContentType, StorageKey, byte_stream};

/// What it is, its content says; the request's own type is not believed. Stored before the row that shows it, so that no page
/// asks for what is not there.
pub async fn put(
    app: web::Data<App>,
    caller: Caller<needs::BrandingEdit>,
    path: web::Path<String>,
    request: HttpRequest,
    body: web::Payload,
) -> ApiResult<web::Json<Branding>> {
    let picture = Picture::parse(&path).ok_or_else(ApiError::not_found)?;
    let bytes = read(picture, &request, body).await?;
    let organization = caller.organization();
    let file = keep_picture(&app, organization, picture, bytes).await?;
    let entry = entry(
        &caller,
        "branding.picture_set",
        json!({ "picture": picture, "file": file }),
    );
    change(&app, caller.scope(), organization, picture, Some(file), entry).await
}

/// The picture of the organization above is shown again.
pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::BrandingEdit>,
    path: web::Path<String>,
) -> ApiResult<web::Json<Branding>> {
    let picture = Picture::parse(&path).ok_or_else(ApiError::not_found)?;
    let organization = caller.organization();
    let entry = entry(&caller, "branding.picture_removed", json!({ "picture": picture }));
    change(&app, caller.scope(), organization, picture, None, entry).await
}

async fn change(
    app: &App,
    scope: db::Scope,
    organization: OrganizationId,
    picture: Picture,
    file: Option<String>,
    entry: Entry<'static>,
) -> ApiResult<web::Json<Branding>> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let changed = app
        .db
        .tenant::<_, ApiError, _>(scope, async move |conn| {
            let gone = update::set_picture(conn, organization, picture, file).await?;
            EraseBrandPictures::queue(conn, organization, gone.into_iter().collect()).await?;
            audit::record(conn, entry).await?;
            show::load(conn, organization).await
        })
        .await?;
    app.brands.forget_all();
    Ok(web::Json(changed))
}

/// Refused by what the request says of its length, before anything of it is read; otherwise as soon as it is too much.
async fn read(picture: Picture, request: &HttpRequest, body: web::Payload) -> ApiResult<Bytes> {
    let too_large = |size: Option<u64>| {
        let size = size.map_or(String::new(), |size| {
            format!(" This file has {:.1} MB.", size as f64 / 1_048_576.0)
        });
        ApiError::TooLarge(FieldError::new(
            picture.as_str(),
            format!("A picture has 1 MB at most.{size}"),
        ))
    };
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|size| size > LARGEST_PICTURE as u64) {
        return Err(too_large(announced));
    }
    match body.to_bytes_limited(LARGEST_PICTURE).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(ApiError::field(
            picture.as_str(),
            format!("The file did not arrive whole: {error}"),
        )),
        Err(_over_limit) => Err(too_large(None)),
    }
}

/// Cleans and stores a picture, and returns the name under which it can be shown.
///
/// # Errors
/// What is wrong with it, or the storage's.
pub async fn keep_picture(
    app: &App,
    organization: OrganizationId,
    picture: Picture,
    bytes: Bytes,
) -> ApiResult<String> {
    let kept = tokio::task::spawn_blocking(move || clean::picture(picture, &bytes))
        .await
        .map_err(ApiError::internal)?
        .map_err(|message| ApiError::field(picture.as_str(), message))?;
    let file = kept.file_name();
    let key = storage_key(organization, &file).map_err(ApiError::internal)?;
    let content_type = ContentType::new(kept.kind.content_type());
    let stored = app
        .storage
        .current()
        .put(&key, content_type, byte_stream(kept.bytes), None);
    stored.await.map_err(ApiError::internal)?;
    Ok(file)
}

/// Where a picture lies.
///
/// # Errors
/// When the name is none.
pub(crate) fn storage_key(
    organization: OrganizationId,
    file: &str,
) -> Result<StorageKey, storage::InvalidKey> {
    StorageKey::new(format!("branding/{organization}/{file}"))
}

pub(super) fn entry<P: Requires>(
    caller: &Caller<P>,
    action: &'static str,
    details: serde_json::Value,
) -> Entry<'static> {
    Entry {
        organization: caller.organization(),
        user: Some(caller.user()),
        action,
        subject: Some(caller.organization().to_string()),
        details,
        ip: caller.ip(),
    }
}
