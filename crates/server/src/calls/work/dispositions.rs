//! `/api/dispositions`: how an organization's calls can end.

use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::Conn;
use db::schema::dispositions;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::work::{Disposition, SetDispositions};
use std::collections::HashMap;
use uuid::Uuid;

/// Those on the list, in its order.
pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
) -> ApiResult<web::Json<Vec<Disposition>>> {
    let listed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async |conn| Ok(load(conn).await?))
        .await?;
    Ok(web::Json(listed))
}

/// The whole list anew. What is missing is taken off it and stays with the calls that have it; a name that was taken off comes back as
/// the same disposition.
pub async fn set(
    app: web::Data<App>,
    caller: Caller<needs::CallsLists>,
    Json(request): Json<SetDispositions>,
) -> ApiResult<web::Json<Vec<Disposition>>> {
    request.validate().map_err(ApiError::Invalid)?;
    let organization = caller.organization();
    let listed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let known: Vec<(Uuid, String)> = dispositions::table
                .select((dispositions::id, dispositions::name))
                .for_update()
                .load(conn)
                .await?;
            let by_name: HashMap<String, Uuid> =
                known.iter().map(|(id, name)| (name.to_lowercase(), *id)).collect();
            // Out of the way first: two may have changed their names for each other's.
            diesel::sql_query(
                "UPDATE dispositions SET archived = true, name = CASE WHEN archived THEN name ELSE id::text END",
            )
            .execute(conn)
            .await?;
            let mut kept = Vec::new();
            for (place, item) in request.items.iter().enumerate() {
                let name = item.name.trim();
                let given = item.id.map(|id| id.0);
                if given.is_some_and(|id| !known.iter().any(|(known, _)| *known == id)) {
                    let field = format!("items.{place}.id");
                    return Err(ApiError::field(
                        &field,
                        "This disposition is not there any more; load the list again",
                    ));
                }
                let same_name = by_name
                    .get(&name.to_lowercase())
                    .copied()
                    .filter(|id| !request.items.iter().any(|other| other.id.is_some_and(|other| other.0 == *id)));
                let id = given.or(same_name).unwrap_or_else(Uuid::now_v7);
                kept.push((id, name.to_owned(), i32::try_from(place).unwrap_or(i32::MAX)));
            }
            write(conn, organization.0, &known, &kept).await?;
            Ok(load(conn).await?)
        })
        .await?;
    Ok(web::Json(listed))
}

async fn write(
    conn: &mut Conn,
    organization: Uuid,
    known: &[(Uuid, String)],
    kept: &[(Uuid, String, i32)],
) -> ApiResult<()> {
    // An archived one whose name a kept one takes now keeps its calls under the name that it had.
    for (id, name) in known {
        let is_kept = kept.iter().any(|(kept, _, _)| kept == id);
        let is_taken = kept
            .iter()
            .any(|(_, kept, _)| kept.to_lowercase() == name.to_lowercase());
        if !is_kept {
            let name = if is_taken {
                format!("{name} ({id})")
            } else {
                name.clone()
            };
            diesel::update(dispositions::table.find(*id))
                .set(dispositions::name.eq(name))
                .execute(conn)
                .await?;
        }
    }
    for (id, name, place) in kept {
        diesel::insert_into(dispositions::table)
            .values((
                dispositions::id.eq(id),
                dispositions::organization_id.eq(organization),
                dispositions::name.eq(name),
                dispositions::position.eq(place),
            ))
            .on_conflict(dispositions::id)
            .do_update()
            .set((
                dispositions::name.eq(name),
                dispositions::position.eq(place),
                dispositions::archived.eq(false),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

async fn load(conn: &mut Conn) -> QueryResult<Vec<Disposition>> {
    let rows: Vec<(Uuid, String)> = dispositions::table
        .filter(dispositions::archived.eq(false))
        .order((dispositions::position, dispositions::id))
        .select((dispositions::id, dispositions::name))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| Disposition {
            id: id.into(),
            name,
            archived: false,
        })
        .collect())
}
