//! `POST /api/connections/test`: what a key is good for, without storing anything.

use super::{guard, probe};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use secrecy::SecretString;
use shared::connection::{ConnectRequest, WorkspaceInfo};
use shared::permission::needs;

pub async fn test(
    app: web::Data<App>,
    _caller: Caller<needs::ConnectionsManage>,
    Json(request): Json<ConnectRequest>,
) -> ApiResult<web::Json<WorkspaceInfo>> {
    // A test may come before the name is thought of.
    let named = ConnectRequest {
        name: "test".to_owned(),
        ..request
    };
    named.validate().map_err(ApiError::Invalid)?;
    let base_url = guard::base_url(&app, &named.base_url).await?;
    let key = SecretString::from(named.api_key.trim().to_owned());
    Ok(web::Json(probe::probe(&app, base_url, key).await?))
}
