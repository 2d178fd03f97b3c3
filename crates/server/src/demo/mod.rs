//! What an unconfigured machine shows: a platform, an agency with two customers, and four accounts.

mod accounts;
mod brand;
mod connections;
mod invitations;
mod seed;
mod tags;

pub use accounts::{PASSWORD, accounts};
pub use brand::brand;
pub use connections::connect;
pub use invitations::invite;
pub use seed::{Seeded, seed_accounts};
pub use tags::tag;
