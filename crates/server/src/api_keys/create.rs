//! `POST /api/api-keys`: a key with no more than its maker has. The key itself is in this reply and nowhere else.

use super::{MARK, networks, row};
use crate::app::App;
use crate::auth::Confirmed;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Days, Utc};
use db::audit;
use db::partitions::Partitioned;
use db::schema::api_keys;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::api_key::{CreateApiKey, NewApiKey};
use shared::permission::needs;
use shared::{ApiKeyId, ErrorCode, Permission};

const PREFIX_LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

pub async fn create(
    app: web::Data<App>,
    caller: Confirmed<needs::ApiKeysManage>,
    Json(request): Json<CreateApiKey>,
) -> ApiResult<HttpResponse> {
    let permissions = request.validate().map_err(ApiError::Invalid)?;
    let networks = networks::parse(&request.networks).map_err(|error| ApiError::Invalid(vec![error]))?;
    if caller.principal().from_above {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            "You are a visitor here. A visit ends and a key does not: one of the organization's members can make it.",
        ));
    }
    let expires_at = request
        .expires_in_days
        .and_then(|days| Utc::now().checked_add_days(Days::new(days.into())));
    let (prefix, secret) = (new_prefix(), URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
    let key = format!("{MARK}{prefix}_{secret}");
    let (user, organization, ip) = (caller.user(), caller.organization(), caller.ip());
    let id = ApiKeyId(uuid::Uuid::now_v7());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let api_key = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            diesel::insert_into(api_keys::table)
                .values((
                    api_keys::id.eq(id.0),
                    api_keys::organization_id.eq(organization.0),
                    api_keys::created_by.eq(user.0),
                    api_keys::name.eq(request.name.trim()),
                    api_keys::prefix.eq(prefix),
                    api_keys::secret_hash.eq(Sha256::digest(secret.as_bytes()).to_vec()),
                    api_keys::permissions.eq(permissions.iter().map(Permission::code).collect::<Vec<_>>()),
                    api_keys::networks.eq(networks.iter().map(ToString::to_string).collect::<Vec<_>>()),
                    api_keys::expires_at.eq(expires_at),
                ))
                .execute(conn)
                .await?;
            let made = row::one(conn, id).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "api_key.created",
                subject: Some(id.to_string()),
                details: json!({
                    "name": made.name, "prefix": made.prefix, "permissions": made.permissions, "networks": made.networks,
                    "expires_at": made.expires_at,
                }),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(made)
        })
        .await?;
    app.api_keys.forget_all();
    Ok(HttpResponse::Created().json(NewApiKey { api_key, key }))
}

/// 40 random bits; should two ever be the same, the second is refused by the table.
fn new_prefix() -> String {
    let random: [u8; 8] = rand::random();
    let letters = random
        .iter()
        .map(|byte| PREFIX_LETTERS.get(usize::from(byte % 32)).copied());
    letters.map(|letter| char::from(letter.unwrap_or(b'a'))).collect()
}
