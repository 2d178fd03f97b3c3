//! A recording, streamed.

use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, Stream};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use tokio::time::timeout;

use crate::{Error, request};

/// The sound of a call, as it comes from the vendor.
#[derive(Debug)]
pub struct ConversationAudio {
    /// Such as `audio/mpeg`.
    pub content_type: String,
    /// Bytes, where the vendor says so (it usually streams without).
    pub content_length: Option<u64>,
    response: Response,
    idle: Duration,
}

impl ConversationAudio {
    pub(super) fn new(response: Response, idle: Duration) -> Self {
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        Self {
            content_type: content_type.unwrap_or("audio/mpeg").to_owned(),
            content_length: response.content_length(),
            response,
            idle,
        }
    }

    /// The body. Ends after the first error: a cut connection is an [`Error::Network`], silence an
    /// [`Error::Timeout`]; what came before is then not the whole recording.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + Unpin + 'static {
        let idle = self.idle;
        Box::pin(stream::try_unfold(
            self.response,
            move |mut response| async move {
                let chunk = timeout(idle, response.chunk())
                    .await
                    .map_err(request::timed_out)?;
                let chunk = chunk.map_err(|error| Error::from_transport(&error))?;
                Ok(chunk.map(|chunk| (chunk, response)))
            },
        ))
    }
}
