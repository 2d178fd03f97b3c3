//! `cargo xtask`: everything a developer does with this checkout, each in one command.
//!
//! Kept small and quick to compile, because every command begins with compiling it.

mod bench;
mod children;
mod dev;
mod fetch;
mod fingerprint;
mod paths;
mod process;
mod run;
mod say;
mod server;
mod setup;
mod simulator;
mod spa;
mod test;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::paths::Paths;
use crate::setup::Need;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Set up, run, test and measure EchoSensei")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what is missing: WebAssembly target, Trunk, npm tools, PostgreSQL, a browser
    Setup,
    /// Build everything optimised, and serve it
    Run(run::Options),
    /// Serve with rebuild on save
    Dev(dev::Options),
    /// Check style, lints and tests, the browser's too
    Test(test::Options),
    /// Measure, and write the figures to docs/benchmarks.md
    Bench(bench::Options),
    /// Compile and split the front end (Trunk's hook; not for people)
    #[command(hide = true)]
    Wasm,
}

fn main() -> ExitCode {
    match go(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            say::failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn go(command: Command) -> anyhow::Result<ExitCode> {
    let paths = Paths::find()?;
    match command {
        Command::Setup => setup::ensure(&paths, Need::ALL).map(|()| ExitCode::SUCCESS),
        Command::Run(options) => run::run(&paths, &options),
        Command::Dev(options) => dev::dev(&paths, &options),
        Command::Test(options) => test::test(&paths, &options),
        Command::Bench(options) => bench::bench(&paths, &options),
        Command::Wasm => wasm::build(&paths).map(|()| ExitCode::SUCCESS),
    }
}
