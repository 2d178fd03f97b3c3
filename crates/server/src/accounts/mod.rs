//! Signing in and out, and the accounts themselves.

mod account_link;
pub mod attempts;
pub mod confirm;
mod create_user;
pub mod email;
mod find_organization;
pub mod forgot;
pub mod history;
pub mod import;
mod limits;
pub mod link_secret;
pub mod login;
pub mod logout;
pub mod memberships;
pub mod public;
pub mod reset;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod verify;

pub use create_user::{NewUser, create_user, create_user_alone};
pub use find_organization::{find_organization, platform};
pub use limits::LoginLimits;
pub use link_secret::LinkSecret;
