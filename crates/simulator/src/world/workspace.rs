//! One tenant of the vendor: agents, calls, webhooks, settings.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use serde_json::{Value, json};

use super::agent::Agent;
use super::keys::{EU, MAIN, SMALL};
use super::webhook::Webhook;
use crate::Options;
use crate::calls::{Book, Call, Profile, history};
use crate::catalogue::Catalogue;
use crate::live::LiveCall;
use crate::rng::{hash, mix};
use crate::sync::{read, write};

/// See the module.
pub struct Workspace {
    pub name: &'static str,
    /// What a person would call it.
    pub title: &'static str,
    pub id: String,
    /// The data-residency region, `None` for the global stack.
    pub residency: Option<&'static str>,
    pub created: i64,
    pub agents: RwLock<Vec<Agent>>,
    pub calls: RwLock<Book>,
    pub live: RwLock<HashMap<String, Arc<LiveCall>>>,
    pub webhooks: RwLock<Vec<Webhook>>,
    pub settings: RwLock<Value>,
    pub bulk_batches: std::sync::atomic::AtomicU64,
}

impl Workspace {
    fn new(
        name: &'static str,
        title: &'static str,
        residency: Option<&'static str>,
        agents: Vec<Agent>,
        calls: Vec<Arc<Call>>,
        created: i64,
    ) -> Arc<Self> {
        let mut book = Book::default();
        calls.into_iter().for_each(|call| book.insert(call));
        Arc::new(Self {
            name,
            title,
            id: format!("ws_{}", crate::rng::Rng::new(hash(name)).letters(24)),
            residency,
            created,
            agents: RwLock::new(agents),
            calls: RwLock::new(book),
            live: RwLock::default(),
            webhooks: RwLock::default(),
            settings: RwLock::new(json!({
                "conversation_initiation_client_data_webhook": null,
                "webhooks": {"post_call_webhook_id": null, "events": ["transcript"], "transcript_format": "json", "send_audio": null},
                "can_use_mcp_servers": false, "rag_retention_period_days": 10, "conversation_embedding_retention_days": null,
                "default_livekit_stack": "standard",
            })),
            bulk_batches: std::sync::atomic::AtomicU64::new(0),
        })
    }

    /// Takes over the content of a freshly seeded twin.
    pub fn replace_with(&self, fresh: Arc<Self>) {
        write(&self.live).clear();
        std::mem::swap(&mut *write(&self.agents), &mut *write(&fresh.agents));
        std::mem::swap(&mut *write(&self.calls), &mut *write(&fresh.calls));
        std::mem::swap(&mut *write(&self.webhooks), &mut *write(&fresh.webhooks));
        std::mem::swap(&mut *write(&self.settings), &mut *write(&fresh.settings));
        self.bulk_batches.store(0, std::sync::atomic::Ordering::Release);
    }

    pub fn agent(&self, id: &str) -> Option<Agent> {
        read(&self.agents).iter().find(|agent| agent.id == id).cloned()
    }

    pub fn call(&self, id: &str) -> Option<Arc<Call>> {
        read(&self.calls).get(id)
    }

    pub fn live_call(&self, id: &str) -> Option<Arc<LiveCall>> {
        read(&self.live).get(id).cloned()
    }

    pub fn profiles(&self) -> Vec<Arc<Profile>> {
        read(&self.agents)
            .iter()
            .filter(|agent| !agent.archived())
            .map(Agent::profile)
            .collect()
    }

    /// `ResourceAccessInfo` of the workspace's owner.
    pub fn access_info(&self) -> Value {
        json!({"is_creator": true, "creator_name": self.title, "creator_email": format!("owner@{}.example.com", self.name),
            "role": "admin", "anonymous_access_level_override": null, "access_source": "creator"})
    }
}

/// The three workspaces of a seed.
pub fn seeded(options: &Options, catalogue: &Catalogue, now: i64) -> Vec<Arc<Workspace>> {
    let created = now - now.rem_euclid(86_400) - 200 * 86_400;
    let agents = |keep: &dyn Fn(usize) -> bool, suffix: &str| -> Vec<Agent> {
        let chosen = catalogue
            .agents
            .iter()
            .enumerate()
            .filter(|(index, _)| keep(*index));
        chosen
            .map(|(index, seed)| {
                let mut seed = seed.clone();
                seed.id.push_str(suffix);
                Agent::seeded(&seed, catalogue, created + index as i64 * 5 * 86_400)
            })
            .collect()
    };
    let calls = |name: &str, count: usize, agents: &[Agent]| {
        let profiles: Vec<_> = agents.iter().map(Agent::profile).collect();
        history::past(mix(&[options.seed, hash(name)]), count, now, &profiles, catalogue)
    };
    let make = |name, title, residency, agents: Vec<Agent>, count| {
        let calls = calls(name, count, &agents);
        Workspace::new(name, title, residency, agents, calls, created)
    };
    let count = options.conversations;
    vec![
        make(MAIN, "Nordlicht Voice Agency", None, agents(&|_| true, ""), count),
        make(
            SMALL,
            "Harbour Studio",
            None,
            agents(&|index| index == 3 || index == 7, "s"),
            count / 20,
        ),
        make(
            EU,
            "Clairmont Europe",
            Some("eu"),
            agents(&|index| index == 0 || index == 10, "e"),
            count / 20,
        ),
    ]
}
