//! `POST /api/organizations`: an agency below the platform, a customer below an agency.

use super::{entry, refusal, rows, show, zone};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::organizations::dsl;
use db::{Conn, audit};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::customer::{CreateOrganization, Limits};
use shared::organization::OrganizationKind;
use shared::permission::needs;
use shared::{ErrorCode, Feature, OrganizationId};
use uuid::Uuid;

/// 201 with the organization.
pub async fn create(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationsCreate>,
    Json(request): Json<CreateOrganization>,
) -> ApiResult<HttpResponse> {
    request.validate().map_err(ApiError::Invalid)?;
    let above = &caller.principal().organization;
    let kind = match above.kind {
        OrganizationKind::Platform => OrganizationKind::Agency,
        OrganizationKind::Agency => OrganizationKind::Customer,
        OrganizationKind::Customer => {
            let text = "A customer has no organizations below it. Go back to the agency first.";
            return Err(ApiError::because(ErrorCode::Conflict, text));
        }
    };
    let timezone = request.timezone.clone().unwrap_or_else(|| above.timezone.clone());
    zone::check(&timezone)?;
    let id = OrganizationId(Uuid::now_v7());
    let parent = caller.organization();
    let entry = entry(
        &caller,
        "organization.created",
        id,
        json!({ "name": request.name.trim(), "slug": request.slug(), "kind": kind, "template": request.template }),
    );
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let detail = app
        .db
        .tenant(caller.scope(), async move |conn| {
            let (limits, features_off, allowed) = given(conn, parent, &request).await?;
            let contact = request
                .contact_email
                .as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty());
            // Plain, without RETURNING: that would ask whether the new row is visible before its trigger has run.
            diesel::insert_into(dsl::organizations)
                .values((
                    dsl::id.eq(id.0),
                    dsl::parent_id.eq(parent.0),
                    dsl::kind.eq(kind.as_str()),
                    dsl::name.eq(request.name.trim()),
                    dsl::slug.eq(request.slug()),
                    dsl::timezone.eq(timezone),
                    dsl::contact_email.eq(contact),
                    (
                        dsl::max_agents.eq(limits.max_agents),
                        dsl::max_users.eq(limits.max_users),
                        dsl::max_concurrent_calls.eq(limits.max_concurrent_calls),
                        dsl::max_minutes_per_month.eq(limits.max_minutes_per_month),
                        dsl::max_storage_bytes.eq(limits.max_storage_bytes),
                    ),
                    dsl::features_off.eq(features_off),
                    dsl::allowed_permissions.eq(allowed),
                ))
                .execute(conn)
                .await
                .map_err(refusal)?;
            if let Some(template) = request.template {
                diesel::sql_query("SELECT copy_roles($1, $2)")
                    .bind::<SqlUuid, _>(template.0)
                    .bind::<SqlUuid, _>(id.0)
                    .execute(conn)
                    .await
                    .map_err(refusal)?;
            }
            audit::record(conn, entry).await?;
            show::detail(conn, id).await
        })
        .await?;
    Ok(HttpResponse::Created().json(detail))
}

/// What the request says, else what its template has.
async fn given(
    conn: &mut Conn,
    parent: OrganizationId,
    request: &CreateOrganization,
) -> ApiResult<rows::Given> {
    let template = match request.template {
        None => (Limits::default(), Vec::new(), None),
        Some(template) => {
            let beside = dsl::organizations
                .find(template.0)
                .filter(dsl::parent_id.eq(parent.0));
            if !diesel::select(diesel::dsl::exists(beside))
                .get_result::<bool>(conn)
                .await?
            {
                let text = "There is no such organization directly below yours";
                return Err(ApiError::field("template", text));
            }
            rows::given(conn, template).await?
        }
    };
    let features_off = request.features_off.as_ref().map(|off| codes(off));
    Ok((
        request.limits.unwrap_or(template.0),
        features_off.unwrap_or(template.1),
        template.2,
    ))
}

/// As stored.
pub(super) fn codes(features: &[Feature]) -> Vec<String> {
    features.iter().map(|feature| feature.code().to_owned()).collect()
}
