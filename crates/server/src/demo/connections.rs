//! The first connections of a demo machine, from keys in the environment.

use super::Seeded;
use crate::app::App;
use crate::connections::create::First;
use crate::connections::webhook::{Author, register_at_provider};
use crate::limits::plan::PlanLimits;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::{ConnectionId, OrganizationId};
use std::time::Duration;
use url::{Host, Url};

/// The simulator starts beside us and may not be there yet.
const TRIES: u32 = 5;

/// Connects the agency's and the first customer's workspace, once. What the provider refuses to the end is logged: it
/// can be connected by hand later.
pub async fn connect(app: App, seeded: Seeded) {
    if let Err(error) = limit(&app, seeded).await {
        tracing::warn!(%error, "the demo's limits could not be set");
    }
    let seeds = [
        (seeded.agency, "Northwind workspace", &app.config.provider.seed),
        (
            seeded.customer,
            "Harbor Dental workspace",
            &app.config.provider.customer_seed,
        ),
    ];
    for (organization, name, seed) in seeds {
        let Some(seed) = seed else { continue };
        for attempt in 1..=TRIES {
            match crate::connections::create::first(&app, organization, name, seed).await {
                Ok(made) => {
                    match made {
                        Some(First::Made(id)) => announce_calls(&app, organization, id, &seed.base_url).await,
                        // One on this machine may have forgotten everything when it was started anew.
                        Some(First::Known(id)) if is_loopback(&seed.base_url) => {
                            announce_calls(&app, organization, id, &seed.base_url).await;
                        }
                        Some(First::Known(_)) | None => {}
                    }
                    break;
                }
                Err(error) if attempt == TRIES => {
                    tracing::warn!(%error, organization.id = %organization, "the workspace of the environment could not be connected");
                }
                Err(_not_yet) => tokio::time::sleep(Duration::from_secs(u64::from(attempt))).await,
            }
        }
    }
}

/// Limits of the first customer, once: what somebody has changed since stays.
async fn limit(app: &App, seeded: Seeded) -> Result<(), LimitError> {
    use db::schema::organizations::dsl;
    app.db
        .tenant::<_, LimitError, _>(seeded.agency, async move |conn| {
            let untouched = dsl::organizations
                .find(seeded.customer.0)
                .filter(dsl::updated_at.eq(dsl::created_at));
            let limited = diesel::update(untouched)
                .set((
                    dsl::max_agents.eq(10),
                    dsl::max_concurrent_calls.eq(5),
                    dsl::max_minutes_per_month.eq(500),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            if limited > 0 {
                PlanLimits::queue(conn).await?;
            }
            Ok(())
        })
        .await
}

/// Why the demo's limits were not set.
#[derive(Debug, thiserror::Error)]
enum LimitError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Enqueue(#[from] jobs::EnqueueError),
}

/// Registers the webhook where the provider can reach us. Without it calls are found by polling, and the page says so.
async fn announce_calls(app: &App, organization: OrganizationId, id: ConnectionId, provider: &Url) {
    if is_loopback(&app.config.http.public_url) && !is_loopback(provider) {
        return;
    }
    let author = Author {
        organization,
        user: None,
        ip: None,
    };
    if let Err(error) = register_at_provider(app, author, id).await {
        tracing::warn!(%error, connection.id = %id, "the webhook could not be registered; it can be by hand");
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
