//! The stand-ins, and the settings with which they are reached.

use std::path::PathBuf;
use std::process::Command;

use echosensei_storage::{AzureConfig, GcsConfig, S3Config, StorageConfig};
use test_tools::StandIn;
use url::Url;

/// Azurite's own, known to everybody.
const ACCOUNT: &str = "devstoreaccount1";
const ACCOUNT_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

fn folder() -> PathBuf {
    test_tools::package().join("tests/conformance")
}

async fn start(command: impl FnOnce() -> Command + Send + 'static) -> StandIn {
    tokio::task::spawn_blocking(move || StandIn::start(&mut command()))
        .await
        .unwrap()
}

fn python(script: &str) -> Command {
    let mut command = Command::new(test_tools::python(&folder().join("requirements.txt")));
    command.arg(folder().join(script));
    command
}

fn address(server: &StandIn, path: &str) -> Url {
    format!("http://127.0.0.1:{}{path}", server.port())
        .parse()
        .unwrap()
}

pub async fn s3() -> (StandIn, impl Fn(u64) -> StorageConfig) {
    let server = start(|| python("s3.py")).await;
    let endpoint = address(&server, "/");
    let config = move |max_bytes| {
        StorageConfig::S3(S3Config {
            bucket: "recordings".to_owned(),
            region: Some("us-east-1".to_owned()),
            endpoint: Some(endpoint.clone()),
            keys: Some(("test".to_owned(), "test".to_owned().into())),
            max_bytes,
        })
    };
    (server, config)
}

pub async fn gcs() -> (StandIn, impl Fn(u64) -> StorageConfig) {
    let server = start(|| python("gcs.py")).await;
    let endpoint = address(&server, "/");
    let config = move |max_bytes| {
        StorageConfig::Gcs(GcsConfig {
            bucket: "recordings".to_owned(),
            payer: None,
            endpoint: Some(endpoint.clone()),
            max_bytes,
        })
    };
    (server, config)
}

pub async fn azure() -> (StandIn, impl Fn(u64) -> StorageConfig) {
    let server = start(|| {
        let modules = test_tools::node_modules("storage-stand-ins", &folder(), &["azure.mjs"]);
        let mut command = Command::new("node");
        command
            .arg("azure.mjs")
            .args([ACCOUNT, ACCOUNT_KEY])
            .current_dir(modules);
        command
    })
    .await;
    let endpoint = address(&server, &format!("/{ACCOUNT}"));
    let config = move |max_bytes| {
        StorageConfig::Azure(AzureConfig {
            account: ACCOUNT.to_owned(),
            container: "recordings".to_owned(),
            key: Some(ACCOUNT_KEY.to_owned().into()),
            endpoint: Some(endpoint.clone()),
            max_bytes,
        })
    };
    (server, config)
}

/// The same with a key that does not open it.
pub fn with_another_key(config: impl Fn(u64) -> StorageConfig) -> impl Fn(u64) -> StorageConfig {
    move |max_bytes| match config(max_bytes) {
        StorageConfig::Azure(config) => StorageConfig::Azure(AzureConfig {
            key: Some("c29tZXRoaW5nIGVsc2U=".to_owned().into()),
            ..config
        }),
        other => other,
    }
}
