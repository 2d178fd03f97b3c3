//! `GET /api/security/sign-ins`: those of all members, newest first.

use crate::accounts::history::{self, ListQuery};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::ApiResult;
use actix_web::web;
use shared::Page;
use shared::account::SignIn;
use shared::permission::needs;

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::SecurityView>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<SignIn>>> {
    let wanted = query.read()?;
    app.db
        .tenant(caller.scope(), async move |conn| {
            history::of_members(conn, None, wanted).await
        })
        .await
        .map(web::Json)
}
