//! One tenant of the vendor: agents, calls, webhooks, settings.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use serde_json::{Value, json};

use super::agent::Agent;
use super::keys::{EU, MAIN, SMALL};
use super::number::Number;
use super::webhook::Webhook;
use crate::Options;
use crate::calls::{Book, Call, Profile, history};
use crate::catalogue::Catalogue;
use crate::live::LiveCall;
use crate::rng::{hash, mix};
use crate::sync::{read, write};

/// The vendor's default of `daily_limit`, which nobody reaches.
const UNLIMITED_A_DAY: i64 = 100_000;

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
    pub numbers: RwLock<Vec<Number>>,
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
            numbers: RwLock::new(Number::seeded(&agents)),
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
        std::mem::swap(&mut *write(&self.numbers), &mut *write(&fresh.numbers));
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

    /// The agent as the API tells it, with the numbers that it answers.
    pub fn full_agent(&self, agent: &Agent) -> Value {
        let known = std::slice::from_ref(agent);
        let numbers = read(&self.numbers);
        let numbers = numbers
            .iter()
            .filter(|number| number.agent_id.as_ref() == Some(&agent.id));
        agent.full(
            &self.access_info(),
            numbers.map(|number| number.full(known)).collect(),
        )
    }

    /// Whether the agent's own bounds let one more call begin.
    ///
    /// # Errors
    /// What the vendor says when they do not.
    pub fn admits(&self, agent: &Agent) -> Result<(), &'static str> {
        let limit = |name: &str| {
            agent
                .config
                .pointer(&format!("/platform_settings/call_limits/{name}"))
                .and_then(Value::as_i64)
        };
        let is_reached = |count: usize, limit: i64| i64::try_from(count).is_ok_and(|count| count >= limit);
        if let Some(most) = limit("agent_concurrency_limit").filter(|most| *most >= 0) {
            let live = read(&self.live);
            let running = live
                .values()
                .filter(|live| live.call.profile.agent_id == agent.id);
            if is_reached(running.count(), most) {
                return Err("The agent has reached its concurrency limit.");
            }
        }
        if let Some(most) = limit("daily_limit").filter(|most| *most < UNLIMITED_A_DAY) {
            let midnight = super::now_secs().div_euclid(86_400) * 86_400;
            let calls = read(&self.calls);
            let today = calls
                .walk(None, true)
                .take_while(|call| call.start >= midnight)
                .filter(|call| call.profile.agent_id == agent.id);
            if is_reached(today.count(), most) {
                return Err("The agent has reached its daily limit.");
            }
        }
        Ok(())
    }

    /// Agents that may begin a call now.
    pub fn profiles(&self) -> Vec<Arc<Profile>> {
        read(&self.agents)
            .iter()
            .filter(|agent| !agent.archived() && self.admits(agent).is_ok())
            .map(Agent::profile)
            .collect()
    }

    /// `ResourceAccessInfo` of the workspace's owner.
    pub fn access_info(&self) -> Value {
        json!({"is_creator": true, "creator_name": self.title, "creator_email": format!("owner@{}.example.com", self.name),
            "role": "admin", "anonymous_access_level_override": null, "access_source": "creator"})
    }
}

/// An agent of the catalogue once more, as one that chats on a website.
fn chatting(catalogue: &Catalogue, now: i64) -> Option<Agent> {
    let mut seed = catalogue.agents.get(4)?.clone();
    seed.id = "agent_01jz3k7northwindchat000013".to_owned();
    seed.name = "Northwind Parcel – Chat".to_owned();
    seed.phone.clear();
    let mut agent = Agent::seeded(&seed, catalogue, now - 86_400);
    agent.patch(
        &json!({"conversation_config": {"conversation": {"text_only": true}}}),
        now - 86_400,
    );
    Some(agent)
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
        let agents = match name == MAIN && options.chat_agent {
            true => agents.into_iter().chain(chatting(catalogue, now)).collect(),
            false => agents,
        };
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
