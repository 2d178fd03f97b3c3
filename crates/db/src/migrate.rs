//! Migrations, embedded in the binary.

use crate::{Error, connect, pending};
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Any number will do; the same for every server of the database.
const LOCK: i64 = 0x6563_686f_7365_6e73;

/// Brings the database up to date as its owner. Several servers that start at once wait for one another.
///
/// Returns the names of the migrations that ran. A role that may not run any, such as the server's own, is good enough where
/// none is missing.
///
/// # Errors
/// [`Error::Unreachable`], [`Error::NotOwner`], or [`Error::Migration`] with the statement's own message; a failed migration leaves nothing behind.
pub async fn run(owner_url: &str, tls: bool) -> Result<Vec<String>, Error> {
    let mut conn = connect::establish(owner_url.to_owned(), tls, false)
        .await
        .map_err(|e| Error::Unreachable(e.to_string()))?;
    if !pending::may_run(&mut conn).await? {
        return Ok(Vec::new());
    }
    conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))
        .await?;
    // The harness is synchronous and blocks on the connection, which is not allowed on the async runtime's own threads.
    let runtime = tokio::runtime::Handle::current();
    let (ran, mut conn) = tokio::task::spawn_blocking(move || {
        let _guard = runtime.enter();
        let mut harness = AsyncMigrationHarness::new(conn);
        let ran = harness
            .run_pending_migrations(MIGRATIONS)
            .map(|versions| versions.iter().map(ToString::to_string).collect::<Vec<_>>())
            .map_err(|e| Error::Migration(e.to_string()));
        ran.map(|ran| (ran, harness.into_inner()))
    })
    .await
    .map_err(|e| Error::Migration(e.to_string()))??;
    crate::access::describe(&mut conn).await?;
    // Releases the lock.
    drop(conn);
    for version in &ran {
        tracing::info!(migration.version = %version, "migration applied");
    }
    Ok(ran)
}

/// Digest of the text of all migrations: names the template database of the tests.
pub const FINGERPRINT: &str = env!("MIGRATIONS_HASH");
