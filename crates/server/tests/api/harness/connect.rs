//! Connecting the simulator, and speaking to it.

use super::{Client, TestApp};
use serde_json::json;
use shared::connection::Connection;

/// Keys of the simulator; the same for every seed.
pub const MAIN_KEY: &str = "sk_simulator_main_full_access_4f7a";
pub const MAIN_READ_ONLY_KEY: &str = "sk_simulator_main_read_only_9c21";
pub const MAIN_NO_AGENTS_KEY: &str = "sk_simulator_main_no_agents_b3e8";
pub const SMALL_KEY: &str = "sk_simulator_small_full_access_1d52";
pub const EU_KEY: &str = "sk_simulator_eu_full_access_77ce";

impl TestApp {
    /// Connects the simulator's main workspace; its first sync waits for `run_jobs`.
    pub async fn connect(&self, client: &Client) -> Connection {
        self.connect_with(client, MAIN_KEY).await
    }

    pub async fn connect_with(&self, client: &Client, key: &str) -> Connection {
        let base_url = self.simulator().base_url.clone();
        let body = json!({"name": "Simulator", "base_url": base_url, "api_key": key});
        client.post("/api/connections", &body).await.json()
    }

    /// Connects it and runs the whole sync, recordings included.
    pub async fn connect_simulator(&self, client: &Client) -> Connection {
        let connection = self.connect(client).await;
        self.run_jobs().await;
        connection
    }

    /// The connection as the list shows it now.
    pub async fn connection(&self, client: &Client) -> Connection {
        client
            .get("/api/connections")
            .await
            .json::<Vec<Connection>>()
            .pop()
            .unwrap()
    }

    /// Switches a fault on; its id.
    pub async fn fault(&self, fault: serde_json::Value) -> u64 {
        let url = format!("{}/_control/faults", self.simulator().base_url);
        let reply = reqwest::Client::new()
            .post(url)
            .json(&fault)
            .send()
            .await
            .unwrap();
        assert!(reply.status().is_success(), "{}", reply.text().await.unwrap());
        reply.json::<serde_json::Value>().await.unwrap()["id"]
            .as_u64()
            .unwrap()
    }

    /// How often a fault has struck.
    pub async fn struck(&self, id: u64) -> u64 {
        let url = format!("{}/_control/faults", self.simulator().base_url);
        let listed: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        let faults = listed["faults"].as_array().unwrap();
        faults.iter().find(|fault| fault["id"] == id).unwrap()["struck"]
            .as_u64()
            .unwrap()
    }

    pub async fn no_faults(&self) {
        let url = format!("{}/_control/faults", self.simulator().base_url);
        reqwest::Client::new().delete(url).send().await.unwrap();
    }

    /// Conversations in the main workspace of the simulator.
    pub async fn simulated_conversations(&self) -> i64 {
        let url = format!("{}/_control/workspaces", self.simulator().base_url);
        let listed: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        listed["workspaces"][0]["conversations"].as_i64().unwrap()
    }
}
