use std::io;

use bytes::Bytes;
use futures::{StreamExt, stream};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::*;
use crate::{byte_stream, read_to_vec};

const MAX: u64 = 1 << 20;

async fn storage() -> (TempDir, LocalStorage) {
    let folder = TempDir::new().unwrap();
    let storage = LocalStorage::open(folder.path().join("deep/objects"), MAX)
        .await
        .unwrap();
    (folder, storage)
}

fn key(text: &str) -> StorageKey {
    StorageKey::new(text).unwrap()
}

fn mp3() -> ContentType {
    ContentType::new("audio/mpeg")
}

async fn read(storage: &LocalStorage, name: &str, range: Option<ByteRange>) -> Result<Vec<u8>, StorageError> {
    let (_, body) = storage.get(&key(name), range).await?;
    read_to_vec(body, MAX).await
}

fn files(folder: &Path) -> usize {
    let count = |entry: io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path())
        } else {
            1
        }
    };
    std::fs::read_dir(folder).unwrap().map(count).sum()
}

#[tokio::test]
async fn what_was_put_is_read_back_with_its_description() {
    let (_folder, storage) = storage().await;
    let pieces: Vec<io::Result<Bytes>> = (0..100_u8).map(|n| Ok(Bytes::from(vec![n; 1000]))).collect();
    let whole: Vec<u8> = (0..100_u8).flat_map(|n| vec![n; 1000]).collect();
    let body = stream::iter(pieces).boxed();
    let stored = storage
        .put(&key("recordings/o/c.mp3"), mp3(), body, Some(100_000))
        .await
        .unwrap();
    assert_eq!(stored.len, 100_000);
    assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&whole)));
    let info = storage.head(&key("recordings/o/c.mp3")).await.unwrap();
    assert_eq!((info.len, info.content_type.as_str()), (100_000, "audio/mpeg"));
    assert_eq!(info.etag, hex::encode(stored.sha256));
    assert_eq!(read(&storage, "recordings/o/c.mp3", None).await.unwrap(), whole);
    let reopened = LocalStorage::open(storage.root.clone(), MAX).await.unwrap();
    assert_eq!(reopened.head(&key("recordings/o/c.mp3")).await.unwrap(), info);
}

#[tokio::test]
async fn an_interrupted_upload_leaves_nothing_and_keeps_the_older_object() {
    let (folder, storage) = storage().await;
    storage
        .put(&key("a"), mp3(), byte_stream("old"), None)
        .await
        .unwrap();
    let broken = || {
        let cut = io::Error::from(io::ErrorKind::ConnectionReset);
        stream::iter([Ok(Bytes::from_static(b"half")), Err(cut)]).boxed()
    };
    assert!(matches!(
        storage.put(&key("a"), mp3(), broken(), None).await,
        Err(StorageError::Body(_))
    ));
    assert!(matches!(
        storage.put(&key("b/c"), mp3(), broken(), None).await,
        Err(StorageError::Body(_))
    ));
    assert_eq!(read(&storage, "a", None).await.unwrap(), b"old");
    assert!(matches!(
        storage.head(&key("b/c")).await,
        Err(StorageError::NotFound)
    ));
    assert_eq!(files(folder.path()), 1);
}

#[tokio::test]
async fn an_upload_whose_caller_goes_away_leaves_nothing() {
    let (folder, storage) = storage().await;
    let never_ends = stream::iter([Ok(Bytes::from_static(b"half"))])
        .chain(stream::pending())
        .boxed();
    let name = key("a");
    let put = storage.put(&name, mp3(), never_ends, None);
    assert!(
        tokio::time::timeout(Duration::from_millis(100), put)
            .await
            .is_err()
    );
    assert_eq!(files(folder.path()), 0);
}

#[tokio::test]
async fn sizes_are_held_to_what_is_allowed_and_announced() {
    let (folder, storage) = storage().await;
    let too_large = || byte_stream(vec![0; MAX as usize + 1]);
    let put = |body, expected| {
        let storage = storage.clone();
        async move { storage.put(&key("a"), mp3(), body, expected).await }
    };
    assert!(matches!(
        put(too_large(), None).await,
        Err(StorageError::TooLarge { limit: MAX })
    ));
    assert!(matches!(
        put(byte_stream(""), Some(MAX + 1)).await,
        Err(StorageError::TooLarge { .. })
    ));
    for (body, got) in [("abc", 3), ("abcde", 5)] {
        let outcome = put(byte_stream(body), Some(4)).await;
        assert!(matches!(outcome, Err(StorageError::LengthMismatch { expected: 4, got: n }) if n == got));
    }
    assert_eq!(files(folder.path()), 0);
}

