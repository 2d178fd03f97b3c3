//! Starts the local PostgreSQL in the folder given, prints the URL for the server, and
//! holds it until standard input closes. The recovery tests kill this process.

use std::io::{Read, Write};

use echosensei_local_postgres::{LocalPostgres, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args()
        .nth(1)
        .ok_or("usage: hold_local_postgres FOLDER")?;
    let announce = |line: &str| {
        let _ = writeln!(std::io::stderr(), "{line}");
    };
    let running = LocalPostgres::start(&Options {
        announce,
        ..Options::new(dir)
    })?;
    writeln!(std::io::stdout(), "{}", running.app_url())?;
    std::io::stdout().flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    running.stop()?;
    Ok(())
}
