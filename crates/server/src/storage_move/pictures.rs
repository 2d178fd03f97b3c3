//! Pictures of brands. Their names hold the digest of their content and no row says where they lie: a server looks in all its stores.

use super::copy::{Known, copy, digest};
use super::{Move, Outcome, Progress};
use crate::app::App;
use crate::branding::upload::storage_key;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use storage::{StorageError, StorageKey};

#[derive(QueryableByName)]
struct Picture {
    #[diesel(sql_type = SqlUuid)]
    organization_id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    file: String,
}

async fn all(app: &App) -> Result<Vec<Picture>, db::Error> {
    let mut conn = app.db.connection().await?;
    let pictures = diesel::sql_query("SELECT * FROM brand_pictures()");
    Ok(pictures.load(&mut conn).await?)
}

pub(super) async fn total(app: &App) -> Result<u64, db::Error> {
    Ok(all(app).await?.len() as u64)
}

pub(super) async fn run(
    app: &App,
    step: &Move,
    progress: &mut Progress,
    tell: &mut impl FnMut(&Progress),
) -> Result<(), db::Error> {
    for picture in all(app).await? {
        let outcome = match storage_key(OrganizationId(picture.organization_id), &picture.file) {
            Ok(key) => move_one(step, &key, &picture.file).await,
            Err(error) => Err(error.to_string()),
        };
        progress.count(outcome.unwrap_or_else(|error| {
            tracing::error!(picture = picture.file, error, "a picture was not moved");
            Outcome::Failed
        }));
        tell(progress);
    }
    Ok(())
}

async fn move_one(step: &Move, key: &StorageKey, file: &str) -> Result<Outcome, String> {
    let (from, to) = (&step.from.1, &step.to.1);
    let wanted = file.split('.').next().unwrap_or_default();
    let outcome = match digest(to.as_ref(), key).await {
        Ok(there) if hex::encode(there) == wanted => Outcome::There,
        Ok(_) | Err(StorageError::NotFound) => match from.head(key).await {
            Ok(info) => {
                let known = Known {
                    content_type: info.content_type,
                    len: info.len,
                    sha256: hex::decode(wanted).ok().and_then(|digest| digest.try_into().ok()),
                };
                let stored = copy(step, key, &known).await.map_err(|error| error.to_string())?;
                Outcome::Moved(stored.len)
            }
            // In a third store, or lost before.
            Err(StorageError::NotFound) => return Ok(Outcome::Gone),
            Err(error) => return Err(error.to_string()),
        },
        Err(error) => return Err(error.to_string()),
    };
    if step.delete_source {
        from.delete(key).await.map_err(|error| error.to_string())?;
    }
    Ok(outcome)
}
