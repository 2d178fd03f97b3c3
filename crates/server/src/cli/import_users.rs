//! `admin import-users`.

use crate::accounts::{find_organization, import};
use crate::app::App;
use anyhow::{Context, bail};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Brings users of the original over with their passwords.
///
/// FILE is CSV with four columns: e-mail, name, role, hash. A header line is skipped. The hash is the original's own,
/// `hex(scrypt).salt`; it is replaced at the next sign-in. Nothing is stored unless every line is good; running it twice
/// is harmless: known users keep password and name, and their role in the organization is set again.
///
/// Roles: owner, admin, super_admin, agency and manager become platform_owner, agency_admin or customer_admin by the
/// kind of the organization; viewer, user and member become customer_viewer (in a customer only).
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct ImportUsers {
    file: PathBuf,
    /// Slug of the organization that they become members of; the platform when left out.
    #[arg(long)]
    organization: Option<String>,
}

impl ImportUsers {
    pub async fn run(self, app: &App) -> anyhow::Result<()> {
        let file =
            std::fs::File::open(&self.file).with_context(|| format!("opening {}", self.file.display()))?;
        let organization = find_organization(&app.db, self.organization.as_deref()).await?;
        let lines = match import::read(file, &organization) {
            Ok(lines) => lines,
            Err(bad) => {
                for line in &bad {
                    let _ = writeln!(std::io::stderr(), "{line}");
                }
                bail!("nothing was stored: {} bad lines", bad.len());
            }
        };
        let imported = import::store(&app.db, organization.id, lines).await?;
        tracing::info!(
            users.added = imported.added, users.known = imported.known, organization.slug = %organization.slug,
            "users imported"
        );
        Ok(())
    }
}
