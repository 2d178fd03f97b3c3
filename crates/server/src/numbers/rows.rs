//! Numbers as the database tells them.

use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::agent::AgentRef;
use shared::number::{Assignment, PhoneNumber};
use shared::{AgentId, ConnectionId, OrganizationId, PhoneNumberId};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    organization_name: String,
    #[diesel(sql_type = SqlUuid)]
    connection_id: Uuid,
    #[diesel(sql_type = Text)]
    provider_number_id: String,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Text)]
    label: String,
    #[diesel(sql_type = Text)]
    provider: String,
    #[diesel(sql_type = Bool)]
    supports_inbound: bool,
    #[diesel(sql_type = Bool)]
    supports_outbound: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    agent_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    agent_name: Option<String>,
    #[diesel(sql_type = Bool)]
    answered: bool,
    #[diesel(sql_type = Text)]
    assignment: String,
    #[diesel(sql_type = Nullable<Text>)]
    wanted_agent_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    trouble: Option<String>,
    #[diesel(sql_type = Bool)]
    archived: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    moved_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    synced_at: Option<DateTime<Utc>>,
}

/// Which numbers, and how many.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those of the organizations below as well.
    pub below: bool,
    /// Part of number, label, agent or organization.
    pub text: String,
    /// Those after this one.
    pub after: Option<(String, Uuid)>,
    pub only: Option<PhoneNumberId>,
    pub at_most: i32,
}

/// By number.
///
/// # Errors
/// The database's.
pub async fn load(conn: &mut Conn, wanted: Wanted) -> ApiResult<Vec<PhoneNumber>> {
    let (after_number, after_id) = wanted.after.unzip();
    let rows: Vec<Row> = diesel::sql_query("SELECT * FROM list_phone_numbers($1, $2, $3, $4, $5, $6)")
        .bind::<Bool, _>(wanted.below)
        .bind::<Text, _>(wanted.text)
        .bind::<Nullable<Text>, _>(after_number)
        .bind::<Nullable<SqlUuid>, _>(after_id)
        .bind::<Nullable<SqlUuid>, _>(wanted.only.map(|id| id.0))
        .bind::<Integer, _>(wanted.at_most)
        .load(conn)
        .await?;
    rows.into_iter().map(Row::number).collect()
}

/// One of the organization's own.
///
/// # Errors
/// `NotFound`, or the database's.
pub async fn one(conn: &mut Conn, id: PhoneNumberId) -> ApiResult<PhoneNumber> {
    let wanted = Wanted {
        only: Some(id),
        at_most: 1,
        ..Wanted::default()
    };
    load(conn, wanted).await?.pop().ok_or_else(ApiError::not_found)
}

impl Row {
    fn number(self) -> ApiResult<PhoneNumber> {
        let assignment = Assignment::parse(&self.assignment)
            .ok_or_else(|| ApiError::internal(format!("unknown assignment {}", self.assignment)))?;
        Ok(PhoneNumber {
            id: PhoneNumberId(self.id),
            organization_id: OrganizationId(self.organization_id),
            organization_name: self.organization_name,
            connection_id: ConnectionId(self.connection_id),
            provider_number_id: self.provider_number_id,
            number: self.number,
            label: self.label,
            provider: self.provider,
            supports_inbound: self.supports_inbound,
            supports_outbound: self.supports_outbound,
            agent: self.agent_id.zip(self.agent_name).map(|(id, name)| AgentRef {
                id: AgentId(id),
                name,
            }),
            answered: self.answered,
            assignment,
            wanted_agent: self.wanted_agent_name,
            trouble: self.trouble,
            archived: self.archived,
            moved_at: self.moved_at,
            synced_at: self.synced_at,
        })
    }
}
