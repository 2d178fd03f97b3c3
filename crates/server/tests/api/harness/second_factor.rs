//! An authenticator app, and a second server.

use super::{Client, TestApp};
use serde_json::json;
use shared::account::{Enrolment, RecoveryCodes};
use std::net::TcpListener;
use totp_rs::{Builder, Secret};

/// The code of so many steps from now.
pub fn code_at(secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(chrono::Utc::now().timestamp() + steps * 30).unwrap())
        .to_string()
}

impl TestApp {
    /// Sets up a second factor as a person does: its secret and its recovery codes.
    pub async fn enrol(&self, client: &Client) -> (String, Vec<String>) {
        let begun: Enrolment = client.post("/api/account/second-factor", &()).await.json();
        let body = json!({ "code": code_at(&begun.secret, 0) });
        let codes: RecoveryCodes = client.put("/api/account/second-factor", &body).await.json();
        (begun.secret, codes.codes)
    }

    /// The code of now, also where it was used: in place of waiting for the next one.
    pub fn code(&self, secret: &str) -> String {
        self.sql("update second_factors set last_step = 0");
        code_at(secret, 0)
    }

    /// Another server of the same installation.
    pub async fn another_server(&self) -> String {
        let app = self.sibling().await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(server::serve::start(app.clone(), listener).unwrap());
        drop(server::live::listener::spawn(app));
        base
    }

    /// As if the session had been begun so long ago that dangerous actions ask again.
    pub fn forget_confirmations(&self) {
        self.sql("update sessions set state = state - 'confirmed_at'");
        self.app.sessions.forget_all();
    }
}
