//! The sound of calls. A player asks [`play`]; where nothing is kept yet, [`on_demand`] looks for it in the other two places.
//!
//! | file | what it does |
//! |---|---|
//! | `play`, `reply` | sends a sound, whole or in part |
//! | `held` | the row of a kept sound, and the opened body |
//! | `link`, `grant` | an address that gives its holder one recording for ten minutes |
//! | `again` | somebody asks for it once more |
//! | `fetch`, `on_demand` | looks in the provider's API and at the address that the provider gave |
//! | `keep`, `key` | stores it, measured and checked |
//! | `state`, `misses` | the state of a call's sound, and where it was missed |

pub mod again;
pub mod fetch;
pub mod grant;
pub mod held;
pub mod keep;
pub mod key;
pub mod link;
pub mod misses;
pub mod on_demand;
pub mod play;
mod reply;
pub mod state;
