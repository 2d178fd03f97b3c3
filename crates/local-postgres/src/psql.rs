//! SQL through the `psql` that came with the server, which keeps this crate free of a
//! database driver; and the URLs under which others connect.

use std::path::Path;
use std::process::Command;

use crate::{Binaries, Error, command};

/// The bootstrap superuser. The product never uses it after the roles are made.
pub(crate) const SUPERUSER: &str = "postgres";

/// Understood by libpq and by tokio-postgres alike.
pub(crate) fn url(socket_dir: &Path, user: &str, database: &str) -> String {
    format!(
        "postgresql:///{database}?host={}&user={user}",
        socket_dir.display()
    )
}

/// Runs statements as the superuser and returns the rows, one a line, unaligned.
pub(crate) fn run(
    binaries: &Binaries,
    socket_dir: &Path,
    database: &str,
    sql: &str,
) -> Result<String, Error> {
    let result = command::output(
        Command::new(binaries.program("psql"))
            .args([
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set=ON_ERROR_STOP=1",
            ])
            .arg("--dbname")
            .arg(url(socket_dir, SUPERUSER, database))
            .args(["--command", sql])
            .env("PGCONNECT_TIMEOUT", "20")
            .env_remove("PGOPTIONS")
            .env_remove("PGSERVICE"),
    );
    result
        .map(|text| text.trim_end().to_owned())
        .map_err(|error| match error {
            Error::Command { output, .. } => Error::Sql(output),
            other => other,
        })
}

/// A name as SQL wants it.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL wants it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::{identifier, literal};

    #[test]
    fn quoting_cannot_be_left_by_a_quote() {
        assert_eq!(identifier("a\"; drop"), "\"a\"\"; drop\"");
        assert_eq!(literal("it's"), "'it''s'");
    }
}
