//! The API as pages call it: typed JSON in and out, errors that a page can show, requests that a newer
//! one replaces.

mod client;
mod confirm;
mod error;
mod latest;
mod paged;
mod query;
mod read;
mod signed_out;

pub use client::{
    answer, ask, delete, delete_for, first_session, get, get_latest, patch, patch_empty, post, post_empty,
    put, put_empty, put_file, send_json,
};
pub use confirm::on_confirmation;
pub use error::ApiError;
pub use latest::Latest;
pub use paged::{Paged, Phase};
pub use query::with_query;
pub use read::{from_json, from_value};
pub use signed_out::on_signed_out;
