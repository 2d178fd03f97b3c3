//! Format, lints and tests of the workspace.

use anyhow::Result;

use crate::paths::Paths;
use crate::setup::wasm_toolchain;
use crate::{process, say};

const FRONTEND: &str = "echosensei-frontend";

pub(crate) fn format(paths: &Paths) -> Result<()> {
    say::step("checking the format", "1 s", || {
        process::run(process::command(paths, "cargo")?.args(["fmt", "--all", "--check"]))
    })
}

/// The front end a second time for the browser: what is compiled only there is linted only there.
pub(crate) fn lint(paths: &Paths) -> Result<()> {
    let strict = ["--", "--deny", "warnings"];
    say::step("linting the workspace", "6 minutes the first time", || {
        let mut cargo = process::command(paths, "cargo")?;
        process::run(
            cargo
                .args(["clippy", "--locked", "--workspace", "--all-targets"])
                .args(strict),
        )
    })?;
    say::step(
        "linting the front end for the browser",
        "3 minutes the first time",
        || {
            let mut cargo = process::command(paths, "cargo")?;
            if let Some(name) = wasm_toolchain(paths) {
                cargo.env("RUSTUP_TOOLCHAIN", name);
            }
            let target = ["--package", FRONTEND, "--target", "wasm32-unknown-unknown"];
            cargo.args(["clippy", "--locked"]).args(target).args(strict);
            process::run(cargo.env("CARGO_TARGET_DIR", paths.wasm_target()))
        },
    )
}

/// nextest where it is on the machine: it runs the tests of all crates side by side.
pub(crate) fn tests(paths: &Paths, package: Option<&str>) -> Result<()> {
    let scope: Vec<&str> = package.map_or_else(|| vec!["--workspace"], |package| vec!["--package", package]);
    let has_nextest =
        process::output(process::command(paths, "cargo")?.args(["nextest", "--version"])).is_some();
    say::step("running the tests", "10 minutes the first time", || {
        let mut cargo = process::command(paths, "cargo")?;
        if has_nextest {
            cargo
                .args(["nextest", "run", "--locked", "--no-fail-fast"])
                .args(&scope);
        } else {
            cargo.args(["test", "--locked", "--no-fail-fast"]).args(&scope);
        }
        process::run(&mut cargo)
    })?;
    if has_nextest {
        say::step("running the examples in the documentation", "1 minute", || {
            let mut cargo = process::command(paths, "cargo")?;
            process::run(cargo.args(["test", "--quiet", "--locked", "--doc"]).args(&scope))
        })?;
    }
    Ok(())
}
