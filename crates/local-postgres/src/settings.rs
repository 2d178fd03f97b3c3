//! The cluster's configuration, written anew at each start so that a change here reaches
//! data folders that exist already.

use std::fs;
use std::path::Path;

use crate::Error;
use crate::place::Place;

/// What differs between the product's cluster and the throw-away one of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// What was committed is there after a crash.
    Full,
    /// Faster; a crash of the machine may cost the cluster.
    None,
}

const FILE: &str = "echosensei.conf";

/// Only the socket is listened on, so there is no password to lose; peers are kept
/// out by the mode of the socket's folder.
const HBA: &str = "# TYPE DATABASE USER METHOD\nlocal all all trust\n";

pub(crate) fn write(place: &Place, durability: Durability) -> Result<(), Error> {
    let data = place.data();
    put(&data.join("pg_hba.conf"), HBA)?;
    put(&data.join(FILE), &text(place, durability))?;
    let main = data.join("postgresql.conf");
    let existing = fs::read_to_string(&main).map_err(Error::io(format!("reading {}", main.display())))?;
    let include = format!("include_if_exists = '{FILE}'");
    if existing.contains(&include) {
        return Ok(());
    }
    put(&main, &format!("{existing}\n{include}\n"))
}

fn put(path: &Path, text: &str) -> Result<(), Error> {
    // Overwriting keeps the owner, which root must not take away from the cluster's user;
    // the file is read at start only, under our lock.
    fs::write(path, text).map_err(Error::io(format!("writing {}", path.display())))
}

fn text(place: &Place, durability: Durability) -> String {
    let (sync, connections) = match durability {
        Durability::Full => ("on", 200),
        Durability::None => ("off", 500),
    };
    let quoted = |path: &Path| path.display().to_string().replace('\'', "''");
    format!(
        "\
# Written at each start; edits are lost.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = {connections}

shared_buffers = 128MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
# Solid-state disks; the default of 4 makes the planner shy of indexes.
random_page_cost = 1.1
# Short queries: compiling them costs more than running them.
jit = off

fsync = {sync}
synchronous_commit = {sync}
full_page_writes = {sync}
max_wal_size = 1GB
checkpoint_timeout = 15min

timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = '{log}'
log_filename = 'postgres-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
",
        socket = quoted(&place.socket_dir),
        log = quoted(&place.log_dir()),
    )
}
