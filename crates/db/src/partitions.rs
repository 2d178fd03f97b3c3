//! Months of the partitioned tables. A row's month must exist before it is inserted.

use crate::{Db, Error};
use chrono::{DateTime, Datelike, Utc};
use diesel::sql_types::{Text, Timestamptz};
use diesel_async::RunQueryDsl;
use moka::sync::Cache;

/// Months that this process knows to exist, so that the usual insert asks nothing.
pub(crate) type Known = Cache<(&'static str, i32, u32), ()>;

/// Tables that are partitioned by month.
#[derive(Clone, Copy, Debug)]
pub enum Partitioned {
    Calls,
    CallTurns,
    CallSearch,
    Recordings,
    WebhookInbox,
    AuditLog,
}

/// What a call has rows in from its first moment on.
pub const CALL_TABLES: [Partitioned; 3] = [
    Partitioned::Calls,
    Partitioned::CallTurns,
    Partitioned::CallSearch,
];

impl Partitioned {
    fn table(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::CallTurns => "call_turns",
            Self::CallSearch => "call_search",
            Self::Recordings => "recordings",
            Self::WebhookInbox => "webhook_inbox",
            Self::AuditLog => "audit_log",
        }
    }
}

impl Db {
    /// Makes the partitions that hold `moment`, if they are missing. To be called outside of the transaction that
    /// inserts: creating a partition locks its parent until commit.
    ///
    /// # Errors
    /// [`Error::Query`] when `moment` lies before 2015 or more than a year ahead.
    pub async fn ensure_month(&self, tables: &[Partitioned], moment: DateTime<Utc>) -> Result<(), Error> {
        for table in tables {
            let key = (table.table(), moment.year(), moment.month());
            if self.partitions.contains_key(&key) {
                continue;
            }
            let mut conn = self.connection().await?;
            diesel::sql_query("SELECT ensure_month_partition($1::regclass, $2)")
                .bind::<Text, _>(table.table())
                .bind::<Timestamptz, _>(moment)
                .execute(&mut conn)
                .await?;
            self.partitions.insert(key, ());
        }
        Ok(())
    }
}
