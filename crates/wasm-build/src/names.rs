//! Short names for what the main module imports. wasm-bindgen's carry a hash each, which no compression makes smaller, and
//! stand both in the module and in its JavaScript.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::binary::{name, number, rewritten, take, uleb};
use crate::bind::{MAIN_JS, MAIN_WASM};

const IMPORTS: u8 = 2;
const PREFIXES: [&str; 2] = ["__wbg_", "__wbindgen_"];

pub(crate) fn shorten(work: &Path) -> Result<()> {
    let module = fs::read(work.join(MAIN_WASM))?;
    let script = fs::read_to_string(work.join(MAIN_JS))?;
    let (module, names) = shorten_module(&module)?;
    fs::write(work.join(MAIN_WASM), module)?;
    fs::write(work.join(MAIN_JS), shorten_script(&script, &names))?;
    Ok(())
}

fn shorten_module(module: &[u8]) -> Result<(Vec<u8>, BTreeMap<String, String>)> {
    let mut names = BTreeMap::new();
    let out = rewritten(module, IMPORTS, |body| {
        shorten_imports(body, &mut names).map(Some)
    })?;
    Ok((out, names))
}

/// Only functions are renamed; memory, table and globals are few.
fn shorten_imports(body: &[u8], names: &mut BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut rest = body;
    let count = number(&mut rest)?;
    let mut out = Vec::new();
    uleb(&mut out, count);
    for _ in 0..count {
        let module = name(&mut rest)?;
        let import = name(&mut rest)?;
        let next = format!("_{}", names.len());
        let short = if PREFIXES.iter().any(|prefix| import.starts_with(prefix)) {
            names.entry(import.to_owned()).or_insert(next).as_str()
        } else {
            import
        };
        for text in [module, short] {
            uleb(&mut out, text.len());
            out.extend(text.as_bytes());
        }
        let mut after = rest;
        if take(&mut after, 1)? != [0] {
            // Functions come first in what rustc and wasm-bindgen make; whatever follows stays as it is.
            out.extend(rest);
            return Ok(out);
        }
        number(&mut after)?;
        out.extend(rest.iter().take(rest.len() - after.len()));
        rest = after;
    }
    Ok(out)
}

/// The import object's properties are the only place where whole names stand before `: function` or `(`. Comments and indentation go
/// too: wasm-bindgen writes them on lines of their own, and no text that goes on over lines.
fn shorten_script(script: &str, names: &BTreeMap<String, String>) -> String {
    script
        .lines()
        .map(str::trim)
        .filter(|code| !code.is_empty() && !["//", "/*", "*"].iter().any(|sign| code.starts_with(sign)))
        .map(|code| {
            let end = code.find([':', '(']).unwrap_or_default();
            let (property, after) = code.split_at(end);
            match names.get(property) {
                Some(short) => format!("{short}{after}\n"),
                None => format!("{code}\n"),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binary::sections;

    #[test]
    fn module_and_script_get_the_same_names() {
        let mut body = Vec::new();
        uleb(&mut body, 2);
        for import in ["__wbg_call_0123456789abcdef", "__wasm_split_load_x"] {
            for text in ["./main_bg.js", import] {
                uleb(&mut body, text.len());
                body.extend(text.as_bytes());
            }
            body.extend([0, 4]);
        }
        let mut module = b"\0asm\x01\0\0\0\x02".to_vec();
        uleb(&mut module, body.len());
        module.extend(body);

        let (short, names) = shorten_module(&module).unwrap();
        assert!(short.len() < module.len());
        assert_eq!(sections(&short).unwrap().len(), 1);
        let script = "  /**\n   * @returns {any}\n   */\n  __wbg_call_0123456789abcdef: function(a) {\n    return other(a);\n";
        assert_eq!(
            shorten_script(script, &names),
            "_0: function(a) {\nreturn other(a);\n"
        );
    }
}
