//! What was written to people: the mailbox of a server that sends none.

use super::TestApp;
use shared::mail::{KeptMail, KeptMailDetail};

impl TestApp {
    /// Messages to an address, newest first, once everything that is queued has run.
    pub async fn mail_to(&self, address: &str) -> Vec<KeptMailDetail> {
        self.run_jobs().await;
        let client = self.client();
        let all: Vec<KeptMail> = client.get("/api/dev/mail").await.json();
        let mut found = Vec::new();
        for mail in all.iter().filter(|mail| mail.recipient == address) {
            found.push(client.get(&format!("/api/dev/mail/{}", mail.id)).await.json());
        }
        found
    }

    /// The secret part of the link in the newest message to an address.
    pub async fn secret_to(&self, address: &str) -> String {
        let mail = self.mail_to(address).await.into_iter().next();
        let link = mail.expect("no mail").link.expect("a mail without a link");
        link.split_once('#')
            .expect("a link without a secret")
            .1
            .to_owned()
    }
}
