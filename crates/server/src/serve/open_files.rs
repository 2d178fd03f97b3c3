//! How many files this process may have open.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// A server with fewer runs out of them long before it runs out of memory: every browser that watches calls holds one.
const FEW: u64 = 4_096;

/// Raises the limit to what the system allows this process; many systems begin with a thousand and allow far more.
pub fn raise() {
    let (soft, hard) = match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok(limits) => limits,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files can not be read");
            return;
        }
    };
    let limit = match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(error) => {
            tracing::warn!(%error, limit = soft, wanted = hard, "the limit of open files can not be raised");
            soft
        }
    };
    if limit < FEW {
        tracing::warn!(
            limit,
            "few files may be open; each browser that watches calls needs one"
        );
    } else {
        tracing::debug!(limit, before = soft, "limit of open files");
    }
}
