//! Signing in and out, and the accounts themselves.

pub mod attempts;
pub mod confirm;
mod create_user;
mod find_organization;
pub mod history;
pub mod import;
mod limits;
pub mod login;
pub mod logout;
pub mod memberships;
pub mod public;
pub mod second_factor;
pub mod session;
pub mod sign_in;

pub use create_user::{NewUser, create_user, create_user_alone};
pub use find_organization::{find_organization, platform};
pub use limits::LoginLimits;
