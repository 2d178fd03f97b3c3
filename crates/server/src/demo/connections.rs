//! The first connections of a demo machine, from keys in the environment.

use crate::app::App;
use shared::OrganizationId;

/// The agency's and the first customer's. What the provider refuses is logged: it can be connected by hand later.
pub(super) async fn connect(app: &App, agency: OrganizationId, customer: OrganizationId) {
    let seeds = [
        (agency, "Northwind workspace", &app.config.provider.seed),
        (customer, "Harbor Dental workspace", &app.config.provider.customer_seed),
    ];
    for (organization, name, seed) in seeds {
        let Some(seed) = seed else { continue };
        if let Err(error) = crate::connections::create::first(app, organization, name, seed).await {
            tracing::warn!(%error, organization.id = %organization, "the workspace of the environment could not be connected");
        }
    }
}
