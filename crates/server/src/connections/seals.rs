//! Provider keys that this server can not open, because another `ENCRYPTION_KEY` sealed them.

use crate::app::App;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bytea};
use diesel_async::RunQueryDsl;

/// What an operator should know at start; `None` while every key can be opened.
///
/// # Errors
/// The database's own.
pub async fn warning(app: &App) -> Result<Option<String>, db::Error> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let mut conn = app.db.connection().await?;
    let others: Count = diesel::sql_query("SELECT connections_sealed_otherwise($1) AS count")
        .bind::<Bytea, _>(app.sealer.key_id().as_slice())
        .get_result(&mut conn)
        .await?;
    Ok((others.count > 0).then(|| {
        format!(
            "{} connections hold an API key that was sealed with another ENCRYPTION_KEY, and nothing can be fetched for them. \
             Start with the former ENCRYPTION_KEY (one that was not set lies in a folder `secrets` in DATA_DIR), or enter their \
             API keys again under Settings → Integrations",
            others.count
        )
    }))
}
