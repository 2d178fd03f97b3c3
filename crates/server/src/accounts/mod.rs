//! Signing in and out, and the accounts themselves.

mod create_user;
pub mod import;
mod find_organization;
mod limits;
pub mod login;
pub mod logout;
pub mod memberships;
pub mod public;
pub mod session;

pub use create_user::{NewUser, create_user, create_user_alone};
pub use find_organization::{find_organization, platform};
pub use limits::LoginLimits;
