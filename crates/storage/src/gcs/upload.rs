//! Resumable uploads: <https://cloud.google.com/storage/docs/performing-resumable-uploads>.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, LOCATION, RANGE};
use reqwest::{Method, Response, StatusCode};
use url::Url;

use super::{GcsStorage, header, refused};
use crate::parts::{Limits, Part, Parts};
use crate::tidy::Tidy;
use crate::{ByteStream, ContentType, StorageError, StorageKey, Stored};

/// Google wants multiples of 256 KiB, but for the last.
const PART: usize = 8 * 1024 * 1024;
/// Tries of one part, with waits that double between them.
const TRIES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(300);

pub(super) async fn put(
    storage: &GcsStorage,
    key: &StorageKey,
    content_type: &ContentType,
    body: ByteStream,
    limits: Limits,
) -> Result<Stored, StorageError> {
    limits.check()?;
    let mut parts = Parts::of(body, PART, limits);
    let mut part = parts.next().await?;
    let session = begin(storage, key, content_type).await?;
    let tidy = {
        let cancel = storage.http.delete(session.clone()).header(CONTENT_LENGTH, 0);
        Tidy::with(async move {
            // A session that nobody ends shows nothing and expires after a week.
            let _ = cancel.send().await;
        })
    };
    loop {
        send(storage, &session, &part).await?;
        if part.is_last {
            break;
        }
        part = parts.next().await?;
    }
    tidy.not_needed();
    Ok(parts.finish())
}

/// Where to send the body to. The address lets its holder write, so it is never logged.
async fn begin(
    storage: &GcsStorage,
    key: &StorageKey,
    content_type: &ContentType,
) -> Result<Url, StorageError> {
    let mut url = storage.url(&["upload", "storage", "v1", "b", &storage.bucket, "o"])?;
    url.query_pairs_mut()
        .append_pair("uploadType", "resumable")
        .append_pair("name", key.as_str());
    let about = serde_json::json!({
        "contentType": content_type.as_str(), "contentDisposition": key.disposition(),
    });
    let request = storage.request(Method::POST, url).await?.json(&about);
    let answer = GcsStorage::send(request).await?;
    if !answer.status().is_success() {
        return Err(refused(answer).await);
    }
    let session = header(answer.headers(), LOCATION).and_then(|session| Url::parse(session).ok());
    session.ok_or_else(|| StorageError::Damaged("no address to upload to was told".into()))
}

/// Sends a part until all of it has arrived, asking after a failure how far it got.
async fn send(storage: &GcsStorage, session: &Url, part: &Part) -> Result<(), StorageError> {
    let end = part.start + part.bytes.len() as u64;
    let total = if part.is_last {
        end.to_string()
    } else {
        "*".to_owned()
    };
    let (mut arrived, mut failures) = (part.start, 0);
    loop {
        let skip = usize::try_from(arrived - part.start).unwrap_or(usize::MAX);
        let rest = part.bytes.slice(skip.min(part.bytes.len())..);
        let answer = match put_range(storage, session, arrived, rest, &total).await {
            Ok(answer) if !is_passing(answer.status()) => answer,
            outcome => {
                failures += 1;
                if failures >= TRIES {
                    return Err(match outcome {
                        Ok(answer) => refused(answer).await,
                        Err(error) => error,
                    });
                }
                tokio::time::sleep(FIRST_WAIT * 2_u32.pow(failures)).await;
                match put_range(storage, session, arrived, Bytes::new(), "*").await {
                    Ok(answer) => answer,
                    Err(_) => continue,
                }
            }
        };
        match answer.status() {
            status if status.is_success() => return Ok(()),
            StatusCode::PERMANENT_REDIRECT => {
                let got =
                    header(answer.headers(), RANGE).and_then(|range| range.rsplit('-').next()?.parse().ok());
                arrived = got.map_or(0, |last: u64| last + 1).clamp(part.start, end);
                if arrived == end && !part.is_last {
                    return Ok(());
                }
            }
            status if is_passing(status) => {}
            _ => return Err(refused(answer).await),
        }
    }
}

/// Without bytes it asks how far the upload is, or ends it where `total` is known.
async fn put_range(
    storage: &GcsStorage,
    session: &Url,
    start: u64,
    bytes: Bytes,
    total: &str,
) -> Result<Response, StorageError> {
    let range = match (start + bytes.len() as u64).checked_sub(1) {
        Some(last) if !bytes.is_empty() => format!("bytes {start}-{last}/{total}"),
        _ => format!("bytes */{total}"),
    };
    let request = storage.http.put(session.clone());
    let request = request
        .header(CONTENT_LENGTH, bytes.len())
        .header(CONTENT_RANGE, range)
        .body(bytes);
    GcsStorage::send(request).await
}

fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status.as_u16(), 408 | 429)
}
