//! Programs of others that tests run against: vendors' SDKs, a mail server, stand-ins of object stores. They are installed from the
//! package registries by the first test that wants them, once, outside of the checkout.
//!
//! | file | what it does |
//! |---|---|
//! | `python` | an environment with the packages of a requirements.txt |
//! | `node` | a folder with the packages of a package-lock.json |
//! | `stand_in` | a server that tells its port and ends with its handle |

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its tools has failed"
)]

mod node;
mod python;
mod stand_in;

pub use node::node_modules;
pub use python::python;
pub use stand_in::StandIn;

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

/// The folder of the package whose tests run. Asked of the runner: what the compiler knew may be another clone, because clones
/// share build output.
///
/// # Panics
/// When the tests are not run by cargo or nextest.
pub fn package() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap())
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be run or fails, with what it said.
pub fn run(what: &str, command: &mut Command) {
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

/// The folder of one tool in the cache, and a lock: tests are processes of their own, and the first of them installs.
fn place(name: &str) -> (PathBuf, File) {
    let cache = local_postgres::cache_dir();
    std::fs::create_dir_all(&cache).unwrap();
    let lock = File::create(cache.join(format!("{name}.lock"))).unwrap();
    lock.lock().unwrap();
    (cache.join(name), lock)
}
