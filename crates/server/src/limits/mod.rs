//! Limits on calls, enforced where calls begin: at the provider.
//!
//! - [`plan`] writes down which bounds each agent should have, out of the limits of its organization and of every one above it
//! - [`push`] has the provider know them, and gives its own back when ours are lifted
//! - [`sums`] folds what the limit on minutes and most pages are measured by

pub mod plan;
pub mod push;
pub mod sums;
