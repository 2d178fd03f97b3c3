//! The first connections of a demo machine, from keys in the environment.

use super::Seeded;
use crate::app::App;
use std::time::Duration;

/// The simulator starts beside us and may not be there yet.
const TRIES: u32 = 5;

/// Connects the agency's and the first customer's workspace, once. What the provider refuses to the end is logged: it
/// can be connected by hand later.
pub async fn connect(app: App, seeded: Seeded) {
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
                Ok(()) => break,
                Err(error) if attempt == TRIES => {
                    tracing::warn!(%error, organization.id = %organization, "the workspace of the environment could not be connected");
                }
                Err(_not_yet) => tokio::time::sleep(Duration::from_secs(u64::from(attempt))).await,
            }
        }
    }
}
