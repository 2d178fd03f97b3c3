//! wasm-opt, file by file, two at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};

/// Smaller chunks are left as they are: there are a hundred of them, and starting the tool takes
/// seconds of work for a few bytes each.
const WORTH_IT: u64 = 8 * 1024;

pub(crate) fn optimise(root: &Path, files: &[PathBuf]) -> Result<()> {
    let files: Vec<_> = files
        .iter()
        .filter(|file| fs::metadata(file).is_ok_and(|data| data.len() >= WORTH_IT))
        .collect();
    let tool = root.join("frontend/node_modules/.bin/wasm-opt");
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let tasks: Vec<_> = (0..workers)
            .map(|worker| files.iter().copied().skip(worker).step_by(workers))
            .map(|share| scope.spawn(|| share.into_iter().try_for_each(|file| shrink(&tool, file))))
            .collect();
        tasks.into_iter().try_for_each(|task| {
            task.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

/// The features are those that the module itself names. Never `--all-features`: the result
/// uses encodings that browsers do not read yet.
fn shrink(tool: &Path, file: &Path) -> Result<()> {
    let small = file.with_extension("small");
    let status = Command::new(tool)
        .arg("-Oz")
        .arg("--strip-debug")
        .arg(file)
        .arg("-o")
        .arg(&small)
        .status()
        .with_context(|| format!("running {}", tool.display()))?;
    ensure!(status.success(), "wasm-opt failed on {}", file.display());
    fs::rename(small, file)?;
    Ok(())
}
