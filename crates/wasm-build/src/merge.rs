//! Makes one file of the pieces of a group, with binaryen's wasm-merge.
//!
//! All pieces import the main module's memory, table and stack pointer. wasm-merge would keep one import for each, which is
//! several memories; so the first module of a merge is a small one made here, which imports the three once and
//! exports them to the others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::binary::{Section, name, number, sections, uleb};
use crate::groups::Groups;
use crate::loader::{SHARED, loader};
use crate::{bind::LINK_JS, optimise::FEATURES};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// What the splitter calls the module that pieces import from.
const PIECES_IMPORT_FROM: &str = "__wasm_split";

/// Replaces the pieces in `work` by the groups' files and the splitter's loader by ours. Returns the stems of the files.
pub(crate) fn merge(root: &Path, work: &Path, groups: &Groups) -> Result<Vec<String>> {
    let tool = root.join("frontend/node_modules/.bin/wasm-merge");
    let hub = work.join("hub.wasm");
    let mut imports = BTreeMap::new();
    for piece in groups.files.values().flatten() {
        let path = work.join(piece).with_extension("wasm");
        if path.exists() {
            collect_imports(&fs::read(path)?, &mut imports)?;
        }
    }
    fs::write(&hub, hub_module(&imports))?;
    for (file, pieces) in &groups.files {
        let mut command = Command::new(&tool);
        command.arg(&hub).arg(PIECES_IMPORT_FROM);
        for piece in pieces {
            let path = work.join(piece).with_extension("wasm");
            // The splitter makes no file for a function whose code is all shared.
            if path.exists() {
                command.arg(path).arg(piece);
            }
        }
        let merged = work.join(format!("{file}.merged"));
        command
            .args(FEATURES)
            // Names stay until wasm-opt has sorted by them.
            .args(["--enable-multimemory", "--skip-export-conflicts", "-g", "-o"]);
        let output = command
            .arg(&merged)
            .output()
            .with_context(|| format!("running {}", tool.display()))?;
        ensure!(
            output.status.success(),
            "wasm-merge failed on {file}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    for piece in groups.files.values().flatten() {
        let path = work.join(piece).with_extension("wasm");
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    fs::remove_file(hub)?;
    for file in groups.files.keys() {
        fs::rename(
            work.join(format!("{file}.merged")),
            work.join(format!("{file}.wasm")),
        )?;
    }
    fs::write(work.join(LINK_JS), loader(groups))?;
    Ok(groups.files.keys().cloned().collect())
}

/// Adds what a piece imports: its name, and the bytes of its kind and type.
fn collect_imports(module: &[u8], found: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for Section { id, body } in sections(module)? {
        if id != IMPORTS {
            continue;
        }
        let mut rest = body;
        for _ in 0..number(&mut rest)? {
            name(&mut rest)?;
            let what = name(&mut rest)?;
            let before = rest;
            let kind = number(&mut rest)?;
            if kind == 3 {
                number(&mut rest)?;
                number(&mut rest)?;
            } else {
                ensure!(
                    kind == 1 || kind == 2,
                    "a piece imports {what}, which is of kind {kind}"
                );
                if kind == 1 {
                    number(&mut rest)?;
                }
                let limits = number(&mut rest)?;
                number(&mut rest)?;
                if limits & 1 == 1 {
                    number(&mut rest)?;
                }
            }
            let length = before.len() - rest.len();
            found.insert(what.to_owned(), before.iter().take(length).copied().collect());
        }
    }
    Ok(())
}

fn hub_module(imports: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let text = |out: &mut Vec<u8>, text: &str| {
        uleb(out, text.len());
        out.extend(text.as_bytes());
    };
    let (mut taken, mut given) = (Vec::new(), Vec::new());
    uleb(&mut taken, imports.len());
    uleb(&mut given, imports.len());
    for (name, kind_and_type) in imports {
        text(&mut taken, SHARED);
        text(&mut taken, name);
        taken.extend(kind_and_type);
        text(&mut given, name);
        given.extend(kind_and_type.first());
        // One of each kind: the index is always the first.
        given.push(0);
    }
    let mut module = HEADER.to_vec();
    for (id, body) in [(IMPORTS, taken), (EXPORTS, given)] {
        module.push(id);
        uleb(&mut module, body.len());
        module.extend(body);
    }
    module
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hub_imports_what_the_pieces_import_and_exports_it() {
        let memory = vec![2, 0, 19];
        let stack = vec![3, 0x7f, 1];
        let wanted = BTreeMap::from([("memory".to_owned(), memory), ("sp".to_owned(), stack)]);
        let hub = hub_module(&wanted);
        let mut found = BTreeMap::new();
        collect_imports(&hub, &mut found).unwrap();
        assert_eq!(found, wanted);
        assert_eq!(sections(&hub).unwrap().len(), 2);
    }
}
