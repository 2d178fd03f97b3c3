//! Where recordings and documents are kept: one trait, an adapter per provider.
//!
//! | file | what it says |
//! |---|---|
//! | `storage` | the [`Storage`] trait: put, get with ranges, head, delete, presign |
//! | `key` | [`StorageKey`], a name that cannot leave its folder |
//! | `range` | [`ByteRange`], part of an object |
//! | `local/` | objects as files of one folder |
//! | `s3/` | Amazon S3 and what speaks its protocol, by Amazon's SDK |
//! | `gcs/` | Google Cloud Storage, by its JSON API |
//! | `azure/` | Azure Blob Storage, by the crate `object_store` |
//! | `parts`, `tidy`, `http` | what they share: a body cut into parts, clearing up after a broken upload, the client |
//! | `provider` | [`Provider`], their names |
//! | `stores` | [`Stores`]: where new objects go, and where older ones lie |

mod azure;
mod error;
mod gcs;
mod http;
mod key;
mod local;
mod parts;
mod provider;
mod range;
mod s3;
mod storage;
mod stores;
mod tidy;

pub use azure::{AzureConfig, AzureStorage};
pub use error::StorageError;
pub use gcs::{GcsConfig, GcsStorage};
pub use key::{InvalidKey, StorageKey};
pub use local::LocalStorage;
pub use provider::{Provider, StorageConfig};
pub use range::ByteRange;
pub use s3::{S3Config, S3Storage};
pub use storage::{ByteStream, ContentType, ObjectInfo, Storage, Stored, byte_stream, read_to_vec};
pub use stores::Stores;
