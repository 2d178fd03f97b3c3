//! The checkout, and the folder outside it for everything that can be made again.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// Tools, build output and stamps, kept across clones.
    pub(crate) cache: PathBuf,
}

impl Paths {
    pub(crate) fn find() -> Result<Self> {
        // Asked at each run: what the compiler knew may be another clone, because clones share build output. Trunk calls us
        // without cargo, in the checkout.
        let within = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(package) => PathBuf::from(package),
            None => env::current_dir().context("the current folder")?,
        };
        let root = within
            .ancestors()
            .find(|dir| dir.join("Trunk.toml").is_file())
            .context("run it as `cargo xtask`, in the checkout")?;
        Ok(Self {
            root: root.to_owned(),
            cache: local_postgres::cache_dir(),
        })
    }

    /// A fresh clone then compiles only what changed since the last one.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.cache.join("target"), PathBuf::from)
    }

    /// Apart from the server's, whose compiler flags differ.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        env::var_os("WASM_TARGET_DIR").map_or_else(|| self.cache.join("target-wasm"), PathBuf::from)
    }

    pub(crate) fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    pub(crate) fn frontend(&self) -> PathBuf {
        self.root.join("frontend")
    }

    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// `PATH` with our own tools first.
    pub(crate) fn search_path(&self) -> Result<OsString> {
        let ours = [
            self.tools().join("bin"),
            self.tools().join("node/node_modules/.bin"),
            self.frontend().join("node_modules/.bin"),
        ];
        let theirs = env::var_os("PATH").unwrap_or_default();
        env::join_paths(ours.into_iter().chain(env::split_paths(&theirs))).context("PATH")
    }
}
