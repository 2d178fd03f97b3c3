//! A sound as an HTTP reply: RFC 9110, parts 13 and 14.

use super::held::Held;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use actix_web::{HttpRequest, HttpResponse};
use futures::TryStreamExt;
use shared::call::RecordingUse;
use storage::{ByteRange, StorageError};

/// Sends the body or the part that is asked for; `None` when its object is gone.
///
/// # Errors
/// The storage's.
pub async fn send(
    app: &App,
    held: &Held,
    request: &HttpRequest,
    purpose: RecordingUse,
) -> ApiResult<Option<HttpResponse>> {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let store = held.store(app)?;
    // Where we know the digest, what the browser has is compared before the store is asked.
    let known = held
        .sha256
        .as_ref()
        .map(|digest| format!("\"{}\"", hex::encode(digest)));
    let mut range = header(RANGE).and_then(ByteRange::from_header);
    if let (Some(wanted), Some(known)) = (header(IF_RANGE), &known)
        && wanted.trim() != known
    {
        // The rest of what it has is the rest of something else: it gets the whole.
        range = None;
    }
    if let (Some(has), Some(known)) = (header(IF_NONE_MATCH), &known)
        && has.split(',').any(|one| one.trim() == known)
    {
        return Ok(Some(
            HttpResponse::NotModified()
                .insert_header((ETAG, known.clone()))
                .insert_header((CACHE_CONTROL, KEEP))
                .finish(),
        ));
    }
    let (info, body) = match store.get(&held.key, range).await {
        Ok(found) => found,
        Err(StorageError::RangeNotSatisfiable { len }) => {
            return Ok(Some(
                HttpResponse::RangeNotSatisfiable()
                    .insert_header((CONTENT_RANGE, format!("bytes */{len}")))
                    .finish(),
            ));
        }
        Err(StorageError::NotFound) => return Ok(None),
        Err(error) => return Err(ApiError::internal(error)),
    };
    let mut reply = HttpResponse::Ok();
    let mut count = info.len;
    if let Some(range) = range {
        let (start, part) = range.resolve(info.len).map_err(ApiError::internal)?;
        count = part;
        let last = (start + part).saturating_sub(1);
        reply = HttpResponse::PartialContent();
        reply.insert_header((CONTENT_RANGE, format!("bytes {start}-{last}/{}", info.len)));
    }
    Ok(Some(
        reply
            .insert_header((CONTENT_TYPE, info.content_type.as_str().to_owned()))
            .insert_header((CONTENT_LENGTH, count))
            .insert_header((ACCEPT_RANGES, "bytes"))
            .insert_header((ETAG, known.unwrap_or_else(|| format!("\"{}\"", info.etag))))
            .insert_header((CACHE_CONTROL, KEEP))
            .insert_header((CONTENT_DISPOSITION, disposition(held, purpose)))
            .body(SizedStream::new(
                count,
                body.map_err(|error| -> actix_web::Error { error.into() }),
            )),
    ))
}

/// A recording rarely changes, but who may hear it does: kept by the browser only, asked again.
const KEEP: &str = "private, no-cache";

/// The name is ours: a date and an id, so that no header can be broken by what a provider calls a call.
fn disposition(held: &Held, purpose: RecordingUse) -> String {
    let kind = match purpose {
        RecordingUse::Listen => "inline",
        RecordingUse::Save => "attachment",
    };
    let ending = held.key.as_str().rsplit('.').next().unwrap_or("mp3");
    format!(
        "{kind}; filename=\"call-{}-{}.{ending}\"",
        held.call.started_at.format("%Y-%m-%d"),
        held.call.id
    )
}
