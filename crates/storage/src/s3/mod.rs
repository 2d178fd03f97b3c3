//! Amazon S3, and what speaks its protocol.
//!
//! A body of one part is one request; a longer one a multipart upload, which shows nothing until it is
//! completed and is aborted otherwise. Parts of a process that was killed stay invisible at the provider: a lifecycle
//! rule that aborts incomplete uploads after a day clears them away.

mod get;
mod put;

use std::time::Duration;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::error::{DisplayErrorContext, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_smithy_http_client::{Builder, tls};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::parts::Limits;
use crate::{ByteRange, ByteStream, ContentType, ObjectInfo, Storage, StorageError, StorageKey, Stored};

/// Where a bucket is.
#[derive(Debug, Clone)]
pub struct S3Config {
    pub bucket: String,
    /// The SDK's own chain (environment, profile, instance) decides when unset.
    pub region: Option<String>,
    /// A compatible service instead of Amazon's; buckets are then parts of the path.
    pub endpoint: Option<Url>,
    /// Access key and its secret instead of what the SDK finds.
    pub keys: Option<(String, SecretString)>,
    /// Longest object in bytes.
    pub max_bytes: u64,
}

#[derive(Debug, Clone)]
pub struct S3Storage {
    client: Client,
    bucket: String,
    max_bytes: u64,
}

impl S3Storage {
    /// Credentials come from the SDK's default chain: environment, profile, web identity (IRSA), container role,
    /// instance role. They are fetched with the first request and renewed by themselves.
    pub async fn open(config: &S3Config) -> Self {
        let http = Builder::new()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_https();
        let mut shared = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
        if let Some(region) = &config.region {
            shared = shared.region(Region::new(region.clone()));
        }
        if let Some((key, secret)) = &config.keys {
            let secret = secret.expose_secret();
            shared = shared.credentials_provider(Credentials::new(key, secret, None, None, "settings"));
        }
        if let Some(endpoint) = &config.endpoint {
            shared = shared.endpoint_url(endpoint.as_str());
        }
        let settings = aws_sdk_s3::config::Builder::from(&Box::pin(shared.load()).await)
            .force_path_style(config.endpoint.is_some())
            .build();
        Self {
            client: Client::from_conf(settings),
            bucket: config.bucket.clone(),
            max_bytes: config.max_bytes,
        }
    }
}

/// What the SDK says about the failure, its causes included.
fn failed<E, R>(error: SdkError<E, R>) -> StorageError
where
    SdkError<E, R>: std::error::Error + 'static,
{
    StorageError::remote(DisplayErrorContext(&error).to_string())
}

#[async_trait]
impl Storage for S3Storage {
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
        // The SDK keeps whole requests in its futures.
        Box::pin(put::put(self, key, &content_type, body, limits)).await
    }

    async fn get(
        &self,
        key: &StorageKey,
        range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ByteStream), StorageError> {
        Box::pin(get::get(self, key, range)).await
    }

    async fn head(&self, key: &StorageKey) -> Result<ObjectInfo, StorageError> {
        Box::pin(get::head(self, key)).await
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key.as_str());
        request.send().await.map(drop).map_err(failed)
    }

    async fn presign(&self, key: &StorageKey, ttl: Duration) -> Result<Option<Url>, StorageError> {
        let for_how_long = PresigningConfig::expires_in(ttl).map_err(StorageError::remote)?;
        let request = self.client.get_object().bucket(&self.bucket).key(key.as_str());
        let signed = request.presigned(for_how_long).await.map_err(failed)?;
        Url::parse(signed.uri()).map(Some).map_err(StorageError::remote)
    }
}
