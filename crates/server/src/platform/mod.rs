//! What the platform decides for all.

mod rules;
pub mod settings;

pub use rules::{Rules, RulesCache};
