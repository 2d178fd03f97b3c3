//! What the provider sent: listed, shown, done again, let go.

pub mod act;
pub mod list;
pub mod show;

use chrono::{DateTime, Utc};
use db::schema::webhook_inbox;
use diesel::prelude::*;
use shared::ConnectionId;
use shared::failure::{Delivery, DeliveryState};
use uuid::Uuid;

/// A row of the inbox without what was sent.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_inbox, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    connection_id: Uuid,
    received_at: DateTime<Utc>,
    event_type: String,
    state: String,
    error: Option<String>,
    processed_at: Option<DateTime<Utc>>,
    replay_asked_at: Option<DateTime<Utc>>,
}

impl Row {
    fn delivery(self) -> Delivery {
        Delivery {
            id: self.id,
            connection_id: ConnectionId(self.connection_id),
            received_at: self.received_at,
            event_type: self.event_type,
            state: DeliveryState::parse(&self.state).unwrap_or(DeliveryState::New),
            error: self.error,
            processed_at: self.processed_at,
            replaying: self.replay_asked_at.is_some(),
        }
    }
}
