//! `GET /api/connections`

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use shared::connection::Connection;
use shared::permission::needs;

/// The organization's own connections, by name.
pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsView>,
) -> ApiResult<web::Json<Vec<Connection>>> {
    let shown = app.clone();
    let connections = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            Ok(row::load(conn, &shown, None).await?)
        })
        .await?;
    Ok(web::Json(connections))
}
