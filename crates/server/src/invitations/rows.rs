//! Invitations as the database tells them to whoever invites.

use crate::calls::cursor::Place;
use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::invitation::{AgencyTerms, Invitation, InvitationKind, InvitationState};
use shared::{Email, InvitationId};
use uuid::Uuid;

const SQL: &str = "
SELECT i.id, i.kind, i.email, i.state, coalesce(r.name, t.label, i.role) AS role_label, i.only_assigned_agents, i.company,
       i.commission_basis_points, i.opening_credits_minor, i.currency, coalesce(nullif(b.name, ''), b.email) AS invited_by,
       i.sent_at, i.sends, i.expires_at, i.settled_at, i.created_at
FROM invitations i
LEFT JOIN roles r ON r.id = i.role_id
LEFT JOIN role_templates t ON t.key = i.role
LEFT JOIN users b ON b.id = i.invited_by
WHERE i.organization_id = current_organization() AND (i.kind = 'member') = $1
  AND ($2::uuid IS NULL OR i.id = $2)
  AND ($3::timestamptz IS NULL OR (i.created_at, i.id) < ($3, $4))
ORDER BY i.created_at DESC, i.id DESC LIMIT $5";

#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    role_label: Option<String>,
    #[diesel(sql_type = Bool)]
    only_assigned_agents: bool,
    #[diesel(sql_type = Nullable<Text>)]
    company: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    commission_basis_points: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    opening_credits_minor: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    currency: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    invited_by: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    sent_at: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    sends: i32,
    #[diesel(sql_type = Timestamptz)]
    expires_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    settled_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

/// Which of the transaction's organization.
pub struct Wanted {
    /// Members, or agencies.
    pub members: bool,
    pub only: Option<InvitationId>,
    pub after: Option<Place>,
    pub limit: i64,
}

/// # Errors
/// The database's.
pub async fn load(conn: &mut Conn, wanted: Wanted) -> ApiResult<Vec<Row>> {
    diesel::sql_query(SQL)
        .bind::<Bool, _>(wanted.members)
        .bind::<Nullable<SqlUuid>, _>(wanted.only.map(|id| id.0))
        .bind::<Nullable<Timestamptz>, _>(wanted.after.map(|place| place.started_at))
        .bind::<Nullable<SqlUuid>, _>(wanted.after.map(|place| place.id))
        .bind::<BigInt, _>(wanted.limit)
        .load(conn)
        .await
        .map_err(ApiError::from)
}

/// One of members or of agencies.
///
/// # Errors
/// `not_found` for any other, or the database's.
pub async fn one(conn: &mut Conn, members: bool, id: InvitationId) -> ApiResult<Invitation> {
    let wanted = Wanted {
        members,
        only: Some(id),
        after: None,
        limit: 1,
    };
    let row = load(conn, wanted).await?.pop();
    row.ok_or_else(ApiError::not_found)?.invitation()
}

impl Row {
    pub fn place(&self) -> Place {
        Place {
            started_at: self.created_at,
            id: self.id,
        }
    }

    /// # Errors
    /// What this build does not know.
    pub fn invitation(self) -> ApiResult<Invitation> {
        let state = match self.state.as_str() {
            "open" if self.expires_at <= Utc::now() => InvitationState::Expired,
            "open" => InvitationState::Open,
            "accepted" => InvitationState::Accepted,
            _ => InvitationState::Revoked,
        };
        let kind = InvitationKind::parse(&self.kind);
        Ok(Invitation {
            id: InvitationId(self.id),
            kind: kind
                .ok_or_else(|| ApiError::internal(format!("unknown kind of invitation {}", self.kind)))?,
            email: Email::parse(&self.email).map_err(ApiError::internal)?,
            state,
            role_label: self.role_label,
            only_assigned_agents: self.only_assigned_agents,
            terms: terms(
                self.company,
                self.commission_basis_points,
                self.opening_credits_minor,
                self.currency,
            ),
            invited_by: self.invited_by,
            sent_at: self.sent_at,
            sends: self.sends,
            expires_at: self.expires_at,
            settled_at: self.settled_at,
        })
    }
}

/// Of an agency; a member's has none.
pub fn terms(
    company: Option<String>,
    commission_basis_points: Option<i32>,
    opening_credits_minor: Option<i64>,
    currency: Option<String>,
) -> Option<AgencyTerms> {
    Some(AgencyTerms {
        company: company?,
        commission_basis_points: commission_basis_points?,
        opening_credits_minor: opening_credits_minor.unwrap_or(0),
        currency,
    })
}
