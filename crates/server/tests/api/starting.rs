//! What the server makes of the database that it is told to work on.

use crate::harness::{AGENCY, TestApp, database};
use local_postgres::testing::{self, TestDatabase};
use server::config::{Config, Environment};

/// As of the harness.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Starts as far as the HTTP server; the words of the refusal otherwise.
async fn start(database_url: &str, owner_url: Option<&str>, app_env: &str) -> Result<(), String> {
    let opened = open(database_url, owner_url, app_env, KEY).await;
    opened.map(drop).map_err(|error| format!("{error:#}"))
}

async fn open(
    database_url: &str,
    owner_url: Option<&str>,
    app_env: &str,
    key: &str,
) -> anyhow::Result<server::serve::Opened> {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = vec![
        ("APP_ENV", app_env),
        ("DATABASE_URL", database_url),
        ("PUBLIC_URL", "https://voice.example.com"),
        ("DATA_DIR", dir.path().to_str().unwrap()),
        ("ENCRYPTION_KEY", key),
        ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
    ];
    settings.extend(owner_url.map(|url| ("MIGRATIONS_DATABASE_URL", url)));
    let config = Config::read(&Environment::from_pairs(settings)).unwrap();
    server::serve::open(config).await
}

/// A role of this test alone, dropped with it: roles belong to the whole cluster.
struct Role<'a> {
    name: String,
    database: &'a TestDatabase,
}

impl<'a> Role<'a> {
    fn new(database: &'a TestDatabase, attributes: &str) -> Self {
        let name = format!("{}_role", database.name());
        let create = format!(
            "create role {name} login {attributes}; grant connect on database {} to {name}",
            database.name()
        );
        testing::cluster().sql("postgres", &create).unwrap();
        Self { name, database }
    }

    fn url(&self) -> String {
        let (before, _) = self
            .database
            .app_url()
            .split_once("user=")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        format!("{before}user={}", self.name)
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let drop = format!(
            "revoke connect on database {} from {name}; drop role {name}",
            self.database.name(),
            name = self.name
        );
        testing::cluster().sql("postgres", &drop).unwrap();
    }
}

#[tokio::test]
async fn production_refuses_a_role_that_row_level_security_does_not_bind() {
    let database = database().await;
    let owner = database.owner_url();
    let bypassing = Role::new(&database, "nosuperuser bypassrls");
    // A member of the server's role steps down to it, and could step up again.
    let member = format!("grant echosensei_app to {}", bypassing.name);
    testing::cluster().sql("postgres", &member).unwrap();
    for url in [database.admin_url(), bypassing.url()] {
        let refusal = start(&url, Some(&owner), "production").await.unwrap_err();
        assert!(
            refusal.contains("DATABASE_URL") && refusal.contains("bypass row-level security"),
            "{refusal}"
        );
        assert_eq!(
            start(&url, Some(&owner), "development").await,
            Ok(()),
            "only a warning"
        );
    }
    assert_eq!(
        start(&database.app_url(), Some(&owner), "production").await,
        Ok(())
    );
}

#[tokio::test]
async fn without_an_owner_the_server_starts_where_no_migration_is_missing() {
    let database = database().await;
    assert_eq!(start(&database.app_url(), None, "production").await, Ok(()));
}

#[tokio::test]
async fn without_an_owner_missing_migrations_are_told_with_what_to_do() {
    let migrated = database().await;
    testing::cluster()
        .sql(
            migrated.name(),
            "delete from __diesel_schema_migrations where version = (select max(version) from __diesel_schema_migrations)",
        )
        .unwrap();
    let refusal = start(&migrated.app_url(), None, "production").await.unwrap_err();
    assert!(
        refusal.contains("1 migrations are missing") && refusal.contains("MIGRATIONS_DATABASE_URL"),
        "{refusal}"
    );
    let empty = tokio::task::spawn_blocking(|| testing::cluster().empty_database())
        .await
        .unwrap();
    let refusal = start(&empty.app_url(), None, "production").await.unwrap_err();
    assert!(
        refusal.contains("MIGRATIONS_DATABASE_URL") && refusal.contains("echosensei_app"),
        "{refusal}"
    );
}

#[tokio::test]
async fn keys_that_another_secret_sealed_are_told_at_the_start_with_what_to_do() {
    let app = TestApp::start().await;
    app.connect(&app.sign_in(AGENCY).await).await;
    let url = app.database.app_url();
    let warning = async |key: &str| open(&url, None, "production", key).await.unwrap().warning;
    assert_eq!(warning(KEY).await, None);
    let told = warning("ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=")
        .await
        .unwrap();
    assert!(
        told.starts_with("1 connections")
            && told.contains("ENCRYPTION_KEY")
            && told.contains("Settings → Integrations"),
        "{told}"
    );
    assert!(!told.contains(KEY));
}
