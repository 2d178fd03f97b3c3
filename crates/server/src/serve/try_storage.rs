//! Says at start what is wrong with the store, rather than with the first recording. No reason to stop: it may be away for a moment,
//! and all but recordings works without it.

use crate::app::App;
use anyhow::Context;
use std::time::Duration;
use storage::{ContentType, Storage, StorageKey, byte_stream};

const PATIENCE: Duration = Duration::from_secs(30);

/// Stores a few bytes where what is new goes, and removes them.
pub async fn report(app: App) {
    let name = app.storage.name();
    let tried = tokio::time::timeout(PATIENCE, try_out(app.storage.current().as_ref())).await;
    match tried.unwrap_or_else(|_late| Err(anyhow::anyhow!("no answer within {} s", PATIENCE.as_secs()))) {
        Ok(()) => tracing::info!(storage = %name, "the store takes recordings"),
        Err(error) => tracing::error!(
            storage = %name, error = format!("{error:#}"),
            "the store of STORAGE_PROVIDER does not work; recordings are fetched again later"
        ),
    }
}

async fn try_out(store: &dyn Storage) -> anyhow::Result<()> {
    let key = StorageKey::new(format!("tried/{}", uuid::Uuid::now_v7()))?;
    let words = byte_stream("EchoSensei can write here.");
    let put = store.put(&key, ContentType::new("text/plain"), words, None);
    put.await.context("writing")?;
    store.head(&key).await.context("reading")?;
    store.delete(&key).await.context("deleting")
}
