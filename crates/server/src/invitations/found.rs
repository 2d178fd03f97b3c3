//! The invitation behind a link.

use super::rows;
use crate::accounts::link_secret::{gone, unknown};
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::invitation::{AgencyTerms, InvitationKind, InvitedAccount};
use shared::{Email, InvitationId, OrganizationId, UserId};
use std::net::IpAddr;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    organization_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    role_label: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    role_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    inviter_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    inviter_name: Option<String>,
    #[diesel(sql_type = Text)]
    message: String,
    #[diesel(sql_type = Nullable<Text>)]
    company: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    commission_basis_points: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    opening_credits_minor: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    currency: Option<String>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Timestamptz)]
    expires_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Bool)]
    is_member: bool,
    #[diesel(sql_type = Bool)]
    may_found: bool,
}

/// One that can be accepted.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: InvitationId,
    pub token_hash: Vec<u8>,
    pub organization: OrganizationId,
    pub organization_name: String,
    pub kind: InvitationKind,
    pub email: Email,
    pub role_label: Option<String>,
    pub role: Option<String>,
    pub role_id: Option<Uuid>,
    pub inviter: Option<UserId>,
    pub inviter_name: Option<String>,
    pub message: String,
    pub terms: Option<AgencyTerms>,
    pub expires_at: DateTime<Utc>,
    /// Whether the address has an account that somebody can sign in with.
    pub account: InvitedAccount,
}

/// Looks for it. A good link costs nothing; who tries others is slowed down.
///
/// # Errors
/// `not_found` for a link that nobody was sent, `link_gone` for one that can not be used any more.
pub async fn find(app: &App, ip: Option<IpAddr>, token_hash: Vec<u8>) -> ApiResult<Found> {
    let attempt = app
        .public_limits
        .begin(ip, &hex::encode(&token_hash))
        .map_err(ApiError::RateLimited)?;
    let row = diesel::sql_query("SELECT * FROM find_invitation($1)")
        .bind::<Binary, _>(&token_hash)
        .get_result::<Row>(&mut *app.db.connection().await?)
        .await
        .optional()?;
    let found = row.ok_or_else(unknown)?.open(token_hash)?;
    attempt.forgive();
    Ok(found)
}

impl Row {
    fn open(self, token_hash: Vec<u8>) -> ApiResult<Found> {
        let kind = InvitationKind::parse(&self.kind)
            .ok_or_else(|| ApiError::internal(format!("unknown kind of invitation {}", self.kind)))?;
        match self.state.as_str() {
            "accepted" => return Err(gone("The invitation was accepted already. Sign in to go on.")),
            "revoked" => {
                return Err(gone(
                    "The invitation was revoked. Ask whoever invited you for a new one.",
                ));
            }
            _ if self.expires_at <= Utc::now() => {
                return Err(gone(
                    "The time to accept the invitation is over. Ask whoever invited you for a new one.",
                ));
            }
            _ => {}
        }
        if self.account == "disabled" {
            return Err(gone(
                "The account of this address may not sign in. Ask your administrator.",
            ));
        }
        if kind == InvitationKind::Member && self.is_member {
            return Err(gone(
                "This address belongs to the organization already. Sign in to go on.",
            ));
        }
        if kind == InvitationKind::Member && self.inviter_id.is_none()
            || kind == InvitationKind::Agency && !self.may_found
        {
            return Err(gone(
                "Whoever invited you may not do so any more. Ask for a new invitation.",
            ));
        }
        Ok(Found {
            id: InvitationId(self.id),
            token_hash,
            organization: OrganizationId(self.organization_id),
            organization_name: self.organization_name,
            kind,
            email: Email::parse(&self.email).map_err(ApiError::internal)?,
            role_label: self.role_label,
            role: self.role,
            role_id: self.role_id,
            inviter: self.inviter_id.map(UserId),
            inviter_name: self.inviter_name,
            message: self.message,
            terms: rows::terms(
                self.company,
                self.commission_basis_points,
                self.opening_credits_minor,
                self.currency,
            ),
            expires_at: self.expires_at,
            account: match self.account.as_str() {
                "active" => InvitedAccount::Existing,
                // Nobody can sign in who belongs nowhere: whoever reads the address's mail chooses a new password.
                _ => InvitedAccount::New,
            },
        })
    }
}
