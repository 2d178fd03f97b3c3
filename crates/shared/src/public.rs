//! What a page may know before anybody signed in.

use serde::{Deserialize, Serialize};

/// `GET /api/public`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicInfo {
    pub app_name: String,
    pub version: String,
    /// Accounts to try, on a demo machine only.
    pub demo_accounts: Vec<DemoAccount>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    pub email: String,
    pub password: String,
    /// Who this is, such as `Agency admin`.
    pub label: String,
}
