//! Events that NATS did not bring, read from their table.

use crate::app::App;
use crate::live::missed::{self, Missed};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Newest {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Compares what was heard with what is in the table, for every organization that somebody here watches; one query where
/// nothing is missing.
pub async fn everything(app: &App) {
    let heard: HashMap<OrganizationId, i64> = app.hub.heard();
    if !heard.is_empty() {
        let wanted: Vec<Uuid> = heard.keys().map(|organization| organization.0).collect();
        match newest(app, wanted).await {
            Ok(newest) => {
                for row in newest {
                    let organization = row.organization_id.into();
                    if heard.get(&organization).is_some_and(|known| *known < row.id) {
                        of(app, organization).await;
                    }
                }
            }
            Err(error) => tracing::warn!(error = %error, "event bus: the table of events could not be read"),
        }
    }
    // What happened below an organization is not compared one by one: who watches reads the wall again.
    app.below.everywhere();
}

async fn newest(app: &App, wanted: Vec<Uuid>) -> Result<Vec<Newest>, db::Error> {
    let mut conn = app.db.connection().await?;
    let rows = diesel::sql_query("SELECT * FROM newest_live_events($1)")
        .bind::<Array<SqlUuid>, _>(wanted)
        .load(&mut conn)
        .await?;
    Ok(rows)
}

/// Everything of one organization after the last event that was heard here.
pub async fn of(app: &App, organization: OrganizationId) {
    let Some(after) = app.hub.heard_of(organization) else {
        return;
    };
    match missed::after(app, organization, after).await {
        Ok(Missed::Events(notices)) => {
            for notice in notices {
                app.hub.publish(organization, notice);
            }
        }
        Ok(Missed::TooMuch) => app.hub.gap(organization),
        Err(error) => {
            tracing::warn!(error = %error, "event bus: missed events could not be read");
            app.hub.gap(organization);
        }
    }
}
