//! Turns the front end crate into what a browser loads: one small main module and a chunk for
//! each lazy route. Trunk calls it as its last step (`cargo xtask wasm`), with the page it
//! has made in `TRUNK_STAGING_DIR`.
//!
//! compile → split → bind → merge what travels together → optimise → a folder named by content → tags in
//! index.html → fonts and vendor files → compressed copies. It is a crate of its own so that `cargo xtask`
//! does not have to compile a WebAssembly toolchain before it can print its help.

mod assets;
mod binary;
mod bind;
mod bundle;
mod compile;
mod compress;
mod elements;
mod groups;
mod loader;
mod merge;
mod names;
mod optimise;
mod page;
mod unused;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use bundle::Ahead;
use groups::Groups;

/// Trunk's word for it: `trunk build --release`, or `trunk serve`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    Debug,
    Release,
}

fn main() -> Result<()> {
    let staging = PathBuf::from(
        env::var_os("TRUNK_STAGING_DIR").context("TRUNK_STAGING_DIR is not set: run this through Trunk")?,
    );
    let profile = match env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => Profile::Release,
        _ => Profile::Debug,
    };
    let root = env::current_dir()?
        .ancestors()
        .find(|dir| dir.join("Trunk.toml").is_file())
        .context("no Trunk.toml above the current folder")?
        .to_owned();
    build(&root, &staging, profile)
}

fn build(root: &Path, staging: &Path, profile: Profile) -> Result<()> {
    let wasm = compile::compile(root, profile)?;
    let work = staging.join(".bundle");
    fs::create_dir_all(&work)?;
    let pieces = bind::split_and_bind(&wasm, &work, profile)?;
    let mut ahead = Ahead::default();
    if profile == Profile::Release {
        let groups = Groups::of(&pieces);
        ahead.signed_in.extend(groups.application().cloned());
        ahead.sign_in.extend(groups.before_sign_in().cloned());
        let mut files: Vec<_> = merge::merge(root, &work, &groups)?
            .into_iter()
            .map(|file| work.join(format!("{file}.wasm")))
            .collect();
        files.push(work.join(bind::MAIN_WASM));
        keep_named(&files, &wasm.with_file_name("named"))?;
        unused::drop_exports(&work)?;
        optimise::optimise(root, &files)?;
        elements::shorten(&files)?;
        names::shorten(&work)?;
    }
    let bundle = bundle::publish(&work, staging, &ahead)?;
    page::add_tags(&staging.join("index.html"), &bundle)?;
    assets::copy(root, staging)?;
    if profile == Profile::Release {
        compress::compress(staging)?;
    }
    Ok(())
}

/// Copies that still have the names of functions, beside cargo's output: where to look when a file grows.
fn keep_named(files: &[PathBuf], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for file in files {
        if let Some(name) = file.file_name() {
            fs::copy(file, folder.join(name))?;
        }
    }
    Ok(())
}