#[tokio::test]
async fn a_key_may_continue_another_and_look_like_our_own_endings() {
    let (_folder, storage) = storage().await;
    let names = ["a", "a/b", "a.o", "a.d", "a.d/b", "a.o/b", "a/b.o", "a/b/c"];
    for name in names {
        storage
            .put(&key(name), mp3(), byte_stream(name), None)
            .await
            .unwrap();
    }
    for name in names {
        assert_eq!(read(&storage, name, None).await.unwrap(), name.as_bytes());
    }
}

#[tokio::test]
async fn deleting_twice_is_fine_and_a_reader_finishes() {
    let (_folder, storage) = storage().await;
    storage
        .put(&key("a"), mp3(), byte_stream(vec![5; 300_000]), None)
        .await
        .unwrap();
    let (_, body) = storage.get(&key("a"), None).await.unwrap();
    storage.delete(&key("a")).await.unwrap();
    storage.delete(&key("a")).await.unwrap();
    storage.delete(&key("never/was")).await.unwrap();
    assert!(matches!(
        storage.head(&key("a")).await,
        Err(StorageError::NotFound)
    ));
    assert_eq!(read_to_vec(body, MAX).await.unwrap().len(), 300_000);
}

#[tokio::test]
async fn damaged_files_are_reported_and_not_served() {
    let (_folder, storage) = storage().await;
    storage
        .put(&key("a"), mp3(), byte_stream("whole"), None)
        .await
        .unwrap();
    let path = storage.path(&key("a"));
    let good = std::fs::read(&path).unwrap();
    for bad in [
        &good[..good.len() - 1],
        &good[..10],
        &[&b"x"[..], &good[1..]].concat(),
    ] {
        std::fs::write(&path, bad).unwrap();
        assert!(matches!(
            storage.get(&key("a"), None).await,
            Err(StorageError::Damaged(_))
        ));
    }
}

#[tokio::test]
async fn only_drafts_of_a_dead_writer_are_cleaned_up() {
    let (_folder, storage) = storage().await;
    let draft = storage.temporary().join("draft");
    std::fs::write(&draft, "half").unwrap();
    storage.remove_abandoned(SystemTime::now()).await.unwrap();
    assert!(draft.exists());
    storage
        .remove_abandoned(SystemTime::now() + ABANDONED_AFTER + Duration::from_secs(60))
        .await
        .unwrap();
    assert!(!draft.exists());
}

#[tokio::test]
async fn many_writers_of_one_key_leave_one_whole_object() {
    let (folder, storage) = storage().await;
    let writers = (0..16_u8).map(|n| {
        let storage = storage.clone();
        async move {
            storage
                .put(&key("a"), mp3(), byte_stream(vec![n; 10_000]), None)
                .await
                .unwrap()
        }
    });
    futures::future::join_all(writers).await;
    let body = read(&storage, "a", None).await.unwrap();
    assert!(body.len() == 10_000 && body.iter().all(|byte| *byte == body[0]));
    assert_eq!(files(folder.path()), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_range_is_the_slice_of_the_whole(
        body in proptest::collection::vec(any::<u8>(), 1..2000),
        a in any::<prop::sample::Index>(),
        b in any::<prop::sample::Index>(),
    ) {
        let (first, last) = (a.index(body.len()).min(b.index(body.len())), a.index(body.len()).max(b.index(body.len())));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, storage) = storage().await;
            storage.put(&key("a"), mp3(), byte_stream(body.clone()), None).await.unwrap();
            let at = |range| { let storage = storage.clone(); async move { read(&storage, "a", Some(range)).await } };
            assert_eq!(at(ByteRange::Inclusive(first as u64, last as u64)).await.unwrap(), &body[first..=last]);
            assert_eq!(at(ByteRange::From(first as u64)).await.unwrap(), &body[first..]);
            assert_eq!(at(ByteRange::Last(last as u64 + 1)).await.unwrap(), &body[body.len() - last - 1..]);
            let outside = at(ByteRange::From(body.len() as u64)).await;
            assert!(matches!(outside, Err(StorageError::RangeNotSatisfiable { len }) if len == body.len() as u64));
        });
    }
}
