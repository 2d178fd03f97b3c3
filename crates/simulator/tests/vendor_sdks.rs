//! ElevenLabs' own SDKs, unmodified, against the stand-in. What they need is installed once, outside the checkout.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its tools has failed"
)]

use std::path::PathBuf;
use std::process::Command;

use echosensei_simulator::{Handle, Options, start};

const KEY: &str = "sk_simulator_main_full_access_4f7a";

fn sdk() -> PathBuf {
    test_tools::package().join("tests/sdk")
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
    let python = test_tools::python(&sdk().join("requirements.txt"));
    let sim = busy();
    test_tools::run(
        "the Python SDK",
        Command::new(&python)
            .arg(sdk().join("check.py"))
            .args([&sim.base_url, KEY, "--talk"]),
    );
}

#[test]
fn the_javascript_sdk_works_unmodified() {
    let folder = test_tools::node_modules("sdk-javascript", &sdk(), &["check.mjs"]);
    let sim = busy();
    test_tools::run(
        "the JavaScript SDK",
        Command::new("node")
            .arg("check.mjs")
            .args([&sim.base_url, KEY])
            .current_dir(&folder),
    );
}
