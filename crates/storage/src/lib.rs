//! Where recordings and documents are kept: one trait, an adapter per provider.
//!
//! | file | what it says |
//! |---|---|
//! | `storage` | the [`Storage`] trait: put, get with ranges, head, delete, presign |
//! | `key` | [`StorageKey`], a name that cannot leave its folder |
//! | `range` | [`ByteRange`], part of an object |
//! | `local/` | objects as files of one folder |
//! | `config` | [`StorageConfig`], which adapter to use |

mod config;
mod error;
mod key;
mod local;
mod range;
mod storage;

pub use config::{StorageConfig, StorageConfigError};
pub use error::StorageError;
pub use key::{InvalidKey, StorageKey};
pub use local::LocalStorage;
pub use range::ByteRange;
pub use storage::{ByteStream, ContentType, ObjectInfo, Storage, byte_stream, read_to_vec};
