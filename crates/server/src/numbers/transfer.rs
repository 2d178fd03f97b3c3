//! `POST /api/phone-numbers/{id}/move`: a number given to another organization at or below the session's own.

use super::rows::{self, Wanted};
use super::tell_provider::TellProvider;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::organizations::{check_target, refusal};
use actix_web::web;
use chrono::Utc;
use db::partitions::Partitioned;
use db::{Conn, audit};
use diesel::QueryableByName;
use diesel::result::OptionalExtension;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::live::LiveEvent;
use shared::number::{MoveNumber, MovedNumber};
use shared::permission::needs;
use shared::{OrganizationId, PhoneNumberId, UserId};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = SqlUuid)]
    old_organization: Uuid,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Bool)]
    tell: bool,
}

/// Who moves a number, for the audit log.
#[derive(Clone, Debug)]
pub struct Mover {
    pub organization: OrganizationId,
    pub user: UserId,
    pub ip: Option<String>,
}

pub async fn transfer(
    app: web::Data<App>,
    caller: Caller<needs::NumbersMove>,
    id: web::Path<PhoneNumberId>,
    Json(request): Json<MoveNumber>,
) -> ApiResult<web::Json<MovedNumber>> {
    let id = *id;
    let mover = Mover {
        organization: caller.organization(),
        user: caller.user(),
        ip: caller.ip(),
    };
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let moved = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // The number first: somebody else's is not found, whatever is wanted of it.
            let wanted = Wanted {
                below: true,
                only: Some(id),
                at_most: 1,
                ..Wanted::default()
            };
            if rows::load(conn, wanted).await?.is_empty() {
                return Err(ApiError::not_found());
            }
            check_target(conn, mover.organization, request.organization_id).await?;
            let moved = give(conn, mover, id, request).await?;
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            Ok(moved)
        })
        .await?;
    Ok(web::Json(moved))
}

/// Moves one number within the mover's transaction; the target was checked.
///
/// # Errors
/// `NotFound`, what the database refuses, or its own.
pub async fn give(
    conn: &mut Conn,
    mover: Mover,
    id: PhoneNumberId,
    request: MoveNumber,
) -> ApiResult<MovedNumber> {
    let (number_id, organization_id) = (PhoneNumberId(Uuid::now_v7()), request.organization_id);
    let moved: Moved = diesel::sql_query("SELECT * FROM move_phone_number($1, $2, $3, $4, $5)")
        .bind::<SqlUuid, _>(id.0)
        .bind::<SqlUuid, _>(organization_id.0)
        .bind::<SqlUuid, _>(number_id.0)
        .bind::<Bool, _>(request.keep_record)
        .bind::<Nullable<Text>, _>(None::<String>)
        .get_result(conn)
        .await
        .optional()
        .map_err(refusal)?
        .ok_or_else(ApiError::not_found)?;
    if moved.tell {
        TellProvider {
            number_id,
            organization_id,
        }
        .queue(conn)
        .await
        .map_err(ApiError::internal)?;
    }
    let entry = audit::Entry {
        organization: mover.organization,
        user: Some(mover.user),
        action: "phone_number.moved",
        subject: Some(id.to_string()),
        details: json!({ "number": moved.number, "from": moved.old_organization, "to": organization_id,
                         "keep_record": request.keep_record, "new_id": number_id }),
        ip: mover.ip,
    };
    audit::record(conn, entry).await?;
    Ok(MovedNumber {
        number_id,
        organization_id,
        unanswered: moved.tell,
    })
}
