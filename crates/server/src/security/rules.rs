//! `GET` and `PUT /api/security`: whose holders need a second factor, in the organization and below it.

use crate::app::App;
use crate::auth::body::Json;
use crate::auth::{Caller, Confirmed};
use crate::error::{ApiError, ApiResult};
use crate::roles;
use actix_web::web;
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::organizations;
use db::{Conn, audit};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::OrganizationId;
use shared::organization::OrganizationKind;
use shared::permission::needs;
use shared::security::{RoleRule, SetSignInRules, SignInRules};
use std::collections::{BTreeSet, HashMap};

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::SecurityView>,
) -> ApiResult<web::Json<SignInRules>> {
    let (id, kind) = (caller.organization(), caller.principal().organization.kind);
    app.db
        .tenant(caller.scope(), async move |conn| load(conn, id, kind).await)
        .await
        .map(web::Json)
}

/// Holders without a second factor can reach nothing but their account from this moment on, on every server.
pub async fn set(
    app: web::Data<App>,
    caller: Confirmed<needs::SecurityManage>,
    Json(request): Json<SetSignInRules>,
) -> ApiResult<web::Json<SignInRules>> {
    let (id, kind) = (caller.organization(), caller.principal().organization.kind);
    let (user, ip) = (caller.user(), caller.ip());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let rules = app
        .db
        .tenant(caller.scope(), async move |conn| {
            let before = load(conn, id, kind).await?;
            let wanted: BTreeSet<String> = request.second_factor_roles.into_iter().collect();
            if let Some(unknown) = wanted
                .iter()
                .find(|wanted| !before.roles.iter().any(|rule| rule.role == **wanted))
            {
                let text = format!("There is no role {unknown:?} here");
                return Err(ApiError::field("second_factor_roles", text));
            }
            diesel::update(organizations::table.find(id.0))
                .set((
                    organizations::second_factor_roles.eq(Vec::from_iter(&wanted)),
                    organizations::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            let chosen = before.roles.iter().filter(|rule| rule.second_factor);
            let chosen: Vec<_> = chosen.map(|rule| rule.role.as_str()).collect();
            let entry = audit::Entry {
                organization: id,
                user: Some(user),
                action: "security.rules_changed",
                subject: Some(id.to_string()),
                details: json!({ "before": { "second_factor_roles": chosen }, "after": { "second_factor_roles": wanted } }),
                ip,
            };
            audit::record(conn, entry).await?;
            load(conn, id, kind).await
        })
        .await?;
    // Other servers are told by the database.
    app.principals.forget_all();
    Ok(web::Json(rules))
}

#[derive(QueryableByName)]
struct Use {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = BigInt)]
    holders: i64,
    #[diesel(sql_type = BigInt)]
    without: i64,
}

#[derive(QueryableByName)]
struct Above {
    #[diesel(sql_type = Array<Text>)]
    roles: Vec<String>,
}

async fn load(conn: &mut Conn, id: OrganizationId, kind: OrganizationKind) -> ApiResult<SignInRules> {
    let chosen: Vec<String> = organizations::table
        .find(id.0)
        .select(organizations::second_factor_roles)
        .first(conn)
        .await?;
    let uses: Vec<Use> = diesel::sql_query("SELECT * FROM second_factor_use()")
        .load(conn)
        .await?;
    let uses: HashMap<_, _> = uses.into_iter().map(|held| (held.role.clone(), held)).collect();
    let above: Above = diesel::sql_query("SELECT second_factor_roles_above() AS roles")
        .get_result(conn)
        .await?;
    let rules = roles::here_and_below(conn, kind).await?.into_iter().map(|role| {
        let held = uses.get(&role.role);
        RoleRule {
            second_factor: chosen.contains(&role.role),
            required_above: above.roles.contains(&role.role),
            holders: held.map(|held| held.holders).unwrap_or_default(),
            without: held.map(|held| held.without).unwrap_or_default(),
            role: role.role,
            label: role.label,
            kind: role.kind,
        }
    });
    Ok(SignInRules {
        roles: rules.collect(),
    })
}
