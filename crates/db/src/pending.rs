//! What a role that may not migrate can find out about migrations.

use crate::Error;
use crate::migrate::MIGRATIONS;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::{OptionalExtension, QueryableByName, sql_query, sql_types};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::collections::HashSet;

#[derive(QueryableByName)]
struct Role {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Bool)]
    may_create: bool,
    /// The list of applied migrations exists and may be read.
    #[diesel(sql_type = sql_types::Bool)]
    may_look: bool,
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = sql_types::Text)]
    version: String,
}

/// Whether the connection's role may run migrations. `false`: it may not, and none are missing.
///
/// # Errors
/// [`Error::NotOwner`] when it may not and some are missing, or when it may not even look.
pub(crate) async fn may_run(conn: &mut AsyncPgConnection) -> Result<bool, Error> {
    let role: Option<Role> = sql_query(
        "SELECT current_user::text AS name, has_schema_privilege(current_user, 'public', 'CREATE') AS may_create,
                coalesce(has_table_privilege(current_user, to_regclass('public.__diesel_schema_migrations'), 'SELECT'), false)
                    AS may_look",
    )
    .get_result(conn)
    .await
    .optional()?;
    let Some(role) = role.filter(|role| !role.may_create) else {
        return Ok(true);
    };
    let ours = versions()?;
    let applied: HashSet<String> = if role.may_look {
        let rows: Vec<Applied> =
            sql_query("SELECT version::text AS version FROM public.__diesel_schema_migrations")
                .load(conn)
                .await?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        HashSet::new()
    };
    match ours.iter().filter(|version| !applied.contains(*version)).count() {
        0 => Ok(false),
        pending => Err(Error::NotOwner {
            role: role.name,
            pending,
        }),
    }
}

fn versions() -> Result<Vec<String>, Error> {
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(|e| Error::Migration(e.to_string()))?;
    Ok(all.iter().map(|one| one.name().version().to_string()).collect())
}
