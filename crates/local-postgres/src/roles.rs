//! The product's database and its two roles.

use std::path::Path;

use crate::psql::{self, identifier, literal};
use crate::{Binaries, Error};

/// The database of a local installation.
pub const DATABASE: &str = "echosensei";
/// Runs migrations and owns everything they make. CREATEROLE, because a migration may need
/// a role of its own for a SECURITY DEFINER function; managed services give their
/// administrators the same.
pub const OWNER_ROLE: &str = "echosensei_owner";
/// What the server works as. Neither SUPERUSER nor BYPASSRLS, so row-level security
/// binds it; what it may touch is granted by the migrations.
pub const APP_ROLE: &str = "echosensei_app";

/// Makes the roles where they are missing; harmless when repeated.
pub(crate) fn ensure_roles(binaries: &Binaries, socket_dir: &Path) -> Result<(), Error> {
    let make = |role: &str, attributes: &str| {
        format!(
            "do $$ begin if not exists (select from pg_roles where rolname = {name}) then \
             create role {role} login nosuperuser nobypassrls nocreatedb {attributes}; end if; end $$;",
            name = literal(role),
            role = identifier(role),
        )
    };
    let sql = format!(
        "{} {}",
        make(OWNER_ROLE, "createrole"),
        make(APP_ROLE, "nocreaterole")
    );
    psql::run(binaries, socket_dir, "postgres", &sql).map(drop)
}

/// Makes the database where it is missing and closes it to everybody but the two roles.
pub(crate) fn ensure_database(binaries: &Binaries, socket_dir: &Path, name: &str) -> Result<(), Error> {
    let exists = format!("select 1 from pg_database where datname = {}", literal(name));
    if psql::run(binaries, socket_dir, "postgres", &exists)?.is_empty() {
        let create = format!(
            "create database {} owner {}",
            identifier(name),
            identifier(OWNER_ROLE)
        );
        psql::run(binaries, socket_dir, "postgres", &create)?;
    }
    restrict(binaries, socket_dir, name)
}

/// A clone does not inherit the grants of its template's database, so this is repeated for it.
pub(crate) fn restrict(binaries: &Binaries, socket_dir: &Path, name: &str) -> Result<(), Error> {
    let sql = format!(
        "revoke all on database {db} from public; grant connect, temporary on database {db} to {app};",
        db = identifier(name),
        app = identifier(APP_ROLE),
    );
    psql::run(binaries, socket_dir, "postgres", &sql).map(drop)
}
