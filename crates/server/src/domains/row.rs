//! From the table to the page.

use super::name;
use crate::error::ApiError;
use chrono::{DateTime, Utc};
use db::schema::organization_domains;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::DomainId;
use shared::domain::{DnsRecord, Domain, DomainState};
use uuid::Uuid;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = organization_domains, check_for_backend(diesel::pg::Pg))]
pub struct Row {
    pub id: Uuid,
    pub domain: String,
    pub token: String,
    state: String,
    txt_ok: bool,
    txt_seen: Option<Vec<String>>,
    cname_ok: bool,
    cname_seen: Option<Vec<String>>,
    pub reason: Option<String>,
    pub failures: i32,
    pub failing_since: Option<DateTime<Utc>>,
    pub checked_at: Option<DateTime<Utc>>,
    next_check_at: DateTime<Utc>,
    pub verified_at: Option<DateTime<Utc>>,
}

/// Where the token stands. It names no product, because an agency's customers may read it.
pub fn txt_name(domain: &str) -> String {
    format!("_voice-domain.{domain}")
}

pub fn txt_value(token: &str) -> String {
    format!("voice-domain-verification={token}")
}

impl Row {
    /// # Errors
    /// When a state is stored that this build does not know.
    pub fn state(&self) -> Result<DomainState, ApiError> {
        DomainState::parse(&self.state)
            .ok_or_else(|| ApiError::internal(format!("unknown state of a domain {}", self.state)))
    }

    /// # Errors
    /// As [`Row::state`].
    pub fn domain(self, target: Option<&str>) -> Result<Domain, ApiError> {
        Ok(Domain {
            id: DomainId(self.id),
            state: self.state()?,
            shown: name::shown(&self.domain),
            records: vec![
                DnsRecord {
                    kind: "TXT".to_owned(),
                    name: txt_name(&self.domain),
                    value: txt_value(&self.token),
                    ok: self.txt_ok,
                    seen: self.txt_seen,
                },
                DnsRecord {
                    kind: "CNAME".to_owned(),
                    name: self.domain.clone(),
                    value: target.unwrap_or_default().to_owned(),
                    ok: self.cname_ok,
                    seen: self.cname_seen,
                },
            ],
            reason: self.reason,
            checked_at: self.checked_at,
            next_check_at: self.next_check_at,
            verified_at: self.verified_at,
            failing_since: self.failing_since,
            domain: self.domain,
        })
    }
}

/// One of the transaction's organization.
///
/// # Errors
/// Not found, or the database's.
pub async fn find(conn: &mut db::Conn, id: DomainId) -> Result<Row, ApiError> {
    organization_domains::table
        .find(id.0)
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?
        .ok_or_else(ApiError::not_found)
}
