//! How a stand-in is started.

use std::net::{Ipv4Addr, SocketAddr};

/// The defaults are those of the program, except that the port is any free one and nobody chats.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where it plays the data-residency host; `None` for not at all.
    pub residency_listen: Option<SocketAddr>,
    /// The same seed gives the same agents and calls.
    pub seed: u64,
    /// Past conversations of the main workspace; the others have a twentieth.
    pub conversations: usize,
    /// Calls that the generator keeps running in the main workspace.
    pub live: usize,
    /// The main workspace has an agent that chats, too, with running conversations only: it can be taken over.
    pub chat_agent: bool,
    /// How many times faster than real life calls and retries go.
    pub speed: f64,
    /// Unix seconds up to which the past reaches; `None` for the clock.
    pub now: Option<i64>,
}

impl Default for Options {
    fn default() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            listen: any,
            residency_listen: None,
            seed: 1,
            conversations: 2_000,
            live: 3,
            chat_agent: false,
            speed: 1.0,
            now: None,
        }
    }
}
