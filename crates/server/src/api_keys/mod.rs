//! API keys: a program calls the API in the name of whoever made its key, with the permissions chosen for it and never more than he
//! has at that moment.
//!
//! | file | what it does |
//! |---|---|
//! | `list`, `create`, `revoke` | what the page does |
//! | `known` | the keys of late, so that the steady state asks the database nothing, and when they were used |
//! | `authenticate` | from a shown key to whom it stands for |
//! | `networks` | from where a key may be used |

mod authenticate;
pub mod create;
mod known;
pub mod list;
mod networks;
pub mod revoke;
mod row;

pub use known::{KnownKey, KnownKeys};

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

/// Begins every key, so that it is recognised where it leaks.
const MARK: &str = "es_";

/// What was shown in `Authorization: Bearer`.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, shown) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| shown.trim())
}
