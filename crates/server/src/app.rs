//! What handlers and jobs share.

use crate::config::Config;
use crate::seal::Sealer;
use db::Db;
use std::sync::Arc;

/// The application; cloned freely. Servers hold no state that another server would miss.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Parts of [`App`].
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub sealer: Sealer,
    /// Recordings and pictures.
    pub storage: storage::Stores,
    /// Recordings that somebody waits for.
    pub flights: crate::calls::recording::on_demand::Flights,
    /// Fan-out of live events to the sockets of this process.
    pub hub: crate::live::Hub,
    /// Tells sockets that watch organizations below theirs.
    pub below: crate::live::Below,
    /// Calls that this process follows, and how they are given orders.
    pub desk: crate::live::Desk,
    /// Batches webhook deliveries into few commits.
    pub ingest: crate::webhooks::Ingest,
    /// Outgoing HTTP and sockets to the provider, one connection pool for all workspaces.
    pub provider: elevenlabs::Transport,
    /// Who is signed in.
    pub sessions: crate::auth::SessionStore,
    /// Who may do what, for a few seconds per session.
    pub principals: crate::auth::PrincipalCache,
    /// API keys of late, and when they were used.
    pub api_keys: crate::api_keys::KnownKeys,
    /// Sign-in attempts of late.
    pub login_limits: crate::accounts::LoginLimits,
    /// What strangers asked for of late: links by mail, invitations, registrations.
    pub public_limits: crate::accounts::LoginLimits,
    /// How mail leaves.
    pub mailer: crate::mail::Mailer,
    /// What the platform decides for all, of late.
    pub platform_rules: crate::platform::RulesCache,
    /// How organizations look, and under which hosts.
    pub brands: crate::branding::Brands,
    /// Asked whether a domain is an organization's.
    pub dns: crate::domains::Dns,
    /// Asks the model that summarizes calls.
    pub summaries: crate::summaries::Summarizer,
    /// The pages, in memory.
    pub spa: crate::spa::Spa,
    /// Whether background jobs run in this process.
    pub worker: crate::health::WorkerState,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
