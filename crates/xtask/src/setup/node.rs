//! Node.js, and the tools that frontend/package.json pins.

use anyhow::{Result, ensure};

use crate::fingerprint::{self, Stamp};
use crate::paths::Paths;
use crate::{process, say};

/// The oldest that Tailwind and Playwright run on.
const OLDEST: u32 = 20;
/// Installed where there is none, or an older one (Debian 12 has 18).
const WANTED: &str = "22";

pub(crate) fn ensure(paths: &Paths) -> Result<()> {
    let inputs = ["frontend/package.json", "frontend/package-lock.json"];
    let fingerprint = fingerprint::of(&paths.root, &inputs)?;
    let stamp = Stamp(paths.frontend().join("node_modules/.echosensei-stamp"));
    if stamp.matches(&fingerprint) {
        return Ok(());
    }
    if process::output(process::command(paths, "npm")?.arg("--version")).is_none() {
        say::step("installing Node.js and npm", "1 minute", || {
            process::apt_install(&["nodejs", "npm"])
        })?;
    }
    if major(paths)? < OLDEST {
        newer_node(paths)?;
    }
    say::step(
        "installing the npm tools of frontend/package.json",
        "10 s",
        || {
            // Install scripts are other people's code; none of these packages needs its own.
            let args = [
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ];
            process::run(
                process::command(paths, "npm")?
                    .current_dir(paths.frontend())
                    .args(args),
            )
        },
    )?;
    stamp.write(&fingerprint)
}

fn major(paths: &Paths) -> Result<u32> {
    let version = process::output(process::command(paths, "node")?.arg("--version")).unwrap_or_default();
    Ok(version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(0))
}

/// The npm registry has Node itself as a package, one for each platform, so that no other host is needed.
fn newer_node(paths: &Paths) -> Result<()> {
    let system = if cfg!(target_os = "macos") {
        "darwin"
    } else {
        "linux"
    };
    let machine = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "x64"
    };
    let package = format!("node-{system}-{machine}@{WANTED}");
    say::step(
        &format!("installing Node.js {WANTED} from the npm registry"),
        "20 s",
        || {
            let home = paths.tools().join("node");
            std::fs::create_dir_all(&home)?;
            let mut npm = process::command(paths, "npm")?;
            process::run(
                npm.args(["install", "--no-audit", "--no-fund", "--prefix"])
                    .arg(&home)
                    .arg(&package),
            )?;
            let links = home.join("node_modules/.bin");
            std::fs::create_dir_all(&links)?;
            let _ = std::fs::remove_file(links.join("node"));
            let package = home.join(format!("node_modules/node-{system}-{machine}"));
            std::os::unix::fs::symlink(package.join("bin/node"), links.join("node"))?;
            Ok(())
        },
    )?;
    ensure!(major(paths)? >= OLDEST, "Node.js {OLDEST} or newer is needed");
    Ok(())
}
