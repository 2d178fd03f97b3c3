//! A `.br` beside every file that gets smaller by it, made once here at the best level instead
//! of at each request at a poor one. Chunks also get a `.dcb`: Brotli with the main module as its dictionary (RFC 9842), a tenth
//! smaller still, for browsers that say they have that module.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Result;
use brotli::enc::{BrotliEncoderParams, StandardAlloc};
use brotli::{BrotliCompressCustomIoCustomDict, IoReaderWrapper, IoWriterWrapper};
use sha2::{Digest, Sha256};

use crate::bind::MAIN_WASM;
use crate::bundle::files_below;

const EXTENSIONS: &[&str] = &["css", "html", "js", "json", "svg", "wasm", "webmanifest"];

/// Begins a Dictionary-Compressed Brotli stream; the SHA-256 of the dictionary follows (RFC 9842, section 4).
const DCB_MAGIC: [u8; 4] = [0xff, b'D', b'C', b'B'];
const BUFFER: usize = 4096;

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
    let mut smallest = plain.len();
    let packed = brotli(&plain, &[])?;
    if packed.len() < smallest {
        smallest = packed.len();
        fs::write(beside(file, ".br"), packed)?;
    }
    let main = file.with_file_name(MAIN_WASM);
    if file.extension().is_some_and(|extension| extension == "wasm") && file != main && main.exists() {
        let dictionary = fs::read(main)?;
        let mut packed = DCB_MAGIC.to_vec();
        packed.extend(Sha256::digest(&dictionary));
        packed.extend(brotli(&plain, &dictionary)?);
        if packed.len() < smallest {
            fs::write(beside(file, ".dcb"), packed)?;
        }
    }
    Ok(())
}

fn brotli(plain: &[u8], dictionary: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    BrotliCompressCustomIoCustomDict(
        &mut IoReaderWrapper(&mut &*plain),
        &mut IoWriterWrapper(&mut packed),
        &mut [0; BUFFER],
        &mut [0; BUFFER],
        &params,
        StandardAlloc::default(),
        &mut |_, _, _, _| (),
        dictionary,
        ErrorKind::UnexpectedEof.into(),
    )?;
    Ok(packed)
}

fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(extension);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

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

    #[test]
    fn a_chunk_unpacks_with_the_main_module_as_its_dictionary() {
        let dir = tempfile::tempdir().unwrap();
        // No byte of it repeats nearby: alone it does not get smaller, beside the module it nearly vanishes.
        let main: Vec<u8> = (0..200u32)
            .flat_map(|n| Sha256::digest(n.to_le_bytes()))
            .collect();
        let chunk = [&main[3000..5000], b"and its own"].concat();
        fs::write(dir.path().join(MAIN_WASM), &main).unwrap();
        fs::write(dir.path().join("chunk.wasm"), &chunk).unwrap();
        fs::write(dir.path().join("page.js"), &chunk).unwrap();
        compress(dir.path()).unwrap();
        let packed = fs::read(dir.path().join("chunk.wasm.dcb")).unwrap();
        assert!(packed.len() < 100, "{} bytes", packed.len());
        let (head, stream) = packed.split_at(36);
        assert_eq!(head, [&DCB_MAGIC[..], &Sha256::digest(&main)].concat());
        let mut plain = Vec::new();
        let mut decompressor = brotli::Decompressor::new(stream, BUFFER);
        assert!(decompressor.attach_dictionary(main.clone().into()));
        decompressor.read_to_end(&mut plain).unwrap();
        assert_eq!(plain, chunk);
        assert!(!dir.path().join(format!("{MAIN_WASM}.dcb")).exists());
        assert!(!dir.path().join("page.js.dcb").exists());
    }
}
