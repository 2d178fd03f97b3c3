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
use crate::live::{Below, Desk, Hub};
use crate::mail::Mailer;
use crate::platform::RulesCache;
use crate::seal::Sealer;
use crate::spa::Spa;
use crate::summaries::Summarizer;
use crate::webhooks::Ingest;
use anyhow::Context;
use db::{Db, DbConfig};
use local_postgres::{LocalPostgres, Options, Running};
use storage::Stores;

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
/// When a secret is unset or a store can not be opened.
pub async fn app(config: Config, db: Db) -> anyhow::Result<App> {
    let encryption_key = config
        .security
        .encryption_key
        .as_ref()
        .context("ENCRYPTION_KEY is unset")?;
    password::set_cost(config.security.password_cost);
    let hosts = match config.provider.allow_private_hosts {
        true => elevenlabs::Hosts::any(),
        false => elevenlabs::Hosts::public(),
    };
    let reloads = config.app_env == AppEnv::Development;
    let storage = stores(&config).await?;
    let sealer = Sealer::new(encryption_key)?;
    Ok(App::new(Parts {
        sealer: sealer.clone(),
        storage,
        flights: Default::default(),
        hub: Hub::new(),
        below: Below::default(),
        desk: Desk::default(),
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
        summaries: Summarizer::open(&config.summaries).context("MISTRAL_BASE_URL and MISTRAL_API_KEY")?,
        spa: Spa::load(&config.http.spa_dir, reloads),
        worker: WorkerState::default(),
        db,
        config,
    }))
}

async fn stores(config: &Config) -> anyhow::Result<Stores> {
    let (settings, data_dir) = (&config.storage, &config.database.data_dir);
    let current = settings
        .of(settings.provider, data_dir)
        .context("STORAGE_PROVIDER names a store without settings")?;
    Stores::open(&current, &settings.others(data_dir))
        .await
        .map_err(|(provider, error)| {
            anyhow::Error::new(error).context(format!("opening the store {provider}"))
        })
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
