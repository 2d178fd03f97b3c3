//! The promises of `Storage`, one function each.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use echosensei_storage::{
    ByteRange, ByteStream, ContentType, Storage, StorageConfig, StorageError, StorageKey, byte_stream,
    read_to_vec,
};
use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};
use url::Url;

/// Longest object of the store with a limit.
const SMALL: u64 = 1_000;
/// Several parts of every adapter, and not a multiple of any.
const LARGE: usize = 20 * 1024 * 1024 + 4_321;
const MAX: u64 = 64 * 1024 * 1024;

pub struct Store {
    pub storage: Arc<dyn Storage>,
    /// The same with [`SMALL`] as its limit.
    limited: Arc<dyn Storage>,
}

impl Store {
    pub async fn open(config: impl Fn(u64) -> StorageConfig) -> Self {
        Self {
            storage: config(MAX).open().await.unwrap(),
            limited: config(SMALL).open().await.unwrap(),
        }
    }

    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Vec<u8>, StorageError> {
        let (_, body) = self.storage.get(&key(name), range).await?;
        read_to_vec(body, MAX).await
    }

    async fn put(&self, name: &str, body: impl Into<Bytes>) {
        self.storage
            .put(&key(name), mp3(), byte_stream(body), None)
            .await
            .unwrap();
    }
}

pub fn key(name: &str) -> StorageKey {
    StorageKey::new(name).unwrap()
}

pub fn mp3() -> ContentType {
    ContentType::new("audio/mpeg")
}

pub async fn run(store: &Store) {
    what_was_put_is_read_back(store).await;
    a_large_body_goes_in_parts(store).await;
    ranges_are_slices(store).await;
    a_new_body_replaces_the_old_one(store).await;
    a_broken_body_leaves_what_was_there(store).await;
    whoever_goes_away_leaves_nothing(store).await;
    sizes_are_held_to(store).await;
    what_is_gone_is_not_found(store).await;
    keys_do_not_meet(store).await;
}

async fn what_was_put_is_read_back(store: &Store) {
    for (name, body) in [("small", "sound"), ("recordings/0191/empty.mp3", "")] {
        let len = body.len() as u64;
        let stored = store
            .storage
            .put(&key(name), mp3(), byte_stream(body), Some(len))
            .await
            .unwrap();
        assert_eq!((stored.len, stored.sha256), (len, Sha256::digest(body).into()));
        let (info, read) = store.storage.get(&key(name), None).await.unwrap();
        assert_eq!((info.len, info.content_type.as_str()), (len, "audio/mpeg"));
        assert!(!info.etag.is_empty());
        assert_eq!(read_to_vec(read, MAX).await.unwrap(), body.as_bytes());
        assert_eq!(store.storage.head(&key(name)).await.unwrap(), info);
    }
}

fn large() -> Vec<u8> {
    (0..LARGE).map(|n| (n % 251) as u8).collect()
}

fn in_pieces(body: &[u8], size: usize) -> ByteStream {
    let pieces: Vec<io::Result<Bytes>> = body
        .chunks(size)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces).boxed()
}

async fn a_large_body_goes_in_parts(store: &Store) {
    let body = large();
    let stored = store
        .storage
        .put(&key("large"), mp3(), in_pieces(&body, 70_001), None)
        .await
        .unwrap();
    assert_eq!(
        (stored.len, stored.sha256),
        (LARGE as u64, Sha256::digest(&body).into())
    );
    let info = store.storage.head(&key("large")).await.unwrap();
    assert_eq!(
        (info.len, info.content_type.as_str()),
        (LARGE as u64, "audio/mpeg")
    );
    assert!(store.read("large", None).await.unwrap() == body);
    let last = ByteRange::Last(1_000_003);
    assert!(store.read("large", Some(last)).await.unwrap() == body[LARGE - 1_000_003..]);
}

async fn ranges_are_slices(store: &Store) {
    let body: Vec<u8> = (0..=255).collect();
    store.put("range", body.clone()).await;
    for (range, wanted) in [
        (ByteRange::Inclusive(0, 0), &body[..1]),
        (ByteRange::Inclusive(10, 19), &body[10..20]),
        (ByteRange::Inclusive(250, 10_000), &body[250..]),
        (ByteRange::From(255), &body[255..]),
        (ByteRange::Last(3), &body[253..]),
        (ByteRange::Last(10_000), &body[..]),
    ] {
        let (info, read) = store.storage.get(&key("range"), Some(range)).await.unwrap();
        assert_eq!(info.len, 256, "{range:?}");
        assert_eq!(read_to_vec(read, MAX).await.unwrap(), wanted, "{range:?}");
    }
    for outside in [
        ByteRange::From(256),
        ByteRange::Inclusive(300, 400),
        ByteRange::Last(0),
    ] {
        let refused = store.read("range", Some(outside)).await;
        assert!(
            matches!(refused, Err(StorageError::RangeNotSatisfiable { len: 256 })),
            "{outside:?}: {refused:?}"
        );
    }
    let nowhere = store.read("nowhere", Some(ByteRange::From(0))).await;
    assert!(matches!(nowhere, Err(StorageError::NotFound)), "{nowhere:?}");
}

