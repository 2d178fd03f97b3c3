//! The database that tests are cloned from: migrated and seeded once, whichever process comes first.

use db::{Db, DbConfig};
use local_postgres::testing::{self, TestDatabase};
use server::auth::password::{self, Cost};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What the template holds besides the migrations.
const SEED: [&str; 2] = [
    include_str!("../../../src/demo/seed.rs"),
    include_str!("../../../src/demo/accounts.rs"),
];

/// Of a password's hash: so little that tests do not wait for it.
pub const COST: Cost = Cost {
    memory_kib: 8 * 1024,
    passes: 1,
};

/// A fresh clone.
pub async fn database() -> TestDatabase {
    let cluster = tokio::task::spawn_blocking(testing::cluster).await.unwrap();
    let seed = hex::encode(Sha256::digest(SEED.concat()));
    let fingerprint = db::migrate::FINGERPRINT;
    let name = format!(
        "tpl_server_{}_{}",
        &fingerprint[..12.min(fingerprint.len())],
        &seed[..12]
    );
    cluster
        .ensure_template_async(&name, async |owner_url| -> anyhow::Result<()> {
            db::migrate::run(&owner_url, false).await?;
            let db = Db::new(DbConfig {
                // As the server does it: the owner is bound by fewer policies.
                url: cluster.app_url(&format!("{name}_draft")),
                tls: false,
                max_connections: 1,
            })?;
            password::set_cost(COST);
            server::demo::seed_accounts(&db).await?;
            // The months of the simulator's history and the next one. A test's own statements block its only thread: one that waited
            // for a month being made on that thread would wait for ever.
            let tables = {
                use db::partitions::Partitioned::{
                    AuditLog, CallSearch, CallTurns, Calls, Recordings, WebhookInbox,
                };
                [AuditLog, CallSearch, CallTurns, Calls, Recordings, WebhookInbox]
            };
            for days in [-124, -93, -62, -31, 0, 31] {
                db.ensure_month(&tables, chrono::Utc::now() + chrono::Duration::days(days))
                    .await?;
            }
            drop(db);
            // A database that is connected to can not be renamed.
            let draft = format!("select count(*) from pg_stat_activity where datname = '{name}_draft'");
            while cluster.sql("postgres", &draft)?.trim() != "0" {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Ok(())
        })
        .await
        .unwrap();
    tokio::task::spawn_blocking(move || cluster.database_from(&name))
        .await
        .unwrap()
}
