//! `GET /api/api-keys`.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiResult;
use actix_web::web;
use shared::api_key::ApiKey;
use shared::permission::needs;

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::ApiKeysView>,
) -> ApiResult<web::Json<Vec<ApiKey>>> {
    app.db
        .tenant(caller.scope(), async |conn| row::load(conn, None).await)
        .await
        .map(web::Json)
}
