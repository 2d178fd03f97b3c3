//! `PATCH /api/calls/{id}/work`: tags, disposition and rating of one call.

use super::{locate, tell};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::calls::beside::{self, Wanted};
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{call_tags, call_work, dispositions, tags};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::work::{CallWork, EditWork};
use shared::{CallId, DispositionId, OrganizationId, TagId};
use uuid::Uuid;

pub async fn edit(
    app: web::Data<App>,
    caller: Caller<needs::CallsAnnotate>,
    id: web::Path<CallId>,
    Json(request): Json<EditWork>,
) -> ApiResult<web::Json<CallWork>> {
    request.validate().map_err(ApiError::Invalid)?;
    let (id, organization) = (*id, caller.organization());
    let work = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let place = locate(conn, id).await?;
            if let Some(tags) = &request.tags {
                set_tags(conn, organization, place, tags).await?;
            }
            if let Some(disposition) = request.disposition {
                known_disposition(conn, disposition).await?;
                set(
                    conn,
                    organization,
                    place,
                    Change {
                        disposition_id: Some(disposition.map(|id| id.0)),
                        rating: None,
                    },
                )
                .await?;
            }
            if let Some(rating) = request.rating {
                set(
                    conn,
                    organization,
                    place,
                    Change {
                        disposition_id: None,
                        rating: Some(rating),
                    },
                )
                .await?;
            }
            tell(conn, &[place.0]).await?;
            one(conn, place).await
        })
        .await?;
    Ok(web::Json(work))
}

/// What people made of one call.
pub(super) async fn one(conn: &mut Conn, place: super::Place) -> ApiResult<CallWork> {
    let mut beside = beside::load(conn, std::iter::once(place.1), Wanted::default()).await?;
    Ok(beside.work(place))
}

#[derive(AsChangeset)]
#[diesel(table_name = call_work)]
struct Change {
    disposition_id: Option<Option<Uuid>>,
    rating: Option<Option<i16>>,
}

async fn set(
    conn: &mut Conn,
    organization: OrganizationId,
    (id, started_at): (Uuid, DateTime<Utc>),
    change: Change,
) -> QueryResult<()> {
    diesel::insert_into(call_work::table)
        .values((
            call_work::organization_id.eq(organization.0),
            call_work::started_at.eq(started_at),
            call_work::call_id.eq(id),
            call_work::disposition_id.eq(change.disposition_id.flatten()),
            call_work::rating.eq(change.rating.flatten()),
        ))
        .on_conflict((
            call_work::organization_id,
            call_work::started_at,
            call_work::call_id,
        ))
        .do_update()
        .set((change, call_work::updated_at.eq(diesel::dsl::now)))
        .execute(conn)
        .await
        .map(drop)
}

async fn set_tags(
    conn: &mut Conn,
    organization: OrganizationId,
    (id, started_at): (Uuid, DateTime<Utc>),
    wanted: &[TagId],
) -> ApiResult<()> {
    let wanted = known_tags(conn, "tags", wanted).await?;
    diesel::delete(call_tags::table)
        .filter(call_tags::organization_id.eq(organization.0))
        .filter(call_tags::started_at.eq(started_at))
        .filter(call_tags::call_id.eq(id))
        .filter(call_tags::tag_id.ne_all(wanted.clone()))
        .execute(conn)
        .await?;
    let rows: Vec<_> = wanted
        .into_iter()
        .map(|tag| {
            (
                call_tags::organization_id.eq(organization.0),
                call_tags::started_at.eq(started_at),
                call_tags::call_id.eq(id),
                call_tags::tag_id.eq(tag),
            )
        })
        .collect();
    diesel::insert_into(call_tags::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// Tags of the organization; one of another is none.
pub(super) async fn known_tags(conn: &mut Conn, field: &str, wanted: &[TagId]) -> ApiResult<Vec<Uuid>> {
    let mut wanted: Vec<Uuid> = wanted.iter().map(|id| id.0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let known: Vec<Uuid> = tags::table
        .filter(tags::id.eq_any(wanted.clone()))
        .select(tags::id)
        .load(conn)
        .await?;
    if known.len() == wanted.len() {
        Ok(known)
    } else {
        Err(ApiError::field(
            field,
            "A tag is not there any more; load the tags again",
        ))
    }
}

async fn known_disposition(conn: &mut Conn, wanted: Option<DispositionId>) -> ApiResult<()> {
    let Some(wanted) = wanted else { return Ok(()) };
    let known = dispositions::table
        .filter(dispositions::id.eq(wanted.0))
        .filter(dispositions::archived.eq(false))
        .select(dispositions::id)
        .first::<Uuid>(conn)
        .await
        .optional()?;
    known.map(drop).ok_or_else(|| {
        ApiError::field(
            "disposition",
            "This disposition is not on the list any more; choose another",
        )
    })
}
