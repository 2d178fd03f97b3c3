//! Google Cloud Storage, by its JSON API.
//!
//! `object_store` finds the credentials and signs links; bodies go by ourselves, because its uploads are those of the XML API, and the
//! resumable ones of the JSON API (`upload`) can be taken up again after a broken connection, show nothing before their end, and are
//! what stand-ins speak as well.

mod upload;

use std::time::Duration;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use object_store::gcp::{GoogleCloudStorage, GoogleCloudStorageBuilder};
use object_store::path::Path;
use object_store::signer::Signer;
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap, RANGE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::http::{Connector, client};
use crate::parts::Limits;
use crate::{ByteRange, ByteStream, ContentType, ObjectInfo, Storage, StorageError, StorageKey, Stored};

/// Google's own address.
pub const GCS_ENDPOINT: &str = "https://storage.googleapis.com";
/// For an answer to begin; bodies have a limit of silence only.
const ANSWER: Duration = Duration::from_secs(60);
/// Names the version of an object in answers that carry its body.
const GENERATION: &str = "x-goog-generation";

/// Where a bucket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GcsConfig {
    pub bucket: String,
    /// The project that pays for requests, of a bucket whose requester pays. Not sent otherwise: it asks for a permission more.
    pub payer: Option<String>,
    /// Another address of the API, such as an emulator's, which then wants no credentials.
    pub endpoint: Option<Url>,
    /// Longest object in bytes.
    pub max_bytes: u64,
}

#[derive(Debug, Clone)]
pub struct GcsStorage {
    http: reqwest::Client,
    signer: GoogleCloudStorage,
    base: Url,
    bucket: String,
    payer: Option<String>,
    anonymous: bool,
    max_bytes: u64,
}

/// What the API says of an object.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    /// A number in a text.
    size: String,
    content_type: Option<String>,
    generation: String,
}

impl GcsStorage {
    /// Credentials: the file that GOOGLE_APPLICATION_CREDENTIALS names, gcloud's own, or those of the machine's service account
    /// (also on Cloud Run and with workload identity on GKE). Asks nothing of the network yet.
    ///
    /// # Errors
    /// [`StorageError::Io`] when a file of credentials cannot be read.
    pub fn open(config: &GcsConfig) -> Result<Self, StorageError> {
        let http = client()?;
        let signer = GoogleCloudStorageBuilder::from_env()
            .with_bucket_name(&config.bucket)
            .with_skip_signature(config.endpoint.is_some())
            .with_http_connector(Connector(http.clone()))
            .build()
            .map_err(StorageError::remote)?;
        let base = match &config.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => Url::parse(GCS_ENDPOINT).map_err(StorageError::remote)?,
        };
        Ok(Self {
            http,
            signer,
            base,
            bucket: config.bucket.clone(),
            payer: config.payer.clone(),
            anonymous: config.endpoint.is_some(),
            max_bytes: config.max_bytes,
        })
    }

    /// An address below the API; segments are escaped, the slashes of a key included.
    fn url(&self, segments: &[&str]) -> Result<Url, StorageError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| StorageError::Damaged("the endpoint of Google Cloud Storage is no base".into()))?
            .pop_if_empty()
            .extend(segments);
        Ok(url)
    }

    fn object(&self, key: &StorageKey) -> Result<Url, StorageError> {
        self.url(&["storage", "v1", "b", &self.bucket, "o", key.as_str()])
    }

    async fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, StorageError> {
        let mut request = self.http.request(method, url);
        if let Some(payer) = &self.payer {
            request = request.header("x-goog-user-project", payer);
        }
        if self.anonymous {
            return Ok(request);
        }
        let credential = self.signer.credentials().get_credential().await;
        Ok(request.bearer_auth(&credential.map_err(StorageError::remote)?.bearer))
    }

    async fn send(request: RequestBuilder) -> Result<Response, StorageError> {
        match tokio::time::timeout(ANSWER, request.send()).await {
            Ok(answer) => answer.map_err(|error| StorageError::remote(error.without_url())),
            Err(late) => Err(StorageError::remote(late)),
        }
    }
}

