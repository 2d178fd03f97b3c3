//! What every store promises, asked of all four stores: the file system, S3 (moto), Google Cloud Storage (gcp-storage-emulator) and Azure Blob
//! Storage (azurite). The stand-ins are other people's, installed once outside of the checkout.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can not go on should end loudly"
)]

mod servers;
mod suite;

use std::time::Duration;

use echosensei_storage::{StorageConfig, byte_stream};
use suite::{Store, key, mp3};

#[tokio::test]
async fn the_file_system_keeps_the_promises() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("objects");
    let local = |max_bytes| StorageConfig::Local {
        root: root.clone(),
        max_bytes,
    };
    suite::run(&Store::open(local).await).await;
}

#[tokio::test]
async fn s3_keeps_the_promises() {
    let (_server, config) = servers::s3().await;
    let store = Store::open(config).await;
    suite::run(&store).await;
    suite::links(&store).await;
}

#[tokio::test]
async fn google_cloud_storage_keeps_the_promises() {
    let (_server, config) = servers::gcs().await;
    let store = Store::open(config).await;
    suite::run(&store).await;
    // The stand-in takes no credentials, so there is nothing to sign with.
    let link = store
        .storage
        .presign(&key("small"), Duration::from_secs(60))
        .await;
    assert_eq!(link.unwrap(), None);
}

#[tokio::test]
async fn azure_blob_storage_keeps_the_promises() {
    let (_server, config) = servers::azure().await;
    let store = Store::open(config).await;
    suite::run(&store).await;
    suite::links(&store).await;
    // azurite checks signatures and their end; moto checks neither.
    let name = key("linked");
    store
        .storage
        .put(&name, mp3(), byte_stream("sound"), None)
        .await
        .unwrap();
    let link = store
        .storage
        .presign(&name, Duration::from_secs(2))
        .await
        .unwrap()
        .unwrap();
    let mut forged = link.clone();
    forged.set_path(&link.path().replace("linked", "small"));
    assert_eq!(suite::fetch(&forged).await.0, 403);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(suite::fetch(&link).await.0, 403);
}

#[tokio::test]
async fn a_store_that_is_away_or_refuses_says_so_and_is_worth_another_try() {
    let (server, config) = servers::s3().await;
    let store = Store::open(config).await;
    drop(server);
    let error = store.storage.head(&key("small")).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    let (_server, config) = servers::azure().await;
    let store = Store::open(servers::with_another_key(config)).await;
    let error = store
        .storage
        .put(&key("small"), mp3(), byte_stream("sound"), None)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("403"), "{error}");
}
