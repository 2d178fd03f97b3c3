//! `cargo xtask test`: what must be green before anything lands.

mod browser;
mod rust;

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::paths::Paths;
use crate::say;
use crate::setup::{self, Need};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Leave out the browser tests
    #[arg(long)]
    no_browser: bool,
    /// Only the browser tests
    #[arg(long, conflicts_with = "no_browser")]
    only_browser: bool,
    /// Only the tests of this package, without style and lints
    #[arg(long, short)]
    package: Option<String>,
}

pub(crate) fn test(paths: &Paths, options: &Options) -> Result<ExitCode> {
    setup::ensure(paths, Need::ALL)?;
    let outcome = everything(paths, options);
    // Started by the first test that needed it; a cluster left behind would surprise.
    if let Err(error) = local_postgres::testing::stop() {
        say::line(&format!("the test database does not stop: {error}"));
    }
    outcome.map(|()| ExitCode::SUCCESS)
}

fn everything(paths: &Paths, options: &Options) -> Result<()> {
    if let Some(package) = &options.package {
        return rust::tests(paths, Some(package));
    }
    if !options.only_browser {
        rust::format(paths)?;
        rust::lint(paths)?;
        rust::tests(paths, None)?;
    }
    if options.no_browser {
        Ok(())
    } else {
        browser::tests(paths)
    }
}
