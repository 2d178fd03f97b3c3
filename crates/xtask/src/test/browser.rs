//! The tests in frontend/e2e: a real browser in front of the release build, on a database of its own.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::children::Children;
use crate::paths::Paths;
use crate::server::{self, Profile};
use crate::{fetch, process, say, setup, simulator, spa};

pub(crate) fn tests(paths: &Paths) -> Result<()> {
    let folder = paths.frontend().join("e2e");
    let files = test_files(&folder);
    if files.is_empty() {
        say::line("==> no browser tests in frontend/e2e");
        return Ok(());
    }
    spa::build(paths)?;
    server::build(paths, Profile::Release)?;
    let browser = setup::find_browser().context("no Chromium")?;

    let data = Scratch::new()?;
    let mut children = Children::new()?;
    let simulator = simulator::start_if_needed(paths, Profile::Release, 0, &mut children)?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let mut serve = server::serve(paths, Profile::Release, port, simulator.as_ref())?;
    serve
        .env_remove("DATABASE_URL")
        .env("DATA_DIR", &data.0)
        .env("HOST", "127.0.0.1");
    children.spawn("echosensei", &mut serve)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    fetch::wait(address, "/ready", Duration::from_secs(90)).context("the server does not get ready")?;

    let outcome = say::step("running the browser tests", "1 minute", || {
        let mut node = process::command(paths, "node")?;
        node.args(["--test", "--test-concurrency=1"])
            .args(&files)
            .current_dir(paths.frontend());
        node.env("BASE_URL", format!("http://127.0.0.1:{port}"))
            .env("CHROMIUM", browser);
        if let Some(simulator) = &simulator {
            node.env("SIMULATOR_URL", &simulator.base_url);
        }
        process::run(&mut node)
    });
    let gone = children.ended()?;
    children.end();
    outcome?;
    ensure!(gone.is_none(), "a program ended during the tests: {gone:?}");
    Ok(())
}

fn test_files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.to_string_lossy().ends_with(".test.js") || path.to_string_lossy().ends_with(".test.mjs")
        })
        .collect();
    files.sort();
    files
}

/// A data folder for one run.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        // Never a name of an earlier run: as root the database may lie elsewhere under a hash of this path and outlive it,
        // and its keys are sealed with a secret that went with the folder.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let path = std::env::temp_dir().join(format!("echosensei-e2e-{}", now.as_nanos()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
