//! Entries by filter, newest first.

use crate::error::{ApiError, ApiResult};
use crate::zone;
use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use db::Conn;
use db::schema::{audit_log, users};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use shared::FieldError;
use shared::audit::{Actor, AuditEntry, AuditFilter};

/// Longest text that is searched for, in characters.
const MAX_TEXT: usize = 200;

/// A filter that holds water, its days as moments.
pub struct Wanted {
    filter: AuditFilter,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

impl Wanted {
    /// # Errors
    /// [`ApiError::Invalid`] naming the field.
    pub fn of(filter: AuditFilter, zone: Tz) -> ApiResult<Self> {
        let mut errors = Vec::new();
        if filter.q.as_deref().is_some_and(|q| q.chars().count() > MAX_TEXT) {
            errors.push(FieldError::new(
                "q",
                format!("Search for {MAX_TEXT} characters at most"),
            ));
        }
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from > to
        {
            errors.push(FieldError::new(
                "to",
                "The last day must not lie before the first",
            ));
        }
        if !errors.is_empty() {
            return Err(ApiError::Invalid(errors));
        }
        Ok(Self {
            from: filter.from.map(|day| zone::day_start(zone, day)),
            to: filter.to.map(|day| zone::day_start(zone, day + Days::new(1))),
            filter,
        })
    }

    /// At most `limit` entries before the one with that number.
    ///
    /// # Errors
    /// The database's own.
    pub async fn read(
        &self,
        conn: &mut Conn,
        before: Option<i64>,
        limit: i64,
    ) -> QueryResult<Vec<AuditEntry>> {
        let mut rows = audit_log::table
            .left_join(users::table.on(audit_log::user_id.eq(users::id.nullable())))
            .select((Row::as_select(), (users::name, users::email).nullable()))
            .into_boxed();
        if let Some(before) = before {
            rows = rows.filter(audit_log::sequence.lt(before));
        }
        if let Some(user) = self.filter.user {
            rows = rows.filter(audit_log::user_id.eq(user.0));
        }
        if let Some(from) = self.from {
            rows = rows.filter(audit_log::occurred_at.ge(from));
        }
        if let Some(to) = self.to {
            rows = rows.filter(audit_log::occurred_at.lt(to));
        }
        if let Some(text) = self
            .filter
            .q
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            let text = text.to_lowercase().replace('\0', " ");
            rows = rows.filter(
                sql::<Bool>("position(")
                    .bind::<Text, _>(text)
                    .sql(" in lower(concat_ws(' ', action, subject, details::text))) > 0"),
            );
        }
        let found: Vec<(Row, Option<(String, String)>)> = rows
            .order(audit_log::sequence.desc())
            .limit(limit)
            .load(conn)
            .await?;
        Ok(found.into_iter().map(|(row, person)| row.entry(person)).collect())
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log, check_for_backend(diesel::pg::Pg))]
struct Row {
    sequence: i64,
    occurred_at: DateTime<Utc>,
    user_id: Option<uuid::Uuid>,
    action: String,
    subject: Option<String>,
    details: serde_json::Value,
    ip: Option<String>,
}

impl Row {
    fn entry(self, person: Option<(String, String)>) -> AuditEntry {
        AuditEntry {
            sequence: self.sequence,
            at: self.occurred_at,
            user: self.user_id.map(|id| {
                let (name, email) = person.unwrap_or_default();
                Actor {
                    id: id.into(),
                    name,
                    email,
                }
            }),
            action: self.action,
            subject: self.subject,
            details: self.details,
            ip: self.ip,
        }
    }
}
