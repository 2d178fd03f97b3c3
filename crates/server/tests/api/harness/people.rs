//! Members with roles of a test's choice.

use super::TestApp;
use shared::UserId;

impl TestApp {
    /// Somebody new with this role in a seeded organization, and the demo's password: his address and id.
    pub fn add_member(&self, slug: &str, role: &str) -> (String, UserId) {
        let id = uuid::Uuid::now_v7();
        let email = format!("{role}-{}@demo.test", id.simple());
        self.sql(&format!(
            "insert into users (id, email, name, password_hash)
             select '{id}', '{email}', '{role}', password_hash from users where email = 'customer@demo.test';
             insert into memberships (organization_id, user_id, role)
             select id, '{id}', '{role}' from organizations where slug = '{slug}'"
        ));
        (email, UserId(id))
    }

    /// Id of somebody seeded.
    pub fn user(&self, email: &str) -> UserId {
        self.sql(&format!("select id from users where email = '{email}'"))
            .parse()
            .unwrap()
    }
}
