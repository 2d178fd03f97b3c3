//! Tells a living postmaster from what a killed one left behind.

use std::fs;
use std::path::Path;
use std::process::Command;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::command;
use crate::place::Place;

/// The process that runs this data folder, if it lives. `postmaster.pid` alone proves
/// nothing: after a kill -9 the number may belong to any other process.
pub(crate) fn postmaster(place: &Place) -> Option<Pid> {
    let text = fs::read_to_string(place.data().join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?);
    (alive(pid) && is_postgres(pid)).then_some(pid)
}

pub(crate) fn alive(pid: Pid) -> bool {
    // EPERM: it lives and belongs to somebody else.
    !matches!(kill(pid, None), Err(Errno::ESRCH)) && !is_zombie(pid)
}

/// A dead process whose parent has not fetched its exit code. In a container without an init
/// process that can last for ever.
fn is_zombie(pid: Pid) -> bool {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        // `123 (name) Z …`; the name may contain anything.
        Ok(stat) => stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim_start().starts_with('Z')),
        Err(_) => ps("stat=", pid).is_some_and(|state| state.starts_with('Z')),
    }
}

fn is_postgres(pid: Pid) -> bool {
    let name = fs::read_to_string(format!("/proc/{pid}/comm"))
        .ok()
        .or_else(|| ps("comm=", pid));
    name.is_some_and(|name| name.trim().ends_with("postgres") || name.trim().ends_with("postmaster"))
}

/// For systems without /proc.
fn ps(column: &str, pid: Pid) -> Option<String> {
    command::output(Command::new("ps").args(["-o", column, "-p", &pid.to_string()])).ok()
}

/// Removes the pid file and the socket of a postmaster that is gone. PostgreSQL does so
/// itself, but gives up when the old number has been given to another process of ours.
/// Call it only under the change lock and after [`postmaster`] said there is none.
pub(crate) fn clear(place: &Place) {
    let _ = fs::remove_file(place.data().join("postmaster.pid"));
    for name in [SOCKET, ".s.PGSQL.5432.lock"] {
        let _ = fs::remove_file(place.socket_dir.join(name));
    }
}

/// Some systems sweep /tmp: then the postmaster lives, and nobody can reach it.
pub(crate) fn socket_exists(socket_dir: &Path) -> bool {
    socket_dir.join(SOCKET).exists()
}

const SOCKET: &str = ".s.PGSQL.5432";
