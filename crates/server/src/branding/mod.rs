//! White label: how an organization looks to its people, before and after they sign in.
//!
//! | file | what it does |
//! |---|---|
//! | `rows` | what an organization and those above it chose, and what holds of it |
//! | `brands` | looks and hosts of late, so that the steady state asks the database nothing |
//! | `host` | whose host a request came to: the layer of `/api` |
//! | `page` | `index.html` in an organization's look |
//! | `show`, `update` | what an organization chose |
//! | `upload`, `clean` | taking pictures, and what of them is kept |
//! | `picture` | sending pictures |
//! | `erase` | removing what nobody shows any more |
//! | `mail_look` | the same for mail |
//! | `tls` | whether a proxy may ask for a certificate |

mod brands;
mod clean;
pub mod erase;
pub mod host;
mod mail_look;
mod page;
pub mod picture;
mod rows;
pub mod show;
pub mod tls;
pub mod update;
pub mod upload;

pub use brands::{Brand, Brands};
pub use mail_look::{MailLook, mail_look};
pub use page::serve;
pub use upload::keep_picture;
