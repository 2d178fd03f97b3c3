//! Programs that run until the developer stops them. All of them end when one ends, or at Ctrl-C
//! or SIGTERM; a second Ctrl-C does not wait.

use std::process::{Child, Command, ExitCode, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::say;

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(20);

pub(crate) struct Children {
    running: Vec<(String, Child)>,
    stop: Receiver<()>,
}

impl Children {
    /// Takes over Ctrl-C, SIGTERM and SIGHUP of this process; make only one.
    pub(crate) fn new() -> Result<Self> {
        let (sender, stop) = channel();
        ctrlc::set_handler(move || {
            let _ = sender.send(());
        })
        .context("listening for Ctrl-C")?;
        Ok(Self {
            running: Vec::new(),
            stop,
        })
    }

    pub(crate) fn spawn(&mut self, name: &str, command: &mut Command) -> Result<&mut Child> {
        let mut tied = tied_to_us(command);
        let child = tied.spawn().with_context(|| format!("starting {name}"))?;
        self.running.push((name.to_owned(), child));
        self.running
            .last_mut()
            .map(|(_, child)| child)
            .context("no child")
    }

    /// Returns when all have ended: with success if we were told to stop, else with the
    /// failure of the one that ended by itself.
    pub(crate) fn wait(mut self) -> Result<ExitCode> {
        loop {
            match self.stop.recv_timeout(Duration::from_millis(200)) {
                Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                    self.end();
                    return Ok(ExitCode::SUCCESS);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some((name, status)) = self.ended()? {
                say::line(&format!("{name} ended ({status})"));
                self.end();
                return Ok(if status.success() {
                    ExitCode::SUCCESS
                } else {
                    ExitCode::FAILURE
                });
            }
        }
    }

    /// The first that has ended by itself.
    pub(crate) fn ended(&mut self) -> Result<Option<(String, ExitStatus)>> {
        for (name, child) in &mut self.running {
            if let Some(status) = child.try_wait()? {
                return Ok(Some((name.clone(), status)));
            }
        }
        Ok(None)
    }

    /// Asks each to end, the last started first, and makes it end when it does not.
    pub(crate) fn end(&mut self) {
        while let Some((name, mut child)) = self.running.pop() {
            signal(&child, Signal::SIGTERM);
            let deadline = Instant::now() + GRACE;
            while matches!(child.try_wait(), Ok(None)) {
                let impatient = self.stop.try_recv().is_ok();
                if impatient || Instant::now() > deadline {
                    say::line(&format!("{name} does not end; killing it"));
                    let _ = child.kill();
                    let _ = child.wait();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.end();
    }
}

fn signal(child: &Child, signal: Signal) {
    if let Ok(pid) = i32::try_from(child.id()) {
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

/// On Linux the kernel ends the child with us, even at kill -9, so that no forgotten server
/// keeps the port. `setpriv` (util-linux) asks for it; doing so here would need unsafe code.
fn tied_to_us(command: &Command) -> Command {
    const SETPRIV: &str = "/usr/bin/setpriv";
    let mut tied = if std::path::Path::new(SETPRIV).exists() {
        let mut tied = Command::new(SETPRIV);
        tied.args(["--pdeathsig", "TERM", "--"])
            .arg(command.get_program());
        tied
    } else {
        Command::new(command.get_program())
    };
    tied.args(command.get_args());
    if let Some(dir) = command.get_current_dir() {
        tied.current_dir(dir);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => tied.env(name, value),
            None => tied.env_remove(name),
        };
    }
    tied.stdin(std::process::Stdio::null());
    tied
}
