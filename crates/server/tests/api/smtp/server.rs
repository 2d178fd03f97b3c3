//! The mail server of these tests, a process of its own.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Ends with the value.
pub struct MailServer {
    pub port: u64,
    /// File with the certificate of its authority; empty where it speaks no TLS.
    ca: tempfile::NamedTempFile,
    lines: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl MailServer {
    pub async fn start(arguments: &[&str]) -> Self {
        let python = tokio::task::spawn_blocking(|| test_tools::python(&folder().join("requirements.txt")))
            .await
            .unwrap();
        let mut child = Command::new(python)
            .arg(folder().join("server.py"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = next(&mut lines).await;
        let ca = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(ca.path(), ready["ca"].as_str().unwrap_or_default()).unwrap();
        Self {
            port: ready["port"].as_u64().unwrap(),
            ca,
            lines,
            _child: child,
        }
    }

    /// For SMTP_CA_FILE.
    pub fn ca_file(&self) -> String {
        self.ca.path().display().to_string()
    }

    /// The next message that it took.
    pub async fn message(&mut self) -> Value {
        next(&mut self.lines).await
    }
}

async fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await;
    let line = line.expect("the mail server said nothing for 30 s").unwrap();
    serde_json::from_str(&line.expect("the mail server ended")).unwrap()
}

fn folder() -> PathBuf {
    test_tools::package().join("tests/api/smtp")
}
