//! Domains under which an organization is reached. DNS must prove that they are its own: a TXT record with a token says so, and a
//! CNAME leads to us.
//!
//! | file | what it does |
//! |---|---|
//! | `name` | which names can be one |
//! | `dns` | asking DNS |
//! | `verify` | what was found, and what follows from it |
//! | `job` | checking again by itself: often until it is right, then once a day |
//! | `list`, `add`, `check`, `remove` | the page's requests |
//! | `row` | from the table to the page |

pub mod add;
pub mod check;
mod dns;
pub mod job;
pub mod list;
mod name;
pub mod remove;
mod row;
mod verify;

pub use dns::Dns;
