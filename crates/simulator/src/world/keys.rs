//! API keys. They are the same for every seed, so that documents and tests can name them.

/// What a key may do.
#[derive(Debug, Clone)]
pub struct Key {
    pub secret: &'static str,
    /// Name of the workspace it belongs to.
    pub workspace: &'static str,
    /// What the key is for, shown by `/_control/workspaces`.
    pub label: &'static str,
    /// The vendor's permission names; `all` allows everything.
    pub permissions: &'static [&'static str],
}

impl Key {
    pub fn allows(&self, permission: &str) -> bool {
        self.permissions
            .iter()
            .any(|held| *held == permission || *held == "all")
    }
}

/// The workspace that has most of the calls.
pub const MAIN: &str = "main";
/// A small one.
pub const SMALL: &str = "small";
/// One whose data stays in the EU; its key works on the residency listener only.
pub const EU: &str = "eu";

/// All keys.
pub fn seeded() -> Vec<Key> {
    let key = |secret, workspace, label, permissions| Key {
        secret,
        workspace,
        label,
        permissions,
    };
    vec![
        key(
            "sk_simulator_main_full_access_4f7a",
            MAIN,
            "full access",
            &["all"],
        ),
        key(
            "sk_simulator_main_read_only_9c21",
            MAIN,
            "read only",
            &[
                "convai_read",
                "voices_read",
                "models_read",
                "user_read",
                "workspace_read",
            ],
        ),
        key(
            "sk_simulator_main_no_agents_b3e8",
            MAIN,
            "too few permissions: voices only",
            &["voices_read", "models_read"],
        ),
        key(
            "sk_simulator_small_full_access_1d52",
            SMALL,
            "full access",
            &["all"],
        ),
        key(
            "sk_simulator_eu_full_access_77ce",
            EU,
            "full access, residency host only",
            &["all"],
        ),
    ]
}
