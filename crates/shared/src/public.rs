//! What a page may know before anybody signed in.

use serde::{Deserialize, Serialize};

/// `GET /api/public`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicInfo {
    pub app_name: String,
    pub version: String,
    /// Anybody may found an agency.
    #[serde(default)]
    pub registration_open: bool,
    /// A forgotten password can be replaced by mail.
    #[serde(default)]
    pub mail_ready: bool,
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
