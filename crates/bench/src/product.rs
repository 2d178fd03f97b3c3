//! The product as an operator runs it: its binary, a durable PostgreSQL, a simulated provider.

use anyhow::{Context, Result, bail};
use local_postgres::{LocalPostgres, Options, Running};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Password of the demo accounts.
const PASSWORD: &str = "echosensei-demo";

/// A PostgreSQL of its own for one benchmark.
pub struct Database {
    pub running: Option<Running>,
    pub owner_url: String,
    pub app_url: String,
    folder: PathBuf,
    /// Removed with the benchmark, unless the folder was named.
    _temporary: Option<tempfile::TempDir>,
}

impl Database {
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut database = Self::start_in(folder.path())?;
        database._temporary = Some(folder);
        Ok(database)
    }

    /// In a folder that stays.
    pub fn start_in(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        // The cluster's user must be able to pass through.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755))?;
        }
        let running = LocalPostgres::start(&Options::new(folder.join("postgres")))?;
        Ok(Self {
            owner_url: running.owner_url(),
            app_url: running.app_url(),
            running: Some(running),
            folder,
            _temporary: None,
        })
    }

    pub async fn owner(&self) -> Result<tokio_postgres::Client> {
        let (client, connection) = tokio_postgres::connect(&self.owner_url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.stop();
        }
    }
}

/// A running `echosensei`.
pub struct Product {
    child: Child,
    pub base: String,
    /// From start until `/health` answered.
    pub answered_after: Duration,
}

impl Product {
    /// Starts the binary with `extra` settings; without a worker when `arguments` say so.
    pub async fn start(database: &Database, arguments: &[&str], extra: &[(&str, &str)]) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Self::start_at(port, database, arguments, extra).await
    }

    /// The same on a port that was chosen.
    pub async fn start_at(
        port: u16,
        database: &Database,
        arguments: &[&str],
        extra: &[(&str, &str)],
    ) -> Result<Self> {
        let binary = std::env::var("ECHOSENSEI_BIN").context("run it by `cargo xtask bench`")?;
        let base = format!("http://127.0.0.1:{port}");
        let log = std::fs::File::create(std::env::temp_dir().join("echosensei-bench-server.log"))?;
        let began = Instant::now();
        let child = Command::new(binary)
            .arg("serve")
            .args(arguments)
            .env("HOST", "127.0.0.1")
            .env("PORT", port.to_string())
            .env("PUBLIC_URL", &base)
            .env("DATABASE_URL", &database.app_url)
            .env("MIGRATIONS_DATABASE_URL", &database.owner_url)
            .env("DATA_DIR", database.folder.join("data"))
            .env("DEMO_MODE", "true")
            .env("RUST_LOG", "warn")
            .envs(extra.iter().copied())
            .stdout(log.try_clone()?)
            .stderr(Stdio::from(log))
            .spawn()?;
        let mut product = Self {
            child,
            base,
            answered_after: Duration::ZERO,
        };
        product.answered_after = product.wait_for("/health", began).await?;
        product.wait_for("/ready", began).await?;
        Ok(product)
    }

    async fn wait_for(&self, path: &str, began: Instant) -> Result<Duration> {
        let client = reqwest::Client::new();
        while began.elapsed() < Duration::from_secs(60) {
            if let Ok(reply) = client.get(format!("{}{path}", self.base)).send().await
                && reply.status().is_success()
            {
                return Ok(began.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("{path} did not answer; see echosensei-bench-server.log in the temporary folder")
    }

    /// Resident memory in bytes, from the kernel.
    pub fn resident_bytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes: u64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.trim().split(' ').next())
            .and_then(|number| number.parse().ok())
            .context("no VmRSS")?;
        Ok(kilobytes * 1024)
    }

    /// As kill -9.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The session cookie of a demo account, as a header sends it.
    pub async fn cookie(&self, email: &str) -> Result<String> {
        let reply = self.login(&reqwest::Client::new(), email).await?;
        let cookie = reply
            .headers()
            .get("set-cookie")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .context("no session cookie")?;
        Ok(cookie.to_owned())
    }

    /// A client that is signed in as a demo account.
    pub async fn sign_in(&self, email: &str) -> Result<reqwest::Client> {
        let client = reqwest::Client::builder().cookie_store(true).build()?;
        self.login(&client, email).await?;
        Ok(client)
    }

    async fn login(&self, client: &reqwest::Client, email: &str) -> Result<reqwest::Response> {
        let reply = client
            .post(format!("{}/api/auth/login", self.base))
            .header("Origin", &self.base)
            .json(&serde_json::json!({ "email": email, "password": PASSWORD }))
            .send()
            .await?;
        if !reply.status().is_success() {
            bail!("sign-in failed: {}", reply.text().await?);
        }
        Ok(reply)
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
