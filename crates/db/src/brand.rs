//! Looks and hosts of organizations.

/// Channel of `pg_notify` on which a change of somebody's look or hosts is told to every server.
pub const CHANNEL: &str = "brand";
