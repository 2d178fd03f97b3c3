//! `GET /api/domains`: where the organization can be reached.

use super::row::Row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::schema::organization_domains::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::domain::{Domains, MOST_DOMAINS};
use shared::organization::OrganizationKind;
use shared::permission::needs;

pub async fn list(app: web::Data<App>, caller: Caller<needs::BrandingView>) -> ApiResult<web::Json<Domains>> {
    let rows = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let all = dsl::organization_domains.order((dsl::created_at, dsl::id));
            Ok(all.select(Row::as_select()).load(conn).await?)
        })
        .await?;
    let target = app.config.branding.domain_target(&app.config.http);
    let organization = &caller.principal().organization;
    let is_named = organization.kind != OrganizationKind::Platform;
    let host = app.brands.subdomain(&organization.slug).filter(|_| is_named);
    // Shown only where it leads here: a customer may have been given no look of its own.
    let subdomain = match host {
        Some(host) if app.brands.at_host(&host).await? == Some(organization.id) => Some(host),
        _ => None,
    };
    Ok(web::Json(Domains {
        subdomain: subdomain.map(|host| address(&app, &host)),
        path: is_named.then(|| {
            let base = app.config.http.public_url.as_str().trim_end_matches('/');
            format!("{base}/agency/{}", organization.slug)
        }),
        domains: rows
            .into_iter()
            .map(|row| row.domain(target.as_deref()))
            .collect::<Result<_, _>>()?,
        target,
        most: MOST_DOMAINS,
    }))
}

/// With scheme and port of the public URL.
fn address(app: &App, host: &str) -> String {
    let mut url = app.config.http.public_url.clone();
    match url.set_host(Some(host)) {
        Ok(()) => url.as_str().trim_end_matches('/').to_owned(),
        Err(_no_host) => host.to_owned(),
    }
}
