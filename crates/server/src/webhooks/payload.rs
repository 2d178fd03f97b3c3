//! What a provider sent, as it lies in the inbox: compressed, then sealed for its row. It holds transcripts and recordings.

use crate::app::App;
use crate::calls::store::words;
use crate::seal::{SealError, Sealer};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use db::schema::webhook_inbox;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::OrganizationId;
use uuid::Uuid;

/// From so many bytes on it is not done on the runtime; below, handing it over would take longer.
const LARGE: usize = 256 * 1024;

/// Why a payload can not be read.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    #[error("what was sent can not be opened: {0}")]
    Seal(#[from] SealError),
    #[error("what was sent is damaged")]
    Damaged,
    #[error("sealing was cut off")]
    Cut,
}

/// Its SHA-256 and how it is stored.
///
/// # Errors
/// [`PayloadError`]; none in practice.
pub async fn seal(sealer: &Sealer, body: Bytes, id: Uuid) -> Result<(Vec<u8>, Vec<u8>), PayloadError> {
    let (sealer, is_large) = (sealer.clone(), body.len() >= LARGE);
    apart(is_large, move || {
        let key = Sha256::digest(&body).to_vec();
        let packed = lz4_flex::block::compress_prepend_size(&body);
        drop(body);
        Ok((key, sealer.seal_bytes(&packed, id)?))
    })
    .await
}

/// Opens what lies in the row `id`. What came before payloads were sealed is as it was sent.
///
/// # Errors
/// [`PayloadError`], such as after ENCRYPTION_KEY was changed.
pub async fn open(app: &App, stored: Vec<u8>, is_sealed: bool, id: Uuid) -> Result<Vec<u8>, PayloadError> {
    if !is_sealed {
        return Ok(stored);
    }
    let (sealer, is_large) = (app.sealer.clone(), stored.len() >= LARGE);
    apart(is_large, move || {
        let packed = sealer.open_bytes(&stored, id)?;
        drop(stored);
        lz4_flex::block::decompress_size_prepended(&packed).map_err(|_damaged| PayloadError::Damaged)
    })
    .await
}

/// Keeps nothing of what was sent: its call was erased.
///
/// # Errors
/// The database's own.
pub async fn forget(
    app: &App,
    organization: OrganizationId,
    key: (Uuid, DateTime<Utc>, Uuid),
) -> Result<(), db::Error> {
    app.db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            diesel::update(webhook_inbox::table.find(key))
                .set(webhook_inbox::body.eq(Vec::<u8>::new()))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
}

/// With the conversation that it is about, so that it is found when its call is erased.
///
/// # Errors
/// [`PayloadError::Cut`].
pub async fn about(body: Vec<u8>) -> Result<(Vec<u8>, Option<String>), PayloadError> {
    apart(body.len() >= LARGE, move || {
        let about = conversation_of(&body);
        Ok((body, about))
    })
    .await
}

fn conversation_of(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        conversation_id: String,
    }
    #[derive(Deserialize)]
    struct Delivery {
        data: Named,
    }
    let delivery: Delivery = serde_json::from_slice(body).ok()?;
    Some(words::clean(&delivery.data.conversation_id))
}

async fn apart<T: Send + 'static>(
    is_large: bool,
    work: impl FnOnce() -> Result<T, PayloadError> + Send + 'static,
) -> Result<T, PayloadError> {
    if is_large {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_cancelled| PayloadError::Cut)?
    } else {
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_and_large_payloads_are_sealed_compressed_and_found_by_their_bytes() {
        let sealer = Sealer::new(&crate::config::key(vec![7; 32])).unwrap();
        let id = Uuid::now_v7();
        for size in [0, 100, LARGE + 1] {
            let body = Bytes::from(vec![b'{'; size]);
            let (key, sealed) = seal(&sealer, body.clone(), id).await.unwrap();
            assert_eq!(key, Sha256::digest(&body).to_vec());
            assert!(sealed.len() < 2_500, "{} of {size}", sealed.len());
            assert!(!sealed.windows(8).any(|part| part == b"{{{{{{{{"));
            let packed = sealer.open_bytes(&sealed, id).unwrap();
            assert_eq!(lz4_flex::block::decompress_size_prepended(&packed).unwrap(), body);
            assert!(sealer.open_bytes(&sealed, Uuid::now_v7()).is_err());
        }
    }
}
