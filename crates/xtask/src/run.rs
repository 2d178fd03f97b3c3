//! `cargo xtask run`: what the README's second command does.

use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::children::Children;
use crate::paths::Paths;
use crate::server::{self, Profile};
use crate::setup::{self, Need};
use crate::{say, simulator, spa};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where to listen on 127.0.0.1 (set HOST to listen elsewhere)
    #[arg(long, env = "PORT", default_value_t = 5000)]
    port: u16,
    /// Where the simulator listens; another port is taken when this one is in use
    #[arg(long, default_value_t = 5100)]
    simulator_port: u16,
    /// Build everything, start nothing
    #[arg(long)]
    build_only: bool,
}

pub(crate) fn run(paths: &Paths, options: &Options) -> Result<ExitCode> {
    if !options.build_only {
        // Before the long build, not after it.
        check_port(options.port)?;
    }
    setup::ensure(paths, Need::RUN)?;
    spa::build(paths)?;
    server::build(paths, Profile::Release)?;
    if options.build_only {
        return Ok(ExitCode::SUCCESS);
    }
    let mut children = Children::new()?;
    let simulator =
        simulator::start_if_needed(paths, Profile::Release, options.simulator_port, &mut children)?;
    let mut serve = server::serve(paths, Profile::Release, options.port, simulator.as_ref())?;
    children.spawn("echosensei", &mut serve)?;
    say::line(&format!(
        "==> http://127.0.0.1:{} (Ctrl-C stops everything)",
        options.port
    ));
    children.wait()
}

fn check_port(port: u16) -> Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .with_context(|| format!("port {port} is in use; choose another with --port"))
}
