//! PostgreSQL's programs. The cluster itself is the server's affair (crates/local-postgres).

use std::path::Path;

use anyhow::Result;
use local_postgres::Binaries;

use crate::paths::Paths;
use crate::{process, say};

pub(crate) fn ensure(paths: &Paths) -> Result<()> {
    if Binaries::find(None).is_some() {
        return Ok(());
    }
    if Path::new("/usr/bin/apt-get").exists() && nix::unistd::Uid::effective().is_root() {
        return say::step("installing PostgreSQL", "1 minute", || {
            local_postgres::find_or_install(None, &say::line)?;
            Ok(())
        });
    }
    // Compiled only here: it brings an HTTP client and an archive reader.
    say::step("fetching a prebuilt PostgreSQL", "5 minutes, once", || {
        process::run(process::command(paths, "cargo")?.args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "echosensei-local-postgres",
            "--features",
            "download",
            "--bin",
            "fetch-postgres",
        ]))
    })
}
