//! From configuration to [`App`].

use super::secrets;
use crate::accounts::LoginLimits;
use crate::api_keys::KnownKeys;
use crate::app::{App, Parts};
use crate::auth::{PrincipalCache, SessionStore, password};
use crate::branding::Brands;
use crate::config::{AppEnv, Config};
use crate::connections::seals;
use crate::domains::Dns;
use crate::health::WorkerState;
use crate::live::Hub;
use crate::mail::Mailer;
use crate::platform::RulesCache;
use crate::seal::Sealer;
use crate::spa::Spa;
use crate::webhooks::Ingest;
use anyhow::Context;
use db::{Db, DbConfig};
use local_postgres::{LocalPostgres, Options, Running};
use storage::StorageConfig;

/// Of one stored object: a day of sound.
const LARGEST_OBJECT: u64 = 2 * 1024 * 1024 * 1024;

/// An application, and the database that was started for it.
pub struct Opened {
    pub app: App,
    pub local: Option<Running>,
    /// What an operator should do something about.
    pub warning: Option<String>,
}

/// Database, secrets, migrations, pool, role, storage; in this order.
///
/// # Errors
/// The step that failed and why.
pub async fn open(mut config: Config) -> anyhow::Result<Opened> {
    let local = if config.database.url.is_none() {
        Some(start_local(&mut config).await?)
    } else {
        None
    };
    let cluster = local.as_ref().map(Running::data_dir);
    let home = secrets::home(&config.database.data_dir, cluster.as_deref()).context("DATA_DIR")?;
    secrets::complete(&mut config, &home).with_context(|| format!("secrets in {}", home.display()))?;
    let url = config.database.url.clone().context("DATABASE_URL is unset")?;
    let tls = config.database.tls;
    let owner_url = config.database.owner_url.as_deref().unwrap_or(&url);
    db::migrate::run(owner_url, tls)
        .await
        .context("migrating the database")?;
    let db = Db::new(DbConfig {
        url,
        tls,
        max_connections: config.database.max_connections,
    })?;
    match db.check_role().await {
        Err(db::Error::UnsafeRole { role }) if config.app_env != AppEnv::Production => {
            tracing::warn!(database.role = %role, "this role sees the rows of every tenant; production would refuse it");
        }
        checked => checked.context("DATABASE_URL")?,
    }
    let app = app(config, db).await?;
    let warning = seals::warning(&app).await.context("looking at the sealed keys")?;
    if let Some(warning) = &warning {
        tracing::error!("{warning}");
    }
    Ok(Opened { app, local, warning })
}

/// The application on a migrated database.
///
/// # Errors
/// When a secret is unset or the folder of recordings can not be made.
pub async fn app(config: Config, db: Db) -> anyhow::Result<App> {
    let encryption_key = config
        .security
        .encryption_key
        .as_ref()
        .context("ENCRYPTION_KEY is unset")?;
    password::set_cost(config.security.password_cost);
    let dir = config
        .storage
        .local_dir
        .clone()
        .unwrap_or_else(|| config.database.data_dir.join("storage"));
    let hosts = match config.provider.allow_private_hosts {
        true => elevenlabs::Hosts::any(),
        false => elevenlabs::Hosts::public(),
    };
    let reloads = config.app_env == AppEnv::Development;
    let storage = StorageConfig::Local {
        root: dir,
        max_bytes: LARGEST_OBJECT,
    };
    let sealer = Sealer::new(encryption_key)?;
    Ok(App::new(Parts {
        sealer: sealer.clone(),
        storage: storage.open().await.context("opening STORAGE_DIR")?,
        hub: Hub::new(),
        ingest: Ingest::new(db.clone(), sealer),
        provider: elevenlabs::Transport::to(hosts)?,
        sessions: SessionStore::new(db.clone()),
        principals: PrincipalCache::default(),
        api_keys: KnownKeys::default(),
        login_limits: LoginLimits::default(),
        public_limits: LoginLimits::for_strangers(),
        mailer: Mailer::open(&config.mail, &config.http.public_url).await?,
        platform_rules: RulesCache::default(),
        brands: Brands::new(db.clone(), &config),
        dns: Dns::new(config.branding.dns_resolver).context("DNS_RESOLVER")?,
        spa: Spa::load(&config.http.spa_dir, reloads),
        worker: WorkerState::default(),
        db,
        config,
    }))
}

async fn start_local(config: &mut Config) -> anyhow::Result<Running> {
    let options = Options {
        data_dir: config.database.data_dir.join("postgres"),
        announce: |step| tracing::info!(step, "local PostgreSQL"),
    };
    let local = tokio::task::spawn_blocking(move || LocalPostgres::start(&options))
        .await?
        .context("starting a local PostgreSQL, because DATABASE_URL is unset")?;
    config.database.owner_url = Some(local.owner_url());
    config.database.url = Some(local.app_url());
    Ok(local)
}
