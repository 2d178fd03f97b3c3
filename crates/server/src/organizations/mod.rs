//! Organizations: platform, agencies, customers.

pub mod switch;
