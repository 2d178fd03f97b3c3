//! The demo accounts. Their password is public: they exist in demo mode only, and production refuses that.

use shared::public::DemoAccount;

pub const PASSWORD: &str = "echosensei-demo";

/// One account: e-mail, name, role, slug of its organization, label on the sign-in page.
pub(super) const ACCOUNTS: [(&str, &str, &str, &str, &str); 4] = [
    (
        "platform@demo.test",
        "Priya Platform",
        "platform_owner",
        "platform",
        "Platform owner",
    ),
    (
        "agency@demo.test",
        "Alex Agency",
        "agency_admin",
        "northwind-voice",
        "Agency admin",
    ),
    (
        "customer@demo.test",
        "Casey Customer",
        "customer_admin",
        "harbor-dental",
        "Customer admin",
    ),
    (
        "viewer@demo.test",
        "Val Viewer",
        "customer_viewer",
        "harbor-dental",
        "Customer viewer",
    ),
];

/// As the sign-in page shows them.
pub fn accounts() -> Vec<DemoAccount> {
    ACCOUNTS
        .iter()
        .map(|(email, _, _, _, label)| DemoAccount {
            email: (*email).to_owned(),
            password: PASSWORD.to_owned(),
            label: (*label).to_owned(),
        })
        .collect()
}
