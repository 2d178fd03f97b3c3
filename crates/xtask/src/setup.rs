//! `cargo xtask setup`: installs what is missing and says so. Each file here knows one tool:
//! how to see that it is there (fast: `setup` runs before every other command) and how to get it.

mod browser;
mod debian_wasm;
mod node;
mod postgres;
mod trunk;
mod wasm_target;

use anyhow::Result;

use crate::paths::Paths;
use crate::say;

pub(crate) use browser::find as find_browser;
pub(crate) use debian_wasm::toolchain as wasm_toolchain;

/// What a command needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// To build the SPA.
    frontend: bool,
    postgres: bool,
    browser: bool,
}

impl Need {
    pub(crate) const ALL: Self = Self {
        frontend: true,
        postgres: true,
        browser: true,
    };
    pub(crate) const RUN: Self = Self {
        frontend: true,
        postgres: true,
        browser: false,
    };
}

/// Says each step that it has to take, and that all is there at the end.
pub(crate) fn ensure(paths: &Paths, need: Need) -> Result<()> {
    if need.frontend {
        wasm_target::ensure(paths)?;
        node::ensure(paths)?;
        trunk::ensure(paths)?;
    }
    if need.postgres && std::env::var_os("DATABASE_URL").is_none() {
        postgres::ensure(paths)?;
    }
    if need.browser {
        browser::ensure()?;
    }
    say::line("==> setup: everything is there");
    Ok(())
}
