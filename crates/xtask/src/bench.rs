//! `cargo xtask bench`: everything optimised, then the program that measures it.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::paths::Paths;
use crate::server::{self, Profile};
use crate::setup::{self, Need};
use crate::{process, spa};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Passed on to the measuring program
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

const PACKAGE: &str = "echosensei-bench";

pub(crate) fn bench(paths: &Paths, options: &Options) -> Result<ExitCode> {
    if !paths.root.join("crates/bench/Cargo.toml").exists() {
        bail!("this checkout has no crates/bench");
    }
    setup::ensure(paths, Need::ALL)?;
    spa::build(paths)?;
    server::build(paths, Profile::Release)?;
    let mut cargo = process::command(paths, "cargo")?;
    cargo
        .args(["run", "--release", "--package", PACKAGE, "--"])
        .args(&options.rest);
    cargo
        .env("SPA_DIR", paths.dist())
        .env(
            "ECHOSENSEI_BIN",
            server::program(paths, Profile::Release, "echosensei"),
        )
        .env(
            "SIMULATOR_BIN",
            server::program(paths, Profile::Release, "echosensei-simulator"),
        );
    if let Some(browser) = setup::find_browser() {
        cargo.env("CHROMIUM", browser);
    }
    process::run(&mut cargo)?;
    Ok(ExitCode::SUCCESS)
}
