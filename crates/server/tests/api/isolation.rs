//! Tenants do not see one another.
