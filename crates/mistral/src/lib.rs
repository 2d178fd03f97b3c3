//! A typed client of Mistral's API: chat completions and the list of models. Any endpoint that speaks the same
//! protocol (OpenAI's shape) works.
//!
//! | module | what it speaks |
//! |---|---|
//! | [`Client`] | one key on one host; time-outs, TLS |
//! | [`chat`] | `POST /v1/chat/completions` |
//! | [`models`] | `GET /v1/models` |
//! | [`price`] | what tokens cost; the API tells nothing of it |
//! | [`Error`] | what went wrong, sorted by what a caller can do about it |
//!
//! A completion has no idempotency key: sent twice it is paid twice. So this client never repeats one by itself, and
//! [`Error::may_have_been_done`] tells the caller whether the work may have been done although no answer came.

pub mod chat;
mod client;
mod error;
mod error_body;
pub mod models;
pub mod price;
mod request;

pub use client::{Client, Timeouts};
pub use error::Error;
