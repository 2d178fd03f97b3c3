//! Signing in and out, and the accounts themselves.

mod account_link;
mod create_user;
pub mod email;
mod find_organization;
pub mod forgot;
pub mod import;
mod limits;
pub mod link_secret;
pub mod login;
pub mod logout;
pub mod memberships;
pub mod public;
pub mod reset;
pub mod session;
pub mod verify;

pub use create_user::{NewUser, create_user, create_user_alone};
pub use find_organization::{find_organization, platform};
pub use limits::LoginLimits;
pub use link_secret::LinkSecret;