/// The answer's own words, shortened: they say what is wrong with bucket or credentials.
async fn refused(answer: Response) -> StorageError {
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    let text: String = text.chars().take(500).collect();
    StorageError::remote(format!("Google Cloud Storage answered {status}: {text}"))
}

fn header(headers: &HeaderMap, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[async_trait]
impl Storage for GcsStorage {
    async fn put(
        &self,
        key: &StorageKey,
        content_type: ContentType,
        body: ByteStream,
        expected_len: Option<u64>,
    ) -> Result<Stored, StorageError> {
        let limits = Limits {
            max: self.max_bytes,
            expected: expected_len,
        };
        upload::put(self, key, &content_type, body, limits).await
    }

    async fn get(
        &self,
        key: &StorageKey,
        range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ByteStream), StorageError> {
        // Resolved by us: an emulator knows neither ranges from the end nor those that lie outside.
        let exact = match range {
            Some(range) => {
                let whole = self.head(key).await?;
                let (start, count) = range.resolve(whole.len)?;
                Some((start, start + count - 1, whole))
            }
            None => None,
        };
        let mut url = self.object(key)?;
        url.query_pairs_mut().append_pair("alt", "media");
        let mut request = self.request(Method::GET, url).await?;
        if let Some((first, last, _)) = &exact {
            request = request.header(RANGE, format!("bytes={first}-{last}"));
        }
        let answer = Self::send(request).await?;
        match answer.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
            StatusCode::NOT_FOUND => return Err(StorageError::NotFound),
            _ => return Err(refused(answer).await),
        }
        let info = match exact {
            Some((.., whole)) => {
                let range = header(answer.headers(), CONTENT_RANGE).unwrap_or_default();
                if crate::range::total(range)? != whole.len {
                    return Err(StorageError::Damaged(
                        "the object was replaced while it was read".into(),
                    ));
                }
                whole
            }
            None => ObjectInfo {
                len: answer
                    .content_length()
                    .ok_or_else(|| StorageError::Damaged("no length was told".into()))?,
                content_type: ContentType::new(header(answer.headers(), CONTENT_TYPE).unwrap_or_default()),
                etag: match header(answer.headers(), GENERATION) {
                    Some(generation) => generation.to_owned(),
                    // An emulator does not tell.
                    None => self.head(key).await?.etag,
                },
            },
        };
        let body = answer.bytes_stream().map_err(std::io::Error::other);
        Ok((info, body.boxed()))
    }

    async fn head(&self, key: &StorageKey) -> Result<ObjectInfo, StorageError> {
        let request = self.request(Method::GET, self.object(key)?).await?;
        let answer = Self::send(request).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(StorageError::NotFound),
            _ => return Err(refused(answer).await),
        }
        let text = answer.bytes().await.map_err(StorageError::remote)?;
        let described: Described = serde_json::from_slice(&text).map_err(StorageError::remote)?;
        Ok(ObjectInfo {
            len: described.size.parse().map_err(StorageError::remote)?,
            content_type: ContentType::new(described.content_type.as_deref().unwrap_or_default()),
            etag: described.generation,
        })
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        let request = self.request(Method::DELETE, self.object(key)?).await?;
        let answer = Self::send(request).await?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::NOT_FOUND => Ok(()),
            _ => Err(refused(answer).await),
        }
    }

    /// Signed with the key of the service account or, where there is none on the machine, by Google's IAM service, for which the
    /// account needs the role "Service Account Token Creator" on itself. `None` where nothing can sign.
    async fn presign(&self, key: &StorageKey, ttl: Duration) -> Result<Option<Url>, StorageError> {
        if self.anonymous {
            return Ok(None);
        }
        let path = Path::from(key.as_str());
        let signed = self.signer.signed_url(Method::GET, &path, ttl).await;
        signed.map(Some).map_err(StorageError::remote)
    }
}
