//! wasm-opt, file by file, two at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};

/// What rustc uses by default. Never `--all-features`: the result uses encodings that browsers do not read yet.
pub(crate) const FEATURES: [&str; 6] = [
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
];

pub(crate) fn optimise(root: &Path, files: &[PathBuf]) -> Result<()> {
    let tool = root.join("frontend/node_modules/.bin/wasm-opt");
    let mut sized = Vec::new();
    for file in files {
        sized.push((fs::metadata(file)?.len(), file));
    }
    // Big and small ones for each worker.
    sized.sort();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let tasks: Vec<_> = (0..workers)
            .map(|worker| sized.iter().skip(worker).step_by(workers))
            .map(|mut share| {
                let tool = &tool;
                scope.spawn(move || share.try_for_each(|(_, file)| shrink(tool, file)))
            })
            .collect();
        tasks.into_iter().try_for_each(|task| {
            task.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn shrink(tool: &Path, file: &Path) -> Result<()> {
    let small = file.with_extension("small");
    let status = Command::new(tool)
        .args(FEATURES)
        // Chosen by what is left after compression, not by the size of the file, which grows: four hundredths less than with `-Oz`.
        .args(["--flatten", "--rereloop", "-O3", "--skip-pass=local-cse"])
        // Functions of one generic beside each other compress better: a hundredth of what is sent.
        .arg("--reorder-functions-by-name")
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
        .arg(file)
        .arg("-o")
        .arg(&small)
        .status()
        .with_context(|| format!("running {}", tool.display()))?;
    ensure!(status.success(), "wasm-opt failed on {}", file.display());
    fs::rename(small, file)?;
    Ok(())
}
