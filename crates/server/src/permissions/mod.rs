//! Why somebody may or may not do something, and the product as a role sees it.

mod chain;
pub mod explain;
pub mod preview;
