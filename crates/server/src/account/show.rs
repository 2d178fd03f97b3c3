//! `GET` and `PATCH /api/account`.

use crate::app::App;
use crate::auth::SignedIn;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::Conn;
use db::diesel::{self, ExpressionMethods, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::schema::{recovery_codes, users};
use shared::account::{Account, UpdateAccount};
use shared::auth::User;

pub async fn show(app: web::Data<App>, caller: SignedIn) -> ApiResult<web::Json<Account>> {
    load(&app, &caller).await.map(web::Json)
}

pub async fn edit(
    app: web::Data<App>,
    caller: SignedIn,
    Json(body): Json<UpdateAccount>,
) -> ApiResult<web::Json<Account>> {
    let name = body.validate().map_err(ApiError::Invalid)?;
    let user = caller.user();
    app.db
        .tenant(caller.scope(), async move |conn: &mut Conn| {
            diesel::update(users::table.find(user.0))
                .set((users::name.eq(name), users::updated_at.eq(dsl::now)))
                .execute(conn)
                .await
                .map_err(ApiError::from)
        })
        .await?;
    app.principals.forget_all();
    load(&app, &caller).await.map(web::Json)
}

async fn load(app: &App, caller: &SignedIn) -> ApiResult<Account> {
    let before = caller.principal.user.clone();
    let required = caller.principal.needs_second_factor;
    app.db
        .tenant(caller.scope(), async move |conn: &mut Conn| {
            let (name, since) = users::table
                .find(before.id.0)
                .select((users::name, users::second_factor_at))
                .first::<(String, Option<DateTime<Utc>>)>(conn)
                .await?;
            let left = recovery_codes::table
                .filter(recovery_codes::user_id.eq(before.id.0))
                .filter(recovery_codes::used_at.is_null())
                .count()
                .get_result(conn)
                .await?;
            Ok::<_, ApiError>(Account {
                user: User { name, ..before },
                second_factor_since: since,
                recovery_codes_left: left,
                second_factor_required: required,
            })
        })
        .await
}
