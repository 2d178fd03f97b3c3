//! Who asks, where, and what he may do.
//!
//! | file | what it does |
//! |---|---|
//! | `caller` | the extractors [`Caller`] and [`SignedIn`]: a handler states what it needs in its signature |
//! | `client` | from where a request comes, and with which browser |
//! | `confirmed` | [`Confirmed`]: for dangerous actions, which want to hear again that it is he |
//! | `device` | a browser's name for itself, in words |
//! | `ceiling` | what the database's rules about members and roles say, in words |
//! | `principal` | a user in an organization with his permissions, remembered for seconds |
//! | `session` | what a session holds, and the middleware that loads it |
//! | `session_outage` | what is answered while sessions can not be read |
//! | `session_store` | sessions in PostgreSQL, by the hash of their key |
//! | `password` | argon2id, and the scrypt of imported accounts |
//! | `new_password` | what a new password must be |
//! | `totp` | codes of authenticator apps, recovery codes |
//! | `body`, `query` | JSON bodies and queries whose errors name the field |

pub mod body;
mod caller;
pub mod ceiling;
mod client;
mod confirmed;
pub mod device;
pub mod new_password;
pub mod password;
mod principal;
pub mod query;
pub mod session;
pub mod session_outage;
mod session_store;
pub mod totp;

pub use caller::{Caller, SignedIn};
pub use client::Client;
pub use confirmed::{Confirmed, ConfirmedUser};
pub use principal::{OrganizationRow, Principal, PrincipalCache};
pub(crate) use session_store::hash as session_hash;
pub use session_store::{KeyHash, SessionStore};
