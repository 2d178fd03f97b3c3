//! `/api/tags`: the tags that an organization's calls can get.

use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use db::Conn;
use db::schema::tags;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::work::{EditTag, MAX_TAGS, Tag, TagColour};
use shared::{ErrorCode, TagId};
use uuid::Uuid;

pub async fn list(app: web::Data<App>, caller: Caller<needs::CallsList>) -> ApiResult<web::Json<Vec<Tag>>> {
    let tags = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async |conn| Ok(load(conn).await?))
        .await?;
    Ok(web::Json(tags))
}

pub async fn create(
    app: web::Data<App>,
    caller: Caller<needs::CallsLists>,
    Json(request): Json<EditTag>,
) -> ApiResult<HttpResponse> {
    request
        .validate()
        .map_err(|error| ApiError::Invalid(vec![error]))?;
    let organization = caller.organization();
    let tag = Tag {
        id: TagId(Uuid::now_v7()),
        name: request.name.trim().to_owned(),
        colour: request.colour,
    };
    let made = tag.clone();
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            if load(conn).await?.len() >= MAX_TAGS {
                return Err(ApiError::because(
                    ErrorCode::LimitReached,
                    format!("An organization has {MAX_TAGS} tags at most"),
                ));
            }
            diesel::insert_into(tags::table)
                .values((
                    tags::id.eq(made.id.0),
                    tags::organization_id.eq(organization.0),
                    tags::name.eq(&made.name),
                    tags::colour.eq(made.colour.as_str()),
                ))
                .execute(conn)
                .await
                .map_err(taken)?;
            Ok(())
        })
        .await?;
    Ok(HttpResponse::Created().json(tag))
}

pub async fn edit(
    app: web::Data<App>,
    caller: Caller<needs::CallsLists>,
    id: web::Path<TagId>,
    Json(request): Json<EditTag>,
) -> ApiResult<web::Json<Tag>> {
    request
        .validate()
        .map_err(|error| ApiError::Invalid(vec![error]))?;
    let tag = Tag {
        id: *id,
        name: request.name.trim().to_owned(),
        colour: request.colour,
    };
    let wanted = tag.clone();
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let changed = diesel::update(tags::table.find(wanted.id.0))
                .set((
                    tags::name.eq(&wanted.name),
                    tags::colour.eq(wanted.colour.as_str()),
                ))
                .execute(conn)
                .await
                .map_err(taken)?;
            if changed == 0 {
                return Err(ApiError::not_found());
            }
            Ok(())
        })
        .await?;
    Ok(web::Json(tag))
}

/// Takes it off every call too.
pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::CallsLists>,
    id: web::Path<TagId>,
) -> ApiResult<HttpResponse> {
    let id = *id;
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            if diesel::delete(tags::table.find(id.0)).execute(conn).await? == 0 {
                return Err(ApiError::not_found());
            }
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn load(conn: &mut Conn) -> QueryResult<Vec<Tag>> {
    let rows: Vec<(Uuid, String, String)> = tags::table
        .select((tags::id, tags::name, tags::colour))
        .order((tags::name, tags::id))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, colour)| Tag {
            id: id.into(),
            name,
            colour: TagColour::parse(&colour).unwrap_or_default(),
        })
        .collect())
}

fn taken(error: Error) -> ApiError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            ApiError::field("name", "There is a tag of this name already")
        }
        other => other.into(),
    }
}
