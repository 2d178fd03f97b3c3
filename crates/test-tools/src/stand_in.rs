//! A server of others.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A process that tells in its first line, a JSON object, where it listens, and ends when its standard input does.
pub struct StandIn {
    child: Child,
    /// What it said.
    pub ready: serde_json::Value,
    // Kept open: a server that can not write any more would end.
    _output: BufReader<ChildStdout>,
}

impl StandIn {
    /// Starts it and waits for its first line.
    ///
    /// # Panics
    /// When it ends before it is ready.
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let ready =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{command:?} said {line:?}: {error}"));
        Self {
            child,
            ready,
            _output: output,
        }
    }

    /// Where it listens on this machine.
    ///
    /// # Panics
    /// When it did not say.
    pub fn port(&self) -> u64 {
        self.ready
            .get("port")
            .and_then(serde_json::Value::as_u64)
            .unwrap()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Killed only where it does not listen: what it started itself would stay.
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
