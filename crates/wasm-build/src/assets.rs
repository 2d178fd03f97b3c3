//! Files from npm packages that are served as they are.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// From frontend/node_modules, to the folder served. uPlot is fetched only by a page that draws.
const FILES: &[(&str, &str)] = &[
    (
        "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
        "fonts/inter-latin-ext.woff2",
    ),
    (
        "@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2",
        "fonts/inter-cyrillic.woff2",
    ),
    (
        "@fontsource-variable/inter/files/inter-greek-wght-normal.woff2",
        "fonts/inter-greek.woff2",
    ),
    (
        "@fontsource-variable/inter/files/inter-vietnamese-wght-normal.woff2",
        "fonts/inter-vietnamese.woff2",
    ),
    ("uplot/dist/uPlot.esm.js", "vendor/uPlot.esm.js"),
    ("uplot/dist/uPlot.min.css", "vendor/uPlot.min.css"),
];

pub(crate) fn copy(root: &Path, staging: &Path) -> Result<()> {
    let modules = root.join("frontend/node_modules");
    for (from, to) in FILES {
        let to = staging.join(to);
        if let Some(dir) = to.parent() {
            fs::create_dir_all(dir)?;
        }
        let from = modules.join(from);
        fs::copy(&from, &to)
            .with_context(|| format!("copying {} (run `cargo xtask setup`)", from.display()))?;
    }
    Ok(())
}
