//! `cargo xtask dev`: the front end rebuilt on save by Trunk, in front of a debug server.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::children::Children;
use crate::paths::Paths;
use crate::server::{self, Profile};
use crate::setup::{self, Need};
use crate::{process, say, simulator, wasm};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where Trunk serves the front end
    #[arg(long, default_value_t = 5080)]
    port: u16,
    /// Where the simulator listens; another port is taken when this one is in use
    #[arg(long, default_value_t = 5100)]
    simulator_port: u16,
}

/// Trunk.toml sends /api there.
const SERVER_PORT: u16 = 5000;

pub(crate) fn dev(paths: &Paths, options: &Options) -> Result<ExitCode> {
    setup::ensure(paths, Need::RUN)?;
    wasm::build_tool(paths)?;
    server::build(paths, Profile::Debug)?;
    let mut children = Children::new()?;
    let simulator = simulator::start_if_needed(paths, Profile::Debug, options.simulator_port, &mut children)?;
    let mut serve = server::serve(paths, Profile::Debug, SERVER_PORT, simulator.as_ref())?;
    // The browser's origin is Trunk's.
    serve.env("PUBLIC_URL", format!("http://127.0.0.1:{}", options.port));
    children.spawn("echosensei", &mut serve)?;
    let mut trunk = process::command(paths, "trunk")?;
    trunk
        .args(["serve", "--offline", "--skip-version-check", "--port"])
        .arg(options.port.to_string());
    // Not over the release build that `run` has made.
    trunk.arg("--dist").arg(paths.root.join("target/dev-dist"));
    children.spawn("trunk", &mut trunk)?;
    say::line(&format!(
        "==> http://127.0.0.1:{} (Ctrl-C stops everything)",
        options.port
    ));
    children.wait()
}
