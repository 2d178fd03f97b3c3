//! Erasing calls for good, one or all of one caller: here, in storage, and at the provider.
//!
//! | file | what it does |
//! |---|---|
//! | `find` | which calls it is about |
//! | `preview`, `order`, `list`, `certificate` | what the API does |
//! | `job` | carries an order out, call by call; `one` is one of them |
//!
//! From the order on, none of its conversations can come back: the digest of each stands in `erased_conversations`, and nobody gets a
//! key for such a one (`calls/store/keys.rs`). The order is done when the provider has deleted everything, not before.

pub mod certificate;
mod find;
pub mod job;
pub mod list;
mod one;
pub mod order;
pub mod preview;
mod row;

use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use shared::ErrorCode;
use shared::permission::Requires;

/// All of a caller can be erased by who sees all calls only.
fn sees_all<P: Requires>(caller: &Caller<P>) -> ApiResult<()> {
    match caller.principal().agents {
        None => Ok(()),
        Some(_) => Err(ApiError::because(
            ErrorCode::PermissionDenied,
            "You see the calls of some agents only. Ask somebody who sees all calls.",
        )),
    }
}
