//! `cargo xtask bench`: everything optimised, then the program that measures it.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::paths::Paths;
use crate::process;
use crate::server::{self, Profile};
use crate::setup::{self, Need};

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
    // In one go: alone, the measuring program would want the common crates with other features, and all anew.
    server::build_with(paths, Profile::Release, &[PACKAGE])?;
    let mut program = process::command(paths, server::program(paths, Profile::Release, PACKAGE))?;
    program.args(&options.rest).env(
        "ECHOSENSEI_BIN",
        server::program(paths, Profile::Release, "echosensei"),
    );
    process::run(&mut program)?;
    Ok(ExitCode::SUCCESS)
}
