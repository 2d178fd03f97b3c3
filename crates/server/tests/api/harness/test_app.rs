//! A server on a free port with a database of its own.

use super::client::Client;
use super::template;
use local_postgres::testing::{self, TestDatabase};
use secrecy::SecretString;
use server::app::App;
use server::config::{Config, Environment};
use shared::OrganizationId;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use tokio_util::sync::CancellationToken;

pub const PASSWORD: &str = server::demo::PASSWORD;
pub const PLATFORM: &str = "platform@demo.test";
pub const AGENCY: &str = "agency@demo.test";
pub const CUSTOMER: &str = "customer@demo.test";
pub const VIEWER: &str = "viewer@demo.test";

/// Fields end in this order: server first, then the database, then the folder.
pub struct TestApp {
    pub app: App,
    pub base: String,
    handle: actix_web::dev::ServerHandle,
    stop: CancellationToken,
    simulator: OnceLock<simulator::Handle>,
    pub database: TestDatabase,
    dir: tempfile::TempDir,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with([]).await
    }

    /// With settings of its own, named as in the environment.
    pub async fn start_with<const N: usize>(settings: [(&str, &str); N]) -> Self {
        Self::start_on(template::database().await, settings).await
    }

    /// On a database that the test has prepared.
    pub async fn start_on<const N: usize>(database: TestDatabase, settings: [(&str, &str); N]) -> Self {
        // For every client that a test makes; refused only where it was done before.
        let _chosen_before = rustls::crypto::ring::default_provider().install_default();
        if std::env::var_os("RUST_LOG").is_some() {
            let _by_another_test = tracing_subscriber::fmt()
                .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
                .with_test_writer()
                .try_init();
        }
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = open(&database, dir.path(), &base, settings).await;
        let running = server::serve::start(app.clone(), listener).unwrap();
        let handle = running.handle();
        tokio::spawn(running);
        // Not awaited: the task ends with the test's runtime.
        drop(server::live::listener::spawn(app.clone()));
        Self {
            app,
            base,
            handle,
            stop: CancellationToken::new(),
            simulator: OnceLock::new(),
            database,
            dir,
        }
    }

    /// A second application on the same database: another server of the same installation.
    pub async fn sibling(&self) -> App {
        self.sibling_with([]).await
    }

    /// The same with settings of its own.
    pub async fn sibling_with<const N: usize>(&self, settings: [(&str, &str); N]) -> App {
        open(&self.database, self.dir.path(), &self.base, settings).await
    }

    /// A process of its own on the same database: `echosensei worker`, killed with the returned guard.
    pub fn spawn_worker(&self) -> WorkerProcess {
        WorkerProcess(
            self.program(&["worker"], &[])
                .stdout(Stdio::null())
                .spawn()
                .unwrap(),
        )
    }

    /// The program itself on the same database, with settings of its own.
    pub fn program(&self, arguments: &[&str], settings: &[(&str, &str)]) -> std::process::Command {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_echosensei"));
        program
            .args(arguments)
            .env_clear()
            .envs(defaults(&self.database, self.dir.path(), &self.base))
            .env("DEMO_MODE", "false")
            .envs(settings.iter().copied())
            // Where no `.env` lies.
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        program
    }

    /// `echosensei serve` as a process of its own, killed with the returned guard; returns once it is ready.
    pub async fn spawn_server(&self, port: u16, base: &str) -> WorkerProcess {
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_echosensei"))
            .arg("serve")
            .env_clear()
            .envs(defaults(&self.database, self.dir.path(), base))
            .env("DEMO_MODE", "false")
            .env("HOST", "127.0.0.1")
            .env("PORT", port.to_string())
            .env("PROVIDER_ALLOW_PRIVATE_HOSTS", "true")
            .env("LIVE_POLL_SECONDS", "1")
            .env("RUST_LOG", "warn")
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let process = WorkerProcess(child.unwrap());
        for _ in 0..600 {
            if reqwest::get(format!("{base}/ready"))
                .await
                .is_ok_and(|reply| reply.status().is_success())
            {
                return process;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the server did not come up");
    }

    /// Nobody yet.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// One of the seeded accounts.
    pub async fn sign_in(&self, email: &str) -> Client {
        let mut client = self.client();
        let reply = client.log_in(email, PASSWORD).await;
        assert!(reply.status.is_success(), "{} {}", reply.status, reply.text());
        client
    }

    /// The provider's stand-in, started at the first call: few past conversations, nothing running.
    pub fn simulator(&self) -> &simulator::Handle {
        self.simulator_with(simulator::Options {
            conversations: 60,
            live: 0,
            ..simulator::Options::default()
        })
    }

    /// The same with other options; they count at the first call only.
    pub fn simulator_with(&self, options: simulator::Options) -> &simulator::Handle {
        self.simulator.get_or_init(|| simulator::start(options).unwrap())
    }

    /// Key of the simulator's n-th workspace.
    pub async fn workspace_key(&self, index: usize) -> SecretString {
        let url = format!("{}/_control/workspaces", self.simulator().base_url);
        let listed: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        SecretString::from(
            listed["workspaces"][index]["api_key"]
                .as_str()
                .unwrap()
                .to_owned(),
        )
    }

    /// Runs what is queued, and what that queues, until nothing is due.
    pub async fn run_jobs(&self) -> jobs::IdleReport {
        let options = jobs::UntilIdle {
            ignore_back_off: true,
        };
        server::worker::runner(&self.app)
            .run_until_idle(options)
            .await
            .unwrap()
    }

    /// Jobs and pollers as in production, until the test ends.
    pub fn start_worker(&self) {
        tokio::spawn(server::worker::run(self.app.clone(), self.stop.clone()));
    }

    /// As superuser, behind the product's back: rows one a line, columns apart by `|`.
    pub fn sql(&self, sql: &str) -> String {
        testing::cluster()
            .sql(self.database.name(), sql)
            .unwrap()
            .trim()
            .to_owned()
    }

    /// Id of a seeded organization: `platform`, `northwind-voice`, `harbor-dental` or `alpine-travel`.
    pub fn organization(&self, slug: &str) -> OrganizationId {
        self.sql(&format!("select id from organizations where slug = '{slug}'"))
            .parse()
            .unwrap()
    }
}

/// See [`TestApp::spawn_worker`].
pub struct WorkerProcess(Child);

impl WorkerProcess {
    /// As kill -9 does; returns once it is dead.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        // The order is sent at once; nobody waits for its end.
        drop(self.handle.stop(false));
    }
}

