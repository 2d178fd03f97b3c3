//! Lists: one page of items and the cursor of the next.

use serde::{Deserialize, Serialize};

/// Items per page when the request names no limit.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most items that one request may ask for.
pub const MAX_LIMIT: u32 = 200;

/// One page of a list, newest first unless the endpoint says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Opaque; sent back as `?cursor=`. `None` on the last page.
    pub next_cursor: Option<String>,
}
