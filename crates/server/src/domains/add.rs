//! `POST /api/domains`.

use super::{job::CheckDomain, name, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::organization_domains::dsl;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind::UniqueViolation;
use diesel::result::Error::DatabaseError;
use diesel_async::RunQueryDsl;
use rand::Rng;
use rand::distr::Alphanumeric;
use serde_json::json;
use shared::domain::{AddDomain, MOST_DOMAINS};
use shared::permission::needs;
use shared::{DomainId, ErrorCode};

/// It is checked at once, and leads nowhere until DNS proves that it is the organization's.
pub async fn add(
    app: web::Data<App>,
    caller: Caller<needs::BrandingDomains>,
    Json(request): Json<AddDomain>,
) -> ApiResult<HttpResponse> {
    let Some(target) = app.config.branding.domain_target(&app.config.http) else {
        return Err(ApiError::because(
            ErrorCode::Conflict,
            "The platform has no name to which a domain could lead. Its operator sets PUBLIC_URL or BASE_DOMAIN.",
        ));
    };
    let domain =
        name::parse(&request.domain, &app.config).map_err(|message| ApiError::field("domain", message))?;
    let organization = caller.organization();
    let owner = app.brands.at_host(&domain).await?;
    if owner.is_some_and(|owner| owner != organization) {
        return Err(taken("Somebody else uses this domain already"));
    }
    let id = DomainId(uuid::Uuid::now_v7());
    let token: String = rand::rng()
        .sample_iter(Alphanumeric)
        .take(32)
        .map(char::from)
        .collect();
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, ip) = (caller.user(), caller.ip());
    let added = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // The own row of the organization is the queue in which two wait who add at the same moment.
            diesel::sql_query("SELECT FROM organizations WHERE id = $1 FOR UPDATE")
                .bind::<diesel::sql_types::Uuid, _>(organization.0)
                .execute(conn)
                .await?;
            let held: i64 = dsl::organization_domains.count().get_result(conn).await?;
            if usize::try_from(held).is_ok_and(|held| held >= MOST_DOMAINS) {
                return Err(ApiError::because(
                    ErrorCode::LimitReached,
                    format!("An organization has {MOST_DOMAINS} domains at most. Remove one first."),
                ));
            }
            diesel::insert_into(dsl::organization_domains)
                .values((
                    dsl::id.eq(id.0),
                    dsl::organization_id.eq(organization.0),
                    dsl::domain.eq(&domain),
                    dsl::token.eq(token),
                ))
                .execute(conn)
                .await
                .map_err(|error| match error {
                    DatabaseError(UniqueViolation, _) => taken("The domain stands in the list already"),
                    other => other.into(),
                })?;
            CheckDomain { id, organization }.queue(conn).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "domain.added",
                subject: Some(id.to_string()),
                details: json!({ "domain": domain }),
                ip,
            };
            audit::record(conn, entry).await?;
            row::find(conn, id).await
        })
        .await?;
    Ok(HttpResponse::Created().json(added.domain(Some(&target))?))
}

fn taken(message: &str) -> ApiError {
    ApiError::field("domain", message)
}
