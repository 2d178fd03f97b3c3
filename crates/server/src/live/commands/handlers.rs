//! `POST /api/live/calls/{id}/…`: one route a permission.

use super::give::{Wanted, give};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use shared::CallId;
use shared::live_command::{CommandKind, CommandRecord, EndCall, GiveHint, Takeover, TransferCall};
use shared::permission::needs;

pub async fn end(
    app: web::Data<App>,
    caller: Caller<needs::LiveEnd>,
    call: web::Path<CallId>,
    Json(request): Json<EndCall>,
) -> ApiResult<web::Json<CommandRecord>> {
    let wanted = Wanted {
        call: *call,
        key: request.key,
        kind: CommandKind::End,
        argument: None,
    };
    give(&app, &caller, wanted).await.map(web::Json)
}

pub async fn transfer(
    app: web::Data<App>,
    caller: Caller<needs::LiveTransfer>,
    call: web::Path<CallId>,
    Json(request): Json<TransferCall>,
) -> ApiResult<web::Json<CommandRecord>> {
    let wanted = Wanted {
        call: *call,
        key: request.key,
        kind: CommandKind::Transfer,
        argument: Some(request.number().map_err(invalid)?),
    };
    give(&app, &caller, wanted).await.map(web::Json)
}

pub async fn hint(
    app: web::Data<App>,
    caller: Caller<needs::LiveHint>,
    call: web::Path<CallId>,
    Json(request): Json<GiveHint>,
) -> ApiResult<web::Json<CommandRecord>> {
    let wanted = Wanted {
        call: *call,
        key: request.key,
        kind: CommandKind::Hint,
        argument: Some(request.text().map_err(invalid)?),
    };
    give(&app, &caller, wanted).await.map(web::Json)
}

pub async fn takeover(
    app: web::Data<App>,
    caller: Caller<needs::LiveTakeover>,
    call: web::Path<CallId>,
    Json(request): Json<Takeover>,
) -> ApiResult<web::Json<CommandRecord>> {
    let (kind, argument) = request.command().map_err(invalid)?;
    let wanted = Wanted {
        call: *call,
        key: request.key,
        kind,
        argument,
    };
    give(&app, &caller, wanted).await.map(web::Json)
}

fn invalid(error: shared::FieldError) -> ApiError {
    ApiError::Invalid(vec![error])
}
