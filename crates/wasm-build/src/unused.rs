//! What wasm-bindgen exports and nobody calls: classes with which JavaScript would read Rust streams. A dependency of the
//! framework declares them, and an export is code that no optimiser may drop.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::binary::{name, number, rewritten, take, uleb};
use crate::bind::{MAIN_JS, MAIN_WASM};

const EXPORTS: u8 = 7;
const CLASS: &str = "IntoUnderlying";

/// Before wasm-opt, which then drops what only they used.
pub(crate) fn drop_exports(work: &Path) -> Result<()> {
    let script = fs::read_to_string(work.join(MAIN_JS))?;
    let Some(script) = without_classes(&script) else {
        return Ok(());
    };
    let module = without_exports(&fs::read(work.join(MAIN_WASM))?)?;
    fs::write(work.join(MAIN_JS), script)?;
    fs::write(work.join(MAIN_WASM), module)?;
    Ok(())
}

/// `None` if something but the classes themselves speaks of them: then somebody does use them.
fn without_classes(script: &str) -> Option<String> {
    let mut kept = String::with_capacity(script.len());
    let mut within = None;
    for line in script.lines() {
        if let Some(end) = within {
            if line.starts_with(end) {
                within = None;
            }
            continue;
        }
        if line.starts_with(&format!("export class {CLASS}")) {
            within = Some("}");
        } else if line.starts_with(&format!("const {CLASS}")) {
            within = Some("    : new FinalizationRegistry");
        } else if !line.starts_with(&format!("if (Symbol.dispose) {CLASS}")) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    (within.is_none() && !kept.contains(CLASS)).then_some(kept)
}

fn is_unused(export: &str) -> bool {
    let class = CLASS.to_lowercase();
    export
        .strip_prefix("__wbg_")
        .unwrap_or(export)
        .starts_with(&class)
}

fn without_exports(module: &[u8]) -> Result<Vec<u8>> {
    rewritten(module, EXPORTS, |body| {
        let (mut count, mut kept) = (0, Vec::<u8>::new());
        let mut rest = body;
        for _ in 0..number(&mut rest)? {
            let before = rest;
            let export = name(&mut rest)?;
            take(&mut rest, 1)?;
            number(&mut rest)?;
            if !is_unused(export) {
                count += 1;
                kept.extend(before.iter().take(before.len() - rest.len()));
            }
        }
        let mut body = Vec::new();
        uleb(&mut body, count);
        body.extend(kept);
        Ok(Some(body))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\
export class IntoUnderlyingSink {
    free() {
        wasm.__wbg_intounderlyingsink_free(this.__wbg_ptr, 0);
    }
}
if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = IntoUnderlyingSink.prototype.free;

function start() {
    wasm.start();
}
const IntoUnderlyingSinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_intounderlyingsink_free(ptr, 1));
";

    #[test]
    fn classes_go_unless_something_uses_them() {
        assert_eq!(
            without_classes(SCRIPT).unwrap(),
            "\nfunction start() {\n    wasm.start();\n}\n"
        );
        let used = format!("{SCRIPT}function wrap(ptr) {{\n    return IntoUnderlyingSink.__wrap(ptr);\n}}\n");
        assert_eq!(without_classes(&used), None);
    }

    #[test]
    fn their_exports_go_with_them_and_others_stay() {
        let mut body = vec![3];
        for (export, index) in [
            ("intounderlyingsink_close", 4),
            ("start", 5),
            ("__wbg_intounderlyingsink_free", 6),
        ] {
            uleb(&mut body, export.len());
            body.extend(export.as_bytes());
            body.extend([0, index]);
        }
        let mut module = b"\0asm\x01\0\0\0\x07".to_vec();
        uleb(&mut module, body.len());
        module.extend(body);
        let short = without_exports(&module).unwrap();
        assert_eq!(short, b"\0asm\x01\0\0\0\x07\x09\x01\x05start\x00\x05");
    }
}
