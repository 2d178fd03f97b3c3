//! Data for the benchmarks.

use crate::product::Product;
use anyhow::{Context, Result, bail};
use uuid::Uuid;

/// Connects the provider's main workspace for the demo agency, as its admin would, and stores `secret` for webhooks.
pub async fn connect(product: &Product, provider: &str, secret: &str) -> Result<Uuid> {
    let id = connect_bare(product, provider).await?;
    let client = product.sign_in("agency@demo.test").await?;
    let stored = client
        .put(format!("{}/api/connections/{id}/webhook", product.base))
        .header("Origin", &product.base)
        .json(&serde_json::json!({ "secret": secret }))
        .send()
        .await?;
    if !stored.status().is_success() {
        bail!("storing the webhook secret failed: {}", stored.text().await?);
    }
    Ok(id)
}

/// As [`connect`], without a webhook.
pub async fn connect_bare(product: &Product, provider: &str) -> Result<Uuid> {
    let workspaces: serde_json::Value = reqwest::get(format!("{provider}/_control/workspaces"))
        .await?
        .json()
        .await?;
    let key = workspaces
        .pointer("/workspaces/0/api_key")
        .and_then(|key| key.as_str())
        .context("the provider names no workspace")?;
    let client = product.sign_in("agency@demo.test").await?;
    let created = client
        .post(format!("{}/api/connections", product.base))
        .header("Origin", &product.base)
        .json(&serde_json::json!({ "name": "Benchmark", "base_url": provider, "api_key": key }))
        .send()
        .await?;
    if !created.status().is_success() {
        bail!("connecting failed: {}", created.text().await?);
    }
    let created: serde_json::Value = created.json().await?;
    let id = created.get("id").and_then(|id| id.as_str());
    Ok(id.context("no id")?.parse()?)
}

/// Lets the owner see the rows of the organization that has the connection.
pub async fn look_as_its_owner(owner: &tokio_postgres::Client) -> Result<()> {
    for row in owner
        .query("SELECT DISTINCT descendant_id FROM organization_closure", &[])
        .await?
    {
        let organization: Uuid = row.get(0);
        owner
            .execute(
                "SELECT set_config('app.organization_id', $1, false)",
                &[&organization.to_string()],
            )
            .await?;
        if !owner.query("SELECT FROM connections", &[]).await?.is_empty() {
            return Ok(());
        }
    }
    bail!("no organization has a connection")
}

/// Rows of a tenant table over all organizations. An owner who is no superuser is bound by the policies too, so each tenant
/// is asked for its own.
pub async fn count(owner: &tokio_postgres::Client, table: &str) -> Result<i64> {
    let mut total = 0;
    for row in owner
        .query("SELECT DISTINCT descendant_id FROM organization_closure", &[])
        .await?
    {
        let organization: Uuid = row.get(0);
        owner
            .execute(
                "SELECT set_config('app.organization_id', $1, false)",
                &[&organization.to_string()],
            )
            .await?;
        total += owner
            .query_one(
                &format!("SELECT count(*) FROM {table} WHERE organization_id = $1"),
                &[&organization],
            )
            .await?
            .get::<_, i64>(0);
    }
    Ok(total)
}
