//! The browser of the browser tests.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::{process, say};

const NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];
const ELSEWHERE: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// `$CHROMIUM` first, then PATH.
pub(crate) fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
    {
        return Some(named);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).flat_map(|dir| NAMES.iter().map(move |name| dir.join(name)));
    on_path
        .chain(ELSEWHERE.iter().map(PathBuf::from))
        .find(|candidate| candidate.is_file())
}

pub(crate) fn ensure() -> Result<()> {
    if find().is_some() {
        return Ok(());
    }
    say::step("installing Chromium for the browser tests", "2 minutes", || {
        process::apt_install(&["chromium"])
    })
}
