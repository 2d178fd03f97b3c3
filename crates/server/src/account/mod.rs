//! The own account: what somebody does to himself. No permission is needed, and no API key does it.
//!
//! | file | what it does |
//! |---|---|
//! | `show` | the account, and changing the name |
//! | `password` | changing the password, which ends every other session |
//! | `second_factor` | setting it up, showing the first code, removing it |
//! | `recovery_codes` | new ones in the place of the old |
//! | `sessions` | where one is signed in, and ending that |
//! | `sign_ins` | the own history |
//! | `codes`, `passwords` | whether what was shown is right |

pub mod codes;
pub mod password;
pub mod passwords;
pub mod recovery_codes;
pub mod second_factor;
pub mod sessions;
pub mod show;
pub mod sign_ins;

use crate::auth::SignedIn;
use db::audit::Entry;

/// An entry about oneself.
fn entry(caller: &SignedIn, action: &'static str, details: serde_json::Value) -> Entry<'static> {
    Entry {
        organization: caller.organization(),
        user: Some(caller.user()),
        action,
        subject: Some(caller.user().to_string()),
        details,
        ip: caller.ip.map(|ip| ip.to_string()),
    }
}
