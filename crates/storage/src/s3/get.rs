//! Reading.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream as Body;
use futures::{StreamExt, stream};

use super::{S3Storage, failed};
use crate::{ByteRange, ByteStream, ContentType, ObjectInfo, StorageError, StorageKey};

pub(super) async fn get(
    storage: &S3Storage,
    key: &StorageKey,
    range: Option<ByteRange>,
) -> Result<(ObjectInfo, ByteStream), StorageError> {
    let request = storage.client.get_object().bucket(&storage.bucket);
    let request = request
        .key(key.as_str())
        .set_range(range.map(|range| range.to_header()));
    let found = match request.send().await {
        Ok(found) => found,
        Err(error) => {
            return Err(match status(&error) {
                Some(404) => StorageError::NotFound,
                Some(416) => StorageError::RangeNotSatisfiable {
                    len: head(storage, key).await?.len,
                },
                _ => failed(error),
            });
        }
    };
    let len = match &found.content_range {
        Some(range) => crate::range::total(range)?,
        None => length(found.content_length)?,
    };
    let info = info(len, found.content_type.as_deref(), found.e_tag.as_deref());
    Ok((info, stream_of(found.body)))
}

pub(super) async fn head(storage: &S3Storage, key: &StorageKey) -> Result<ObjectInfo, StorageError> {
    let request = storage.client.head_object().bucket(&storage.bucket);
    match request.key(key.as_str()).send().await {
        Ok(found) => {
            let len = length(found.content_length)?;
            Ok(info(len, found.content_type.as_deref(), found.e_tag.as_deref()))
        }
        Err(error) if status(&error) == Some(404) => Err(StorageError::NotFound),
        Err(error) => Err(failed(error)),
    }
}

fn status<E>(error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

fn info(len: u64, content_type: Option<&str>, etag: Option<&str>) -> ObjectInfo {
    ObjectInfo {
        len,
        content_type: ContentType::new(content_type.unwrap_or_default()),
        etag: crate::storage::plain_etag(etag.unwrap_or_default()),
    }
}

fn length(claimed: Option<i64>) -> Result<u64, StorageError> {
    claimed
        .and_then(|len| u64::try_from(len).ok())
        .ok_or_else(|| StorageError::Damaged("S3 told no length".into()))
}

fn stream_of(body: Body) -> ByteStream {
    stream::try_unfold(body, |mut body| async move {
        let piece = body.try_next().await.map_err(std::io::Error::other)?;
        Ok(piece.map(|piece| (piece, body)))
    })
    .boxed()
}
