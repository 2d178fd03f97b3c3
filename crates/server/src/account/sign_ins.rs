//! `GET /api/account/sign-ins`: the own history, newest first.

use crate::accounts::history::{self, ListQuery};
use crate::app::App;
use crate::auth::SignedIn;
use crate::auth::query::Query;
use crate::error::ApiResult;
use actix_web::web;
use shared::Page;
use shared::account::SignIn;

pub async fn list(
    app: web::Data<App>,
    caller: SignedIn,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<SignIn>>> {
    let wanted = query.read()?;
    let user = caller.user();
    app.db
        .tenant(caller.scope(), async move |conn| {
            history::own(conn, user, wanted).await
        })
        .await
        .map(web::Json)
}
