//! The state: `workspace` is one tenant of the vendor, `keys` who may enter it, `agent` its agents,
//! `number` its telephone numbers, `merge` how configurations are laid over each other.

pub mod agent;
pub mod keys;
pub mod merge;
pub mod number;
pub mod webhook;
pub mod workspace;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, RwLock};

use crate::catalogue::Catalogue;
use crate::faults::Faults;
use crate::speech::Speech;
use crate::{Options, StartError};
use keys::Key;
use workspace::Workspace;

/// Everything that handlers share.
pub struct World {
    pub options: Options,
    pub catalogue: Catalogue,
    pub speech: Speech,
    pub keys: Vec<Key>,
    pub workspaces: Vec<Arc<Workspace>>,
    pub faults: Faults,
    pub mistral: crate::mistral::ledger::Ledger,
    pub outgoing: reqwest::Client,
    /// Deliveries held back by the fault that swaps their order.
    pub held: tokio::sync::Mutex<Vec<crate::webhooks::delivery::Delivery>>,
    /// Calls that the generator keeps running.
    pub live_target: AtomicUsize,
    /// Base URLs, known once the listeners are bound.
    pub base_url: OnceLock<String>,
    pub residency_base_url: OnceLock<String>,
    /// Tokens of signed URLs.
    pub signed: RwLock<Vec<crate::http::signed_url::Signed>>,
    generation: AtomicU64,
    counter: AtomicU64,
}

impl World {
    /// Builds the seeded state.
    ///
    /// # Errors
    /// When a shipped file does not parse or no HTTP client can be made.
    pub fn new(options: Options) -> Result<Arc<Self>, StartError> {
        let catalogue = Catalogue::load()?;
        let now = options.now.unwrap_or_else(now_secs);
        let workspaces = workspace::seeded(&options, &catalogue, now);
        // reqwest brings no provider of its own. Refused only where the process has chosen one already.
        let _chosen_before = rustls::crypto::ring::default_provider().install_default();
        let outgoing = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(15))
            .build()
            .map_err(StartError::Client)?;
        Ok(Arc::new(Self {
            catalogue,
            speech: Speech::load()?,
            keys: keys::seeded(),
            workspaces,
            faults: Faults::new(options.seed),
            mistral: crate::mistral::ledger::Ledger::default(),
            outgoing,
            held: tokio::sync::Mutex::default(),
            live_target: AtomicUsize::new(options.live),
            base_url: OnceLock::new(),
            residency_base_url: OnceLock::new(),
            signed: RwLock::default(),
            generation: AtomicU64::new(0),
            counter: AtomicU64::new(0),
            options,
        }))
    }

    /// Back to the seed: agents, calls, webhooks, settings, faults; running calls are cut without a webhook.
    pub fn reset(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.counter.store(0, Ordering::Release);
        self.faults.clear();
        self.mistral.clear();
        crate::sync::write(&self.signed).clear();
        self.live_target.store(self.options.live, Ordering::Release);
        let now = self.options.now.unwrap_or_else(now_secs);
        for (workspace, fresh) in
            self.workspaces
                .iter()
                .zip(workspace::seeded(&self.options, &self.catalogue, now))
        {
            workspace.replace_with(fresh);
        }
    }

    /// Changes at every reset, so that a running call notices that its world is gone.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// A number that was not given out since the last reset; what follows from it is the same in every run.
    pub fn next_number(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::AcqRel)
    }

    pub fn workspace(&self, name: &str) -> Option<&Arc<Workspace>> {
        self.workspaces
            .iter()
            .find(|workspace| workspace.name == name || workspace.id == name)
    }

    /// Real seconds that `seconds` of a simulated call take.
    pub fn real(&self, seconds: f64) -> std::time::Duration {
        std::time::Duration::from_secs_f64((seconds / self.options.speed.max(0.001)).clamp(0.0, 86_400.0))
    }
}

/// Unix seconds.
pub fn now_secs() -> i64 {
    chrono::Utc::now().timestamp()
}
