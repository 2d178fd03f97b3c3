//! `GET` and `PUT /api/summaries/settings`: how an organization wants its calls summarized.

use super::rules;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::summary_settings::dsl;
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::OrganizationId;
use shared::permission::needs;
use shared::summary::{SummaryChoice, SummarySettings};

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::SummariesManage>,
) -> ApiResult<web::Json<SummarySettings>> {
    let (shown, organization) = (app.clone(), caller.organization());
    app.db
        .tenant(caller.scope(), async move |conn| {
            load(conn, &shown, organization).await
        })
        .await
        .map(web::Json)
}

/// Holds for summaries that are made from now on, here and below where nothing else is chosen.
pub async fn set(
    app: web::Data<App>,
    caller: Caller<needs::SummariesManage>,
    Json(choice): Json<SummaryChoice>,
) -> ApiResult<web::Json<SummarySettings>> {
    choice.validate().map_err(ApiError::Invalid)?;
    let prompt = choice.prompt.as_deref().map(|prompt| prompt.trim().to_owned());
    let (shown, organization, user, ip) = (app.clone(), caller.organization(), caller.user(), caller.ip());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let before = own(conn, organization).await?;
            let chosen = (
                dsl::automatic.eq(choice.automatic),
                dsl::prompt.eq(prompt.clone()),
                dsl::language.eq(choice.language.clone()),
                dsl::updated_at.eq(diesel::dsl::now),
            );
            diesel::insert_into(dsl::summary_settings)
                .values((dsl::organization_id.eq(organization.0), chosen.clone()))
                .on_conflict(dsl::organization_id)
                .do_update()
                .set(chosen)
                .execute(conn)
                .await?;
            let after = SummaryChoice { prompt, ..choice };
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "summaries.settings_changed",
                subject: Some(organization.to_string()),
                details: json!({ "before": before, "after": after }),
                ip,
            };
            audit::record(conn, entry).await?;
            load(conn, &shown, organization).await
        })
        .await
        .map(web::Json)
}

async fn load(conn: &mut Conn, app: &App, organization: OrganizationId) -> ApiResult<SummarySettings> {
    Ok(SummarySettings {
        own: own(conn, organization).await?,
        above: rules::in_effect(conn, true).await?,
        in_effect: rules::in_effect(conn, false).await?,
        available: app.summaries.client().is_some(),
        model: app.config.summaries.model.clone(),
        host: app
            .config
            .summaries
            .base_url
            .host_str()
            .unwrap_or_default()
            .to_owned(),
    })
}

async fn own(conn: &mut Conn, organization: OrganizationId) -> Result<SummaryChoice, diesel::result::Error> {
    let row: Option<(Option<bool>, Option<String>, Option<String>)> = dsl::summary_settings
        .find(organization.0)
        .select((dsl::automatic, dsl::prompt, dsl::language))
        .first(conn)
        .await
        .optional()?;
    let (automatic, prompt, language) = row.unwrap_or_default();
    Ok(SummaryChoice {
        automatic,
        prompt,
        language,
    })
}
