//! The server's programs, and the environment they get.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::paths::Paths;
use crate::simulator::Simulator;
use crate::{process, say};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

impl Profile {
    fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// Compiles the server and the simulator; cargo itself sees quickly that nothing changed.
pub(crate) fn build(paths: &Paths, profile: Profile) -> Result<()> {
    build_with(paths, profile, &[])
}

/// The same, and further packages of the workspace.
pub(crate) fn build_with(paths: &Paths, profile: Profile, packages: &[&str]) -> Result<()> {
    say::step(
        "compiling the server",
        "10 minutes the first time, then seconds",
        || {
            let mut cargo = process::command(paths, "cargo")?;
            cargo.args([
                "build",
                "--package",
                "echosensei-server",
                "--package",
                "echosensei-simulator",
            ]);
            for package in packages {
                cargo.args(["--package", package]);
            }
            if profile == Profile::Release {
                cargo.arg("--release");
            }
            process::run(&mut cargo)
        },
    )
}

pub(crate) fn program(paths: &Paths, profile: Profile, name: &str) -> PathBuf {
    paths.target().join(profile.folder()).join(name)
}

/// `echosensei serve`. What the caller has set in the environment wins.
pub(crate) fn serve(
    paths: &Paths,
    profile: Profile,
    port: u16,
    simulator: Option<&Simulator>,
) -> Result<Command> {
    let mut command = process::command(paths, program(paths, profile, "echosensei"))?;
    command.arg("serve").env("PORT", port.to_string());
    let mut default = |name: &str, value: &str| {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    };
    default("SPA_DIR", &paths.dist().display().to_string());
    if let Some(simulator) = simulator {
        // Only a base URL and a key: the server cannot tell that nobody is behind it.
        default("ELEVENLABS_BASE_URL", &simulator.base_url);
        default("ELEVENLABS_API_KEY", &simulator.api_key);
        if let Some(key) = &simulator.customer_api_key {
            default("ELEVENLABS_CUSTOMER_API_KEY", key);
        }
        // A real key must not be sent to the stand-in.
        let unset = std::env::var_os("MISTRAL_API_KEY").is_none();
        if let Some((base_url, key)) = simulator.mistral.as_ref().filter(|_| unset) {
            default("MISTRAL_BASE_URL", base_url);
            default("MISTRAL_API_KEY", key);
        }
        default("DEMO_MODE", "true");
    }
    Ok(command)
}
