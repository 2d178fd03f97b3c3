//! Makes sure that PostgreSQL's programs are on this machine, and says where.
//! `cargo xtask setup` builds this only where no package manager could provide them.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let announce = |line: &str| {
        let _ = writeln!(std::io::stderr(), "{line}");
    };
    match echosensei_local_postgres::find_or_install(None, &announce) {
        Ok(found) => {
            announce(&format!(
                "PostgreSQL {} in {}",
                found.major(),
                found.dir().display()
            ));
            ExitCode::SUCCESS
        }
        Err(error) => {
            announce(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
