//! The folder that the browser loads from, named by its content. The chunks' own
//! names come from the source position and stay the same when the code changes, so the
//! folder is what makes them safe to cache for ever.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::bind::{LINK_JS, MAIN_JS, MAIN_WASM};

/// What the page has to name, as URLs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bundle {
    pub(crate) start: String,
    pub(crate) scripts: Vec<String>,
    pub(crate) wasm: String,
}

const START_JS: &str = "start.js";

/// A file of its own and not a script in the page, so that the content security policy need not allow inline scripts.
/// Who is signed in needs the application: it is fetched beside the main module instead of after it.
const START: &str = "\
import init from './main.js';
const started = init({ module_or_path: new URL('main_bg.wasm', import.meta.url) });
const fetchAhead = (rel, names) => {
  for (const name of names) {
    const link = document.createElement('link');
    Object.assign(link, { rel, as: 'fetch', crossOrigin: '', href: new URL(name, import.meta.url) });
    document.head.append(link);
  }
};
globalThis.firstSession?.then(async (reply) => {
  if (reply.ok) {
    fetchAhead('preload', AHEAD);
  } else {
    // The form first.
    await started;
    fetchAhead('prefetch', EARLY);
  }
}).catch(() => {});
";

/// Stems of files that the page fetches before the application asks for them.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    /// For a signed-in person, at once.
    pub(crate) signed_in: Vec<String>,
    /// For anybody else, while he reads the form.
    pub(crate) sign_in: Vec<String>,
}

fn list(files: &[String]) -> String {
    let files: Vec<_> = files.iter().map(|file| format!("'{file}.wasm'")).collect();
    format!("[{}]", files.join(", "))
}

/// Moves `work` to `staging/assets/<hash>`.
pub(crate) fn publish(work: &Path, staging: &Path, ahead: &Ahead) -> Result<Bundle> {
    let start = START
        .replace("AHEAD", &list(&ahead.signed_in))
        .replace("EARLY", &list(&ahead.sign_in));
    fs::write(work.join(START_JS), start)?;
    let files = files_below(work)?;
    let folder = format!("assets/{}", content_hash(work, &files)?);
    let home = staging.join(&folder);
    fs::create_dir_all(staging.join("assets"))?;
    fs::rename(work, &home)?;

    let url = |name: &str| format!("/{folder}/{name}");
    let mut scripts = vec![url(MAIN_JS)];
    if home.join(LINK_JS).exists() {
        scripts.push(url(LINK_JS));
    }
    // `inline_js` and `module = "…"` of dependencies; the main script imports all of them.
    let snippets = files
        .iter()
        .filter_map(|file| file.strip_prefix(work).ok())
        .filter(|file| {
            file.starts_with("snippets") && file.extension().is_some_and(|extension| extension == "js")
        });
    scripts.extend(snippets.map(|file| url(&file.display().to_string())));
    Ok(Bundle {
        start: url(START_JS),
        scripts,
        wasm: url(MAIN_WASM),
    })
}

/// Every file below a folder, in a fixed order.
pub(crate) fn files_below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn content_hash(base: &Path, files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.strip_prefix(base)?.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(fs::read(file)?));
    }
    Ok(hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish_with(main_wasm: &str) -> Bundle {
        let staging = tempfile::tempdir().unwrap();
        let work = staging.path().join("work");
        fs::create_dir_all(work.join("snippets/dep")).unwrap();
        fs::write(work.join(MAIN_WASM), main_wasm).unwrap();
        fs::write(work.join("snippets/dep/inline0.js"), "").unwrap();
        let ahead = Ahead {
            signed_in: vec!["application".to_owned()],
            sign_in: vec!["shared_start".to_owned()],
        };
        let bundle = publish(&work, staging.path(), &ahead).unwrap();
        assert!(staging.path().join(bundle.wasm.trim_start_matches('/')).is_file());
        assert!(
            staging
                .path()
                .join(bundle.start.trim_start_matches('/'))
                .is_file()
        );
        bundle
    }

    #[test]
    fn the_folder_changes_with_the_code_and_only_with_it() {
        assert_eq!(publish_with("a"), publish_with("a"));
        assert_ne!(publish_with("a"), publish_with("b"));
    }

    #[test]
    fn snippets_are_among_the_scripts_to_preload() {
        assert!(
            publish_with("a")
                .scripts
                .iter()
                .any(|url| url.ends_with("/snippets/dep/inline0.js"))
        );
    }
}
