//! Azure Blob Storage.
//!
//! A body of one part is one request; a longer one is uploaded in blocks, which become the blob when their list is committed.
//! Blocks that nobody commits vanish at the provider after a week.

use std::time::Duration;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use object_store::azure::{MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{
    Attribute, Attributes, GetOptions, GetRange, GetResult, MultipartUpload as _, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload,
};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::http::{Connector, client};
use crate::parts::{Limits, Parts};
use crate::{ByteRange, ByteStream, ContentType, ObjectInfo, Storage, StorageError, StorageKey, Stored};

/// Of one block.
const PART: usize = 8 * 1024 * 1024;

/// Where a container is.
#[derive(Debug, Clone)]
pub struct AzureConfig {
    pub account: String,
    pub container: String,
    /// The account's key. Unset: workload identity where its variables are set, otherwise the machine's managed identity.
    pub key: Option<SecretString>,
    /// Another address of the account's blobs, the account included: a private endpoint or an emulator.
    pub endpoint: Option<Url>,
    /// Longest object in bytes.
    pub max_bytes: u64,
}

#[derive(Debug, Clone)]
pub struct AzureStorage {
    store: MicrosoftAzure,
    max_bytes: u64,
}

impl AzureStorage {
    /// Asks nothing of the network yet.
    ///
    /// # Errors
    /// [`StorageError::Io`] when key or identity do not fit.
    pub fn open(config: &AzureConfig) -> Result<Self, StorageError> {
        // Reads what Azure itself sets for workload identity (AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE).
        let mut builder = MicrosoftAzureBuilder::from_env()
            .with_account(&config.account)
            .with_container_name(&config.container)
            .with_http_connector(Connector(client()?));
        if let Some(key) = &config.key {
            builder = builder.with_access_key(key.expose_secret());
        }
        if let Some(endpoint) = &config.endpoint {
            let plain = endpoint.scheme() == "http";
            let endpoint = endpoint.as_str().trim_end_matches('/').to_owned();
            builder = builder.with_endpoint(endpoint).with_allow_http(plain);
        }
        Ok(Self {
            store: builder.build().map_err(StorageError::remote)?,
            max_bytes: config.max_bytes,
        })
    }

    async fn look(&self, key: &StorageKey, options: GetOptions) -> Result<GetResult, StorageError> {
        match self.store.get_opts(&path(key), options).await {
            Ok(found) => Ok(found),
            Err(object_store::Error::NotFound { .. }) => Err(StorageError::NotFound),
            Err(error) => Err(StorageError::remote(error)),
        }
    }
}

fn path(key: &StorageKey) -> Path {
    Path::from(key.as_str())
}

fn attributes(key: &StorageKey, content_type: &ContentType) -> Attributes {
    Attributes::from_iter([
        (Attribute::ContentType, content_type.as_str().to_owned()),
        (Attribute::ContentDisposition, key.disposition()),
    ])
}

fn info(found: &GetResult) -> ObjectInfo {
    let content_type = found.attributes.get(&Attribute::ContentType);
    ObjectInfo {
        len: found.meta.size,
        content_type: ContentType::new(content_type.map_or("", |value| value.as_ref())),
        etag: crate::storage::plain_etag(found.meta.e_tag.as_deref().unwrap_or_default()),
    }
}

#[async_trait]
impl Storage for AzureStorage {
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
        limits.check()?;
        let mut parts = Parts::of(body, PART, limits);
        let mut part = parts.next().await?;
        let attributes = attributes(key, &content_type);
        if part.is_last {
            let options = PutOptions {
                attributes,
                ..PutOptions::default()
            };
            let body = PutPayload::from_bytes(part.bytes);
            let path = path(key);
            let put = self.store.put_opts(&path, body, options);
            put.await.map_err(StorageError::remote)?;
            return Ok(parts.finish());
        }
        let options = PutMultipartOptions {
            attributes,
            ..PutMultipartOptions::default()
        };
        let path = path(key);
        let begun = self.store.put_multipart_opts(&path, options);
        let mut upload = begun.await.map_err(StorageError::remote)?;
        loop {
            let sent = upload.put_part(PutPayload::from_bytes(part.bytes));
            sent.await.map_err(StorageError::remote)?;
            if part.is_last {
                break;
            }
            part = parts.next().await?;
        }
        upload.complete().await.map_err(StorageError::remote)?;
        Ok(parts.finish())
    }

    async fn get(
        &self,
        key: &StorageKey,
        range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ByteStream), StorageError> {
        // Azure knows no range from the end, and what it says of one that lies outside is no fact to build on.
        let Some(range) = range else {
            let found = self.look(key, GetOptions::default()).await?;
            return Ok((info(&found), stream_of(found)));
        };
        let whole = self.head(key).await?;
        let (start, count) = range.resolve(whole.len)?;
        let options = GetOptions {
            range: Some(GetRange::Bounded(start..start + count)),
            if_match: Some(format!("\"{}\"", whole.etag)),
            ..GetOptions::default()
        };
        let found = self.look(key, options).await?;
        Ok((whole, stream_of(found)))
    }

    async fn head(&self, key: &StorageKey) -> Result<ObjectInfo, StorageError> {
        let options = GetOptions {
            head: true,
            ..GetOptions::default()
        };
        self.look(key, options).await.map(|found| info(&found))
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        match self.store.delete(&path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(StorageError::remote(error)),
        }
    }

    async fn presign(&self, key: &StorageKey, ttl: Duration) -> Result<Option<Url>, StorageError> {
        let path = path(key);
        let signed = self.store.signed_url(Method::GET, &path, ttl);
        signed.await.map(Some).map_err(StorageError::remote)
    }
}

fn stream_of(found: GetResult) -> ByteStream {
    found.into_stream().map_err(std::io::Error::other).boxed()
}
