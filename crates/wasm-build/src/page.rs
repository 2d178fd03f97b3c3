//! The tags that load the application.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::bundle::Bundle;

/// Writes the tags at the end of the head. The preloads let the browser fetch the
/// module beside its JavaScript instead of after it.
pub(crate) fn add_tags(page: &Path, bundle: &Bundle) -> Result<()> {
    let html = fs::read_to_string(page).with_context(|| format!("reading {}", page.display()))?;
    let html = with_tags(&html, bundle).context("index.html has no </head>")?;
    fs::write(page, html)?;
    Ok(())
}

fn with_tags(html: &str, bundle: &Bundle) -> Option<String> {
    let (head, rest) = html.split_once("</head>")?;
    let preloads: String = bundle
        .scripts
        .iter()
        .map(|url| format!("<link rel=\"modulepreload\" href=\"{url}\">\n"))
        .collect();
    let wasm = format!(
        "<link rel=\"preload\" href=\"{}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n",
        bundle.wasm
    );
    let start = format!("<script type=\"module\" src=\"{}\"></script>\n", bundle.start);
    Some(format!("{head}{wasm}{preloads}{start}</head>{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_bundle_is_named_and_no_script_is_inline() {
        let bundle = Bundle {
            start: "/a/s.js".into(),
            scripts: vec!["/a/m.js".into()],
            wasm: "/a/m.wasm".into(),
        };
        let html = with_tags("<html><head><title>x</title></head><body></body></html>", &bundle).unwrap();
        for url in ["/a/s.js", "/a/m.js", "/a/m.wasm"] {
            assert!(html.contains(url));
        }
        assert!(html.contains("></script>"));
        assert!(html.ends_with("</head><body></body></html>"));
        assert!(with_tags("no head", &bundle).is_none());
    }
}
