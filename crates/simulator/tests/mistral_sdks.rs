//! Mistral's own SDKs, unmodified, against the stand-in. What they need is installed once, outside the checkout.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its tools has failed"
)]

use std::path::PathBuf;
use std::process::Command;

use echosensei_simulator::{Handle, Options, start};

const KEY: &str = "mistral_simulator_key_51c0";
const PYTHON: &str = "mistralai==3.7.0";
const JAVASCRIPT: &str = "@mistralai/mistralai@2.7.0";

fn sdk(file: &str) -> PathBuf {
    test_tools::package().join("tests/sdk").join(file)
}

/// `$ECHOSENSEI_CACHE`, `$XDG_CACHE_HOME/echosensei` or `~/.cache/echosensei`.
fn cache() -> PathBuf {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = set("ECHOSENSEI_CACHE").or_else(|| Some(set("XDG_CACHE_HOME")?.join("echosensei")));
    base.or_else(|| Some(set("HOME")?.join(".cache/echosensei")))
        .unwrap_or_else(|| panic!("one of ECHOSENSEI_CACHE, XDG_CACHE_HOME and HOME must be set"))
}

fn run(what: &str, command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{what} could not be run ({command:?}): {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{what} failed:\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

fn quiet() -> Handle {
    start(Options {
        conversations: 1,
        live: 0,
        ..Options::default()
    })
    .unwrap()
}

#[test]
fn mistrals_python_sdk_works_unmodified() {
    let venv = cache().join(format!("sdk-python-{}", PYTHON.replace("==", "-")));
    let python = venv.join("bin/python");
    // A half-made environment must not be taken for a whole one.
    if !venv.join("complete").exists() {
        let _ = std::fs::remove_dir_all(&venv);
        run(
            "making a Python environment",
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
        );
        run(
            "installing Mistral's Python SDK",
            Command::new(&python).args(["-m", "pip", "install", "--quiet", PYTHON]),
        );
        std::fs::write(venv.join("complete"), "").unwrap();
    }
    let sim = quiet();
    run(
        "Mistral's Python SDK",
        Command::new(&python)
            .arg(sdk("mistral.py"))
            .args([&format!("{}/mistral", sim.base_url), KEY]),
    );
}

#[test]
fn mistrals_javascript_sdk_works_unmodified() {
    let folder = cache().join(format!("sdk-javascript-{}", JAVASCRIPT.replace(['@', '/'], "-")));
    std::fs::create_dir_all(&folder).unwrap();
    if !folder.join("complete").exists() {
        std::fs::write(
            folder.join("package.json"),
            r#"{"private": true, "type": "module"}"#,
        )
        .unwrap();
        run(
            "installing Mistral's JavaScript SDK",
            Command::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--save-exact", JAVASCRIPT])
                .current_dir(&folder),
        );
        std::fs::write(folder.join("complete"), "").unwrap();
    }
    std::fs::copy(sdk("mistral.mjs"), folder.join("mistral.mjs")).unwrap();
    let sim = quiet();
    run(
        "Mistral's JavaScript SDK",
        Command::new("node")
            .arg("mistral.mjs")
            .args([&format!("{}/mistral", sim.base_url), KEY])
            .current_dir(&folder),
    );
}
