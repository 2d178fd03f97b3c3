//! Child processes: run, wait, and turn a failure into an error with its output.

use std::process::{Command, Stdio};

use crate::Error;

/// Runs to the end and returns what was printed. Not for anything that leaves a daemon
/// behind: the daemon would keep the pipe open and this would never return.
pub(crate) fn output(command: &mut Command) -> Result<String, Error> {
    let shown = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io(format!("running {shown}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let mut text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if text.is_empty() {
        text = output.status.to_string();
    }
    Err(Error::Command {
        command: shown,
        output: text,
    })
}

/// Runs to the end with no output kept; true on exit code 0.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
