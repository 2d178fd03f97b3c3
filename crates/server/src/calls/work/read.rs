//! `PUT /api/calls/{id}/read` and `POST /api/calls/read-all`: what one has read oneself. Told to nobody.

use super::locate_all;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{call_read_marks, call_reads};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::work::SetRead;
use shared::{CallId, OrganizationId, UserId};
use uuid::Uuid;

pub async fn set_one(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    id: web::Path<CallId>,
    Json(request): Json<SetRead>,
) -> ApiResult<HttpResponse> {
    let (id, organization, user) = (*id, caller.organization(), caller.user());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            if set(conn, organization, user, &[id], request.read).await? == 0 {
                return Err(ApiError::not_found());
            }
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Everything so far: one mark takes the place of the rows before it.
pub async fn all(app: web::Data<App>, caller: Caller<needs::CallsList>) -> ApiResult<HttpResponse> {
    let (organization, user) = (caller.organization(), caller.user());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // A call that runs has begun before and may be read when it is over; so nothing is excepted.
            diesel::insert_into(call_read_marks::table)
                .values((
                    call_read_marks::organization_id.eq(organization.0),
                    call_read_marks::user_id.eq(user.0),
                    call_read_marks::read_before.eq(Utc::now()),
                ))
                .on_conflict((call_read_marks::organization_id, call_read_marks::user_id))
                .do_update()
                .set(call_read_marks::read_before.eq(Utc::now()))
                .execute(conn)
                .await?;
            diesel::delete(call_reads::table.filter(call_reads::user_id.eq(user.0)))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Marks calls; how many of them the person sees.
pub(super) async fn set(
    conn: &mut Conn,
    organization: OrganizationId,
    user: UserId,
    calls: &[CallId],
    read: bool,
) -> QueryResult<usize> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) = locate_all(conn, calls).await?;
    let rows: Vec<_> = ids
        .iter()
        .zip(starts)
        .map(|(id, started_at)| {
            (
                call_reads::organization_id.eq(organization.0),
                call_reads::started_at.eq(started_at),
                call_reads::call_id.eq(*id),
                call_reads::user_id.eq(user.0),
                call_reads::is_read.eq(read),
            )
        })
        .collect();
    diesel::insert_into(call_reads::table)
        .values(rows)
        .on_conflict((
            call_reads::organization_id,
            call_reads::started_at,
            call_reads::call_id,
            call_reads::user_id,
        ))
        .do_update()
        .set(call_reads::is_read.eq(read))
        .execute(conn)
        .await?;
    Ok(ids.len())
}
