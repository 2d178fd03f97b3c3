//! `GET /api/calls/{id}/recording`: the sound of a call, whole or in part, streamed from where it lies; with `/file` behind it, to be
//! saved; `GET /api/recordings/{grant}` the same for the holder of a link.

use super::grant::Grant;
use super::held::{self, Held};
use super::reply;
use crate::app::App;
use crate::auth::{Caller, Client};
use crate::error::{ApiError, ApiResult};
use actix_web::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use db::Scope;
use shared::CallId;
use shared::call::RecordingUse;
use shared::permission::needs;
use std::time::Duration;

/// A browser follows the store's own link at once.
const DIRECT_FOR: Duration = Duration::from_secs(60);

pub async fn stream(
    app: web::Data<App>,
    caller: Caller<needs::CallsRecording>,
    path: web::Path<CallId>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    send(&app, caller.scope(), *path, &request, RecordingUse::Listen).await
}

/// The same as an attachment.
pub async fn download(
    app: web::Data<App>,
    caller: Caller<needs::CallsDownload>,
    path: web::Path<CallId>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    send(&app, caller.scope(), *path, &request, RecordingUse::Save).await
}

/// For the holder of a link, as long as whoever made it may still do what it allows.
pub async fn by_link(
    app: web::Data<App>,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let grant = Grant::open(&app, &path)?;
    let scope = grant.scope(&app, Client::of(&request).ip).await?;
    let mut reply = send(&app, scope, grant.call, &request, grant.purpose).await?;
    let no_referrer = actix_web::http::header::HeaderValue::from_static("no-referrer");
    reply.headers_mut().insert(REFERRER_POLICY, no_referrer);
    Ok(reply)
}

async fn send(
    app: &App,
    scope: Scope,
    id: CallId,
    request: &HttpRequest,
    purpose: RecordingUse,
) -> ApiResult<HttpResponse> {
    let held = held::find(app, &scope, id).await?;
    if purpose == RecordingUse::Save
        && let Some(link) = direct(app, &held).await
    {
        return Ok(HttpResponse::Found()
            .insert_header((LOCATION, link))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish());
    }
    match reply::send(app, &held, request, purpose).await? {
        Some(reply) => Ok(reply),
        // The row says that it is there, the store says that it is not: the other places may have it.
        None => {
            held::lost(app, &held).await?;
            let held = held::find(app, &scope, id).await?;
            let reply = reply::send(app, &held, request, purpose).await?;
            reply.ok_or_else(|| ApiError::internal("a recording vanished while it was sent"))
        }
    }
}

/// The store's own link, for who saves the file: its bytes then do not pass through this server. Not for players: they come back for
/// part after part and want the same address to hold as long as somebody listens, and the page's policy allows sound of our own only.
async fn direct(app: &App, held: &Held) -> Option<String> {
    if !app.config.storage.direct_downloads {
        return None;
    }
    let link = held.store(app).ok()?.presign(&held.key, DIRECT_FOR).await;
    link.inspect_err(
        |error| tracing::warn!(%error, "a store signed no link, so the file goes through this server"),
    )
    .ok()?
    .map(String::from)
}