async fn open<const N: usize>(
    database: &TestDatabase,
    dir: &std::path::Path,
    base: &str,
    settings: [(&str, &str); N],
) -> App {
    let defaults = defaults(database, dir, base);
    let defaults = defaults.iter().map(|(name, value)| (*name, value.as_str()));
    let all = defaults.chain(settings);
    let config = Config::read(&Environment::from_pairs(all)).unwrap();
    let db = db::Db::new(db::DbConfig {
        url: config.database.url.clone().unwrap(),
        tls: false,
        max_connections: config.database.max_connections,
    })
    .unwrap();
    server::serve::app(config, db).await.unwrap()
}

/// Settings of every server of a test.
fn defaults(database: &TestDatabase, dir: &std::path::Path, base: &str) -> Vec<(&'static str, String)> {
    vec![
        ("DATABASE_URL", database.app_url()),
        ("MIGRATIONS_DATABASE_URL", database.owner_url()),
        ("DATABASE_MAX_CONNECTIONS", "8".to_owned()),
        ("DATA_DIR", dir.display().to_string()),
        ("SPA_DIR", dir.join("dist").display().to_string()),
        ("PUBLIC_URL", base.to_owned()),
        ("DEMO_MODE", "true".to_owned()),
        ("LIVE_POLL_SECONDS", "0.1".to_owned()),
        // As the template's hashes were made; a test signs in often.
        (
            "PASSWORD_HASH_MIB",
            (template::COST.memory_kib / 1024).to_string(),
        ),
        ("PASSWORD_HASH_PASSES", template::COST.passes.to_string()),
        (
            "ENCRYPTION_KEY",
            "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".to_owned(),
        ),
        ("SESSION_SECRET", "0123456789abcdef0123456789abcdef".to_owned()),
    ]
}
