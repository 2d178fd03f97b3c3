//! Gets PostgreSQL where it is missing: Debian's packages when we are root, otherwise the
//! exact command to run (or, with the feature `download`, a prebuilt archive).

use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::Uid;

use crate::{Binaries, Error};

/// Finds the programs, or installs them and finds them then. `announce` hears of every
/// long step before it begins.
pub fn find_or_install(major: Option<u32>, announce: &dyn Fn(&str)) -> Result<Binaries, Error> {
    if let Some(found) = Binaries::find(major) {
        return Ok(found);
    }
    let has_apt = Path::new("/usr/bin/apt-get").exists();
    if has_apt && Uid::effective().is_root() {
        announce("PostgreSQL is missing: installing it with apt-get (about a minute)");
        with_apt(major)?;
    } else {
        download(major, announce)?;
    }
    Binaries::find(major).ok_or_else(|| not_found(major))
}

fn not_found(major: Option<u32>) -> Error {
    let advice = if Path::new("/usr/bin/apt-get").exists() {
        "run: sudo apt-get install -y postgresql postgresql-contrib"
    } else if cfg!(target_os = "macos") {
        "run: brew install postgresql"
    } else {
        "install PostgreSQL 15 or later, or set DATABASE_URL"
    };
    Error::NotFound {
        wanted: major.map(|major| format!("{major} ")).unwrap_or_default(),
        advice: advice.into(),
    }
}

/// Debian's package would also make and start a cluster of its own; a policy of the
/// package `postgresql-common`, read at install time, keeps it from doing so.
fn with_apt(major: Option<u32>) -> Result<(), Error> {
    let package = major.map_or_else(|| "postgresql".to_owned(), |major| format!("postgresql-{major}"));
    apt(&["update", "-qq"])?;
    apt(&[
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "postgresql-common",
    ])?;
    let policy = Path::new("/etc/postgresql-common/createcluster.d/echosensei.conf");
    if let Some(dir) = policy.parent().filter(|dir| dir.exists()) {
        std::fs::write(dir.join("echosensei.conf"), "create_main_cluster = false\n")
            .map_err(Error::io(format!("writing {}", policy.display())))?;
    }
    apt(&["install", "-y", "-qq", "--no-install-recommends", &package])
}

fn apt(args: &[&str]) -> Result<(), Error> {
    let output = Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io("running apt-get"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(Error::Install(format!(
        "apt-get {}: {}",
        args.join(" "),
        text.trim()
    )))
}

#[cfg(not(feature = "download"))]
fn download(major: Option<u32>, _announce: &dyn Fn(&str)) -> Result<(), Error> {
    Err(not_found(major))
}

#[cfg(feature = "download")]
fn download(major: Option<u32>, announce: &dyn Fn(&str)) -> Result<(), Error> {
    use postgresql_embedded::blocking::PostgreSQL;
    use postgresql_embedded::{SettingsBuilder, VersionReq};

    announce("PostgreSQL is missing: downloading a prebuilt one (about a minute)");
    let wanted = format!("={}", major.unwrap_or(DOWNLOADED_MAJOR));
    let version = VersionReq::parse(&wanted).map_err(|error| Error::Install(error.to_string()))?;
    let settings = SettingsBuilder::new()
        .version(version)
        .installation_dir(crate::cache_dir().join("postgresql"))
        .build();
    // `setup` would also run initdb in its data folder; it is temporary and unused.
    PostgreSQL::new(settings)
        .setup()
        .map_err(|error| Error::Install(error.to_string()))
}

/// The version that Debian 12 has too, so that every developer sees the same planner.
#[cfg(feature = "download")]
const DOWNLOADED_MAJOR: u32 = 15;
