//! Uploading.

use aws_sdk_s3::primitives::ByteStream as Body;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};

use super::{S3Storage, failed};
use crate::parts::{Limits, Part, Parts};
use crate::tidy::Tidy;
use crate::{ByteStream, ContentType, StorageError, StorageKey, Stored};

/// S3 takes parts from 5 MiB on; this one keeps memory small and 10,000 of them are more than is allowed.
const PART: usize = 8 * 1024 * 1024;

pub(super) async fn put(
    storage: &S3Storage,
    key: &StorageKey,
    content_type: &ContentType,
    body: ByteStream,
    limits: Limits,
) -> Result<Stored, StorageError> {
    limits.check()?;
    let mut parts = Parts::of(body, PART, limits);
    let first = parts.next().await?;
    if first.is_last {
        let request = storage.client.put_object().bucket(&storage.bucket);
        let request = request
            .key(key.as_str())
            .content_type(content_type.as_str())
            .content_disposition(key.disposition())
            .body(Body::from(first.bytes));
        request.send().await.map_err(failed)?;
    } else {
        Box::pin(in_parts(storage, key, content_type, first, &mut parts)).await?;
    }
    Ok(parts.finish())
}

async fn in_parts(
    storage: &S3Storage,
    key: &StorageKey,
    content_type: &ContentType,
    mut part: Part,
    parts: &mut Parts,
) -> Result<(), StorageError> {
    let (client, bucket, name) = (&storage.client, &storage.bucket, key.as_str());
    let begin = client.create_multipart_upload().bucket(bucket).key(name);
    let begin = begin
        .content_type(content_type.as_str())
        .content_disposition(key.disposition());
    let begun = begin.send().await.map_err(failed)?;
    let id = begun
        .upload_id
        .ok_or_else(|| StorageError::Damaged("S3 began an upload without an id".into()))?;
    let tidy = {
        let abort = client.abort_multipart_upload().bucket(bucket).key(name);
        let abort = abort.upload_id(&id);
        Tidy::with(async move {
            // What stays is invisible, and the bucket's lifecycle rule ends it.
            let _ = abort.send().await;
        })
    };
    let mut done = Vec::new();
    for number in 1.. {
        let send = client.upload_part().bucket(bucket).key(name).upload_id(&id);
        let sent = send.part_number(number).body(Body::from(part.bytes));
        let sent = sent.send().await.map_err(failed)?;
        let part_done = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag);
        done.push(part_done.build());
        if part.is_last {
            break;
        }
        part = parts.next().await?;
    }
    let whole = CompletedMultipartUpload::builder().set_parts(Some(done)).build();
    let end = client.complete_multipart_upload().bucket(bucket).key(name);
    end.upload_id(&id)
        .multipart_upload(whole)
        .send()
        .await
        .map_err(failed)?;
    tidy.not_needed();
    Ok(())
}
