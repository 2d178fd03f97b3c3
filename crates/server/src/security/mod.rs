//! Sign-in rules of an organization, and the sign-ins of its members.

pub mod rules;
pub mod sign_ins;
