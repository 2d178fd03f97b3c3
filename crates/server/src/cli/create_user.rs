//! `admin create-user`.

use crate::accounts::{NewUser, create_user_alone, find_organization};
use crate::app::App;
use crate::auth::password;
use anyhow::{Context, ensure};
use clap::Args;
use shared::Email;
use shared::role::{RoleTemplate, TEMPLATES};
use std::io::{BufRead, IsTerminal, Write};

/// Adds a user, or a membership to a known one (whose password stays). The password is read from standard input, so
/// that it stands in no shell history.
///
/// On an empty database the first user, a platform_owner, makes the platform.
#[derive(Args)]
pub struct CreateUser {
    #[arg(long)]
    email: String,
    #[arg(long, default_value = "")]
    name: String,
    /// Slug of the organization; the platform when left out.
    #[arg(long)]
    organization: Option<String>,
    /// platform_owner, agency_admin, customer_admin or customer_viewer.
    #[arg(long, default_value = "platform_owner")]
    role: String,
}

const SHORTEST_PASSWORD: usize = 10;

impl CreateUser {
    pub async fn run(self, app: &App) -> anyhow::Result<()> {
        let email = Email::parse(&self.email)?;
        let organization = find_organization(&app.db, self.organization.as_deref()).await?;
        let role = RoleTemplate::find(&self.role)
            .filter(|role| role.kind == organization.kind)
            .with_context(|| {
                let keys: Vec<_> = TEMPLATES
                    .iter()
                    .filter(|r| r.kind == organization.kind)
                    .map(|r| r.key)
                    .collect();
                format!(
                    "{} is no role of {}; one of: {}",
                    self.role,
                    organization.name,
                    keys.join(", ")
                )
            })?;
        let password = read_password()?;
        ensure!(
            password.chars().count() >= SHORTEST_PASSWORD,
            "a password has at least {SHORTEST_PASSWORD} characters"
        );
        let new = NewUser {
            email,
            name: self.name,
            password_hash: password::hash(password).await?,
            organization: organization.id,
            role: role.key,
        };
        let (id, is_new) = create_user_alone(&app.db, new).await?;
        tracing::info!(user.id = %id, user.is_new = is_new, organization.slug = %organization.slug, role = role.key, "user stored");
        Ok(())
    }
}

fn read_password() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let _ = write!(std::io::stderr(), "Password (it is shown): ");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
