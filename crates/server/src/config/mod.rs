//! Configuration: one struct per area, read from the environment once. Errors name the variable.

mod branding;
mod bus;
mod database;
mod environment;
mod http;
mod mail;
mod provider;
mod retention;
mod security;
mod storage;
mod summaries;

pub use branding::BrandingConfig;
pub use bus::{BusConfig, NatsSettings};
pub use database::DatabaseConfig;
pub use environment::{AppEnv, ConfigError, Environment};
pub use http::HttpConfig;
pub use mail::{Encryption, MailConfig, MailTransport, SmtpServer};
pub use provider::{ProviderConfig, SeedConnection};
pub use retention::RetentionConfig;
pub use security::{Key, SecurityConfig, key};
pub use storage::StorageSettings;
pub use summaries::SummaryConfig;

/// Everything that the server is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    pub app_env: AppEnv,
    /// Demo accounts are seeded and shown on the sign-in page. Never in production.
    pub demo: bool,
    pub database: DatabaseConfig,
    pub http: HttpConfig,
    pub security: SecurityConfig,
    pub storage: StorageSettings,
    pub provider: ProviderConfig,
    pub retention: RetentionConfig,
    pub mail: MailConfig,
    pub branding: BrandingConfig,
    pub summaries: SummaryConfig,
    pub bus: BusConfig,
}

impl Config {
    /// Reads every area and collects what is wrong in all of them.
    ///
    /// # Errors
    /// All complaints, one a variable.
    pub fn read(env: &Environment) -> Result<Self, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let mut keep = |error: ConfigError| errors.push(error);
        let app_env = AppEnv::read(env).map_err(&mut keep).ok();
        let production = app_env == Some(AppEnv::Production);
        let demo = env
            .flag("DEMO_MODE", !production && env.text("DATABASE_URL").is_none())
            .map_err(&mut keep)
            .ok();
        let database = DatabaseConfig::read(env, production).map_err(&mut keep).ok();
        let http = HttpConfig::read(env, production).map_err(&mut keep).ok();
        let security = SecurityConfig::read(env, production).map_err(&mut keep).ok();
        let storage = StorageSettings::read(env).map_err(&mut keep).ok();
        let provider = ProviderConfig::read(env).map_err(&mut keep).ok();
        let retention = RetentionConfig::read(env).map_err(&mut keep).ok();
        let mail = MailConfig::read(env, production).map_err(&mut keep).ok();
        let branding = BrandingConfig::read(env, demo == Some(true))
            .map_err(&mut keep)
            .ok();
        let summaries = SummaryConfig::read(env).map_err(&mut keep).ok();
        let bus = BusConfig::read(env).map_err(&mut keep).ok();
        if production && demo == Some(true) {
            errors.push(ConfigError::new(
                "DEMO_MODE",
                "must not be true in production: its passwords are public",
            ));
        }
        match (
            app_env, demo, database, http, security, storage, provider, retention, mail, branding, summaries,
            bus,
        ) {
            (
                Some(app_env),
                Some(demo),
                Some(database),
                Some(http),
                Some(security),
                Some(storage),
                Some(provider),
                Some(retention),
                Some(mail),
                Some(branding),
                Some(summaries),
                Some(bus),
            ) if errors.is_empty() => Ok(Self {
                app_env,
                demo,
                database,
                http,
                security,
                storage,
                provider,
                retention,
                mail,
                branding,
                summaries,
                bus,
            }),
            _ => Err(errors),
        }
    }
}
