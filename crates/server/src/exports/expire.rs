//! Removing files whose time is over, or that nobody wants any more.

use crate::app::App;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use storage::{InvalidKey, StorageError, StorageKey};
use uuid::Uuid;

/// Files of one look; the rest follows with the next minute.
const AT_ONCE: i32 = 100;

/// Why a file is still there. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum ExpireError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Key(#[from] InvalidKey),
}

#[derive(QueryableByName)]
struct Over {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    storage_key: String,
}

/// Any number of workers may do it at once: removing twice is removing.
///
/// # Errors
/// [`ExpireError`]; files before it are gone.
pub async fn run(app: &App) -> Result<(), ExpireError> {
    let over: Vec<Over> = {
        let mut conn = app.db.connection().await?;
        diesel::sql_query("SELECT prune_call_exports()")
            .execute(&mut conn)
            .await?;
        diesel::sql_query("SELECT id, organization_id, storage_key FROM call_exports_to_expire($1)")
            .bind::<Integer, _>(AT_ONCE)
            .load(&mut conn)
            .await?
    };
    for file in over {
        app.storage
            .delete_everywhere(&StorageKey::new(file.storage_key)?)
            .await?;
        let organization = OrganizationId(file.organization_id);
        app.db
            .tenant::<_, db::Error, _>(organization, async move |conn| {
                use db::schema::call_exports::dsl;
                diesel::update(dsl::call_exports.find(file.id))
                    .set((dsl::storage_key.eq(None::<String>), dsl::bytes.eq(None::<i64>)))
                    .execute(conn)
                    .await?;
                diesel::update(dsl::call_exports.find(file.id))
                    .filter(dsl::state.eq("done"))
                    .set(dsl::state.eq("expired"))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await?;
    }
    Ok(())
}
