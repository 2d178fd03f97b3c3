//! A `.br` beside every file that gets smaller by it, made once here at the best level instead
//! of at each request at a poor one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;

use crate::bundle::files_below;

const EXTENSIONS: &[&str] = &["css", "html", "js", "json", "svg", "wasm", "webmanifest"];

pub(crate) fn compress(dir: &Path) -> Result<()> {
    let mut files: Vec<(u64, PathBuf)> = files_below(dir)?
        .into_iter()
        .filter(|file| {
            file.extension()
                .and_then(|found| found.to_str())
                .is_some_and(|found| EXTENSIONS.contains(&found))
        })
        .map(|file| Ok((fs::metadata(&file)?.len(), file)))
        .collect::<Result<_>>()?;
    // The big ones first, so that no worker starts on the main module last.
    files.sort_by(|left, right| right.cmp(left));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let files = &files;
    thread::scope(|scope| {
        let tasks: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    files
                        .iter()
                        .skip(worker)
                        .step_by(workers)
                        .try_for_each(|(_, file)| compress_file(file))
                })
            })
            .collect();
        tasks.into_iter().try_for_each(|task| {
            task.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn compress_file(file: &Path) -> Result<()> {
    let plain = fs::read(file)?;
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut plain.as_slice(), &mut packed, &params)?;
    if packed.len() < plain.len() {
        let mut name = file.as_os_str().to_owned();
        name.push(".br");
        fs::File::create(name)?.write_all(&packed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_copy_unpacks_to_the_original_and_images_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let text = "the same words again and again ".repeat(100);
        fs::write(dir.path().join("a.js"), &text).unwrap();
        fs::write(dir.path().join("b.woff2"), &text).unwrap();
        compress(dir.path()).unwrap();
        let mut plain = Vec::new();
        let packed = fs::read(dir.path().join("a.js.br")).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        assert!(!dir.path().join("b.woff2.br").exists());
    }
}
