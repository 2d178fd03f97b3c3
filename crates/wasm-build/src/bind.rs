//! Cuts the module at its lazy routes, and writes the JavaScript that loads it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

use crate::Profile;

/// The main module's JavaScript; the splitter is told the same name, since the chunks import it.
pub(crate) const MAIN_JS: &str = "main.js";
pub(crate) const MAIN_WASM: &str = "main_bg.wasm";
/// Maps each lazy function to its chunk; written by the splitter.
pub(crate) const LINK_JS: &str = "__wasm_split.js";

/// Fills `out` and returns which pieces each lazy function needs, by file stem.
pub(crate) fn split_and_bind(
    wasm: &Path,
    out: &Path,
    profile: Profile,
) -> Result<HashMap<String, Vec<String>>> {
    let input = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let whole = out.join("main.wasm");
    let mut options = Options::new(&input);
    options.output_dir = out;
    options.main_out_path = &whole;
    options.main_module = "./main.js";
    let split = transform(options).map_err(|report| anyhow!("splitting the module: {report:#}"))?;

    Bindgen::new()
        .input_path(&whole)
        .out_name("main")
        .web(true)?
        .typescript(false)
        // The chunks find the main module's functions and table by these exports.
        .keep_lld_exports(true)
        .demangle(false)
        .debug(profile == Profile::Debug)
        .keep_debug(profile == Profile::Debug)
        .remove_producers_section(profile == Profile::Release)
        .generate(out)
        .context("wasm-bindgen")?;
    fs::remove_file(whole)?;
    Ok(split.prefetch_map)
}
