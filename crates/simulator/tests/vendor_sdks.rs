//! ElevenLabs' own SDKs, unmodified, against the stand-in. What they need is installed once, outside the checkout.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its tools has failed"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use echosensei_simulator::{Handle, Options, start};

const KEY: &str = "sk_simulator_main_full_access_4f7a";

fn sdk() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk")
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
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "{what} could not be run ({command:?}): {error}. Install python3 with venv, and node with npm."
        )
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{what} failed:\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

fn busy() -> Handle {
    start(Options {
        conversations: 400,
        live: 1,
        speed: 20.0,
        ..Options::default()
    })
    .unwrap()
}

#[test]
fn the_python_sdk_works_unmodified() {
    let pinned = std::fs::read_to_string(sdk().join("requirements.txt")).unwrap();
    let venv = cache().join(format!("sdk-python-{}", pinned.trim().replace("==", "-")));
    let python = venv.join("bin/python");
    // Made under another name first: a half-made environment must not be taken for a whole one.
    if !venv.join("complete").exists() {
        let _ = std::fs::remove_dir_all(&venv);
        run(
            "making a Python environment",
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
        );
        run(
            "installing ElevenLabs' Python SDK",
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "-r"])
                .arg(sdk().join("requirements.txt")),
        );
        std::fs::write(venv.join("complete"), "").unwrap();
    }
    let sim = busy();
    run(
        "the Python SDK",
        Command::new(&python)
            .arg(sdk().join("check.py"))
            .args([&sim.base_url, KEY, "--talk"]),
    );
}

#[test]
fn the_javascript_sdk_works_unmodified() {
    let folder = cache().join("sdk-javascript");
    std::fs::create_dir_all(&folder).unwrap();
    let lock = std::fs::read(sdk().join("package-lock.json")).unwrap();
    let installed = std::fs::read(folder.join("complete")).ok();
    for file in ["package.json", "package-lock.json", "check.mjs"] {
        std::fs::copy(sdk().join(file), folder.join(file)).unwrap();
    }
    if installed.as_deref() != Some(lock.as_slice()) {
        run(
            "installing ElevenLabs' JavaScript SDK",
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&folder),
        );
        std::fs::write(folder.join("complete"), &lock).unwrap();
    }
    let sim = busy();
    run(
        "the JavaScript SDK",
        Command::new("node")
            .arg("check.mjs")
            .args([&sim.base_url, KEY])
            .current_dir(&folder),
    );
}
