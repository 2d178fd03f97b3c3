//! The audit log of the organization in which the session works: read, exported, verified. It is written by what is done,
//! in the same transaction (`db::audit`), and chained by the database (see its migration).

pub mod export;
pub mod list;
mod query;
pub mod verify;
