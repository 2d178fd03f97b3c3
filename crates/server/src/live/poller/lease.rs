//! Who polls a connection: one process at a time, by a lease that a dead process lets run out.

use crate::app::App;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Bool, Double, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::{ConnectionId, OrganizationId};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// After a kill -9 another process takes over so long later, and within a round of its supervisor.
pub const HELD_FOR: Duration = Duration::from_secs(8);
const RENEWED_EVERY: Duration = Duration::from_millis(2500);

/// The right of this process to poll one connection.
#[derive(Clone)]
pub struct Lease {
    app: App,
    connection: ConnectionId,
    organization: OrganizationId,
    holder: Uuid,
}

/// A gap of more than a minute means that calls may have gone unseen: listening then counts from now.
const TAKE: &str = "
    INSERT INTO poll_leases AS l (connection_id, organization_id, holder, held_until, last_poll_at)
    VALUES ($1, $2, $3, now() + make_interval(secs => $4), CASE WHEN $5 THEN now() END)
    ON CONFLICT (connection_id) DO UPDATE SET
        holder = excluded.holder,
        held_until = excluded.held_until,
        listening_since = CASE WHEN l.held_until < now() - interval '1 minute' THEN now() ELSE l.listening_since END,
        last_poll_at = coalesce(excluded.last_poll_at, l.last_poll_at)
    WHERE l.holder = excluded.holder OR l.held_until < now()";

impl Lease {
    /// Takes the lease of a connection if it is free.
    ///
    /// # Errors
    /// The database's.
    pub async fn take(
        app: &App,
        connection: ConnectionId,
        organization: OrganizationId,
        holder: Uuid,
    ) -> Result<Option<Self>, db::Error> {
        let lease = Self {
            app: app.clone(),
            connection,
            organization,
            holder,
        };
        Ok(lease.extend(false).await?.then_some(lease))
    }

    /// Notes that the provider answered, and extends.
    ///
    /// # Errors
    /// The database's.
    pub async fn polled(&self) -> Result<bool, db::Error> {
        self.extend(true).await
    }

    /// Holds on until the lease is lost: taken by another, its connection removed, or the database gone for longer
    /// than the lease runs.
    pub async fn keep(&self) {
        let mut renewed = Instant::now();
        while renewed.elapsed() < HELD_FOR {
            tokio::time::sleep(RENEWED_EVERY).await;
            match self.extend(false).await {
                Ok(true) => renewed = Instant::now(),
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(error = %error, connection.id = %self.connection, "poll lease not renewed")
                }
            }
        }
    }

    /// Lets another process take over at once.
    pub async fn release(self) {
        let (connection, holder) = (self.connection.0, self.holder);
        let released = self
            .app
            .db
            .tenant::<_, db::Error, _>(self.organization, async move |conn| {
                diesel::sql_query(
                    "UPDATE poll_leases SET held_until = now() WHERE connection_id = $1 AND holder = $2",
                )
                .bind::<SqlUuid, _>(connection)
                .bind::<SqlUuid, _>(holder)
                .execute(conn)
                .await?;
                Ok(())
            });
        if let Err(error) = released.await {
            tracing::debug!(error = %error, connection.id = %self.connection, "poll lease not released, it runs out");
        }
    }

    async fn extend(&self, polled: bool) -> Result<bool, db::Error> {
        let (connection, organization, holder) = (self.connection.0, self.organization.0, self.holder);
        let taken = self
            .app
            .db
            .tenant::<_, db::Error, _>(self.organization, async move |conn| {
                let rows = diesel::sql_query(TAKE)
                    .bind::<SqlUuid, _>(connection)
                    .bind::<SqlUuid, _>(organization)
                    .bind::<SqlUuid, _>(holder)
                    .bind::<Double, _>(HELD_FOR.as_secs_f64())
                    .bind::<Bool, _>(polled)
                    .execute(conn)
                    .await?;
                Ok(rows > 0)
            });
        match taken.await {
            // Removed since it was listed.
            Err(db::Error::Query(DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))) => {
                Ok(false)
            }
            other => other,
        }
    }
}