async fn a_new_body_replaces_the_old_one(store: &Store) {
    store.put("replaced", "old").await;
    let old = store.storage.head(&key("replaced")).await.unwrap();
    store.put("replaced", "a new one").await;
    let new = store.storage.head(&key("replaced")).await.unwrap();
    assert_ne!(old.etag, new.etag);
    assert_eq!(store.read("replaced", None).await.unwrap(), b"a new one");
}

/// `bytes` of a body that then breaks off.
fn broken(bytes: usize) -> ByteStream {
    let cut = io::Error::from(io::ErrorKind::ConnectionReset);
    in_pieces(&vec![7; bytes], 65_536)
        .chain(stream::iter([Err(cut)]))
        .boxed()
}

async fn a_broken_body_leaves_what_was_there(store: &Store) {
    store.put("broken", "whole").await;
    for bytes in [10, LARGE] {
        for name in ["broken", "never/whole"] {
            let outcome = store.storage.put(&key(name), mp3(), broken(bytes), None).await;
            assert!(matches!(outcome, Err(StorageError::Body(_))), "{outcome:?}");
        }
    }
    assert_eq!(store.read("broken", None).await.unwrap(), b"whole");
    assert!(matches!(
        store.storage.head(&key("never/whole")).await,
        Err(StorageError::NotFound)
    ));
}

async fn whoever_goes_away_leaves_nothing(store: &Store) {
    let never_ends = in_pieces(&large(), 65_536).chain(stream::pending()).boxed();
    let name = key("abandoned");
    let put = store.storage.put(&name, mp3(), never_ends, None);
    assert!(tokio::time::timeout(Duration::from_secs(3), put).await.is_err());
    assert!(matches!(
        store.storage.head(&name).await,
        Err(StorageError::NotFound)
    ));
}

async fn sizes_are_held_to(store: &Store) {
    let put = |body: ByteStream, expected| {
        let limited = store.limited.clone();
        async move { limited.put(&key("sized"), mp3(), body, expected).await }
    };
    let long = || byte_stream(vec![0; SMALL as usize + 1]);
    assert!(matches!(
        put(long(), None).await,
        Err(StorageError::TooLarge { limit: SMALL })
    ));
    assert!(matches!(
        put(byte_stream(""), Some(SMALL + 1)).await,
        Err(StorageError::TooLarge { .. })
    ));
    for (body, got) in [("abc", 3), ("abcde", 5)] {
        let outcome = put(byte_stream(body), Some(4)).await;
        assert!(
            matches!(outcome, Err(StorageError::LengthMismatch { expected: 4, got: n }) if n == got),
            "{outcome:?}"
        );
    }
    assert!(matches!(
        store.storage.head(&key("sized")).await,
        Err(StorageError::NotFound)
    ));
}

async fn what_is_gone_is_not_found(store: &Store) {
    store.put("gone", "sound").await;
    for _ in 0..2 {
        store.storage.delete(&key("gone")).await.unwrap();
    }
    store.storage.delete(&key("never/was")).await.unwrap();
    assert!(matches!(
        store.storage.head(&key("gone")).await,
        Err(StorageError::NotFound)
    ));
    assert!(matches!(
        store.read("gone", None).await,
        Err(StorageError::NotFound)
    ));
}

async fn keys_do_not_meet(store: &Store) {
    let names = ["k", "k/b", "k.o", "k.d", "k.d/b", "k/b/c", "k/b-c_d.e", "k/a..b"];
    for name in names {
        store.put(name, name).await;
    }
    for name in names {
        assert_eq!(store.read(name, None).await.unwrap(), name.as_bytes());
    }
    store.storage.delete(&key("k")).await.unwrap();
    assert_eq!(store.read("k/b", None).await.unwrap(), b"k/b");
}

/// Status, disposition and body of an address that is asked without any credentials.
pub async fn fetch(url: &Url) -> (u16, String, Vec<u8>) {
    let reply = reqwest::Client::builder()
        .tls_backend_preconfigured(no_tls())
        .build()
        .unwrap()
        .get(url.clone())
        .send()
        .await
        .unwrap();
    let disposition = reply
        .headers()
        .get("content-disposition")
        .map(|value| value.to_str().unwrap().to_owned());
    let status = reply.status().as_u16();
    (
        status,
        disposition.unwrap_or_default(),
        reply.bytes().await.unwrap().to_vec(),
    )
}

/// The stand-ins speak plain HTTP; the client wants a provider all the same.
fn no_tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// Links that let their holder read one object, and save it.
pub async fn links(store: &Store) {
    for (name, body) in [("links/small.mp3", vec![1; 10]), ("links/large.mp3", large())] {
        store
            .storage
            .put(&key(name), mp3(), in_pieces(&body, 65_536), None)
            .await
            .unwrap();
        let link = store
            .storage
            .presign(&key(name), Duration::from_secs(60))
            .await
            .unwrap()
            .unwrap();
        let (status, disposition, read) = fetch(&link).await;
        let file = name.rsplit('/').next().unwrap();
        assert_eq!(
            (status, disposition),
            (200, format!("attachment; filename=\"{file}\""))
        );
        assert!(read == body);
    }
}
