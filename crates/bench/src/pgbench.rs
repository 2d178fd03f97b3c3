//! pgbench beside us: the same statement, the same database, the same number of connections.

use anyhow::{Context, Result, bail};
use std::process::Command;

/// Transactions per second of `script` at `clients` connections over `seconds`.
pub fn run(url: &str, script: &str, clients: usize, seconds: u64) -> Result<f64> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), script)?;
    let program = std::env::var("PGBENCH").unwrap_or_else(|_| find());
    let output = Command::new(program)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .args([
            "--client",
            &clients.to_string(),
            "--time",
            &seconds.to_string(),
            "--file",
        ])
        .arg(file.path())
        .arg(url)
        .output()
        .context("pgbench could not be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let tps = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok());
    match tps {
        Some(tps) if output.status.success() => Ok(tps),
        _ => bail!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Beside the server's binaries on Debian, else on PATH.
fn find() -> String {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin/pgbench"))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().map_or_else(
        || "pgbench".to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}
