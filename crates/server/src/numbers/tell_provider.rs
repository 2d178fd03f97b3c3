//! Having the provider do what somebody wants of a number.

use crate::app::App;
use crate::connections::{self, provider_error, record_health};
use db::schema::{agents, phone_numbers};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::Error;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::live::LiveEvent;
use shared::{ConnectionId, OrganizationId, PhoneNumberId};
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TellProvider {
    pub number_id: PhoneNumberId,
    pub organization_id: OrganizationId,
}

/// What is wanted of the number.
#[derive(Queryable, Selectable)]
#[diesel(table_name = phone_numbers, check_for_backend(diesel::pg::Pg))]
struct Wish {
    connection_id: Uuid,
    provider_number_id: String,
    wanted_agent_id: Option<String>,
}

impl TellProvider {
    /// Queues it in the transaction that writes down what is wanted.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.number_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }

    /// `None`: nothing is wanted any more, or the number went on to another organization.
    async fn wish(&self, app: &App) -> Result<Option<Wish>, db::Error> {
        let id = self.number_id.0;
        app.db
            .tenant(self.organization_id, async move |conn| {
                let wish = phone_numbers::table
                    .find(id)
                    .filter(phone_numbers::assignment.eq("pending"))
                    .filter(phone_numbers::archived.eq(false))
                    .select(Wish::as_select())
                    .first(conn)
                    .await
                    .optional()?;
                Ok(wish)
            })
            .await
    }

    /// Writes down how it went, unless something else is wanted by now: then another job waits.
    async fn note(&self, app: &App, wish: Wish, trouble: Option<String>) -> Result<(), db::Error> {
        let id = self.number_id.0;
        app.db
            .tenant(self.organization_id, async move |conn| {
                use phone_numbers as p;
                let wanted = wish.wanted_agent_id.as_deref();
                let as_wished = p::table
                    .find(id)
                    .filter(p::assignment.eq("pending"))
                    .filter(p::wanted_agent_id.is_not_distinct_from(wanted));
                if let Some(trouble) = trouble {
                    diesel::update(as_wished)
                        .set((p::assignment.eq("failed"), p::trouble.eq(trouble)))
                        .execute(conn)
                        .await?;
                } else {
                    let agent: Option<Uuid> = match wanted {
                        Some(wanted) => agents::table
                            .filter(agents::connection_id.eq(wish.connection_id))
                            .filter(agents::provider_agent_id.eq(wanted))
                            .select(agents::id)
                            .first(conn)
                            .await
                            .optional()?,
                        None => None,
                    };
                    diesel::update(as_wished)
                        .set((
                            p::assignment.eq("settled"),
                            p::trouble.eq(None::<String>),
                            p::provider_agent_id.eq(wanted),
                            p::agent_id.eq(agent),
                            p::wanted_agent_id.eq(None::<String>),
                        ))
                        .execute(conn)
                        .await?;
                }
                db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
                Ok(())
            })
            .await
    }
}

impl BackgroundJob for TellProvider {
    const NAME: &'static str = "assign_phone_number";
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(wish) = self.wish(&app).await? else {
            return Ok(());
        };
        let Some(connection) = connections::load(&app, ConnectionId(wish.connection_id)).await? else {
            return Ok(());
        };
        let client = connection.client();
        let told = client
            .assign_phone_number(&wish.provider_number_id, wish.wanted_agent_id.as_deref())
            .await;
        let Err(error) = told else {
            self.note(&app, wish, None).await?;
            return Ok(());
        };
        let words = match &error {
            Error::NotFound { .. } => {
                "ElevenLabs no longer knows this number or this agent. Start a sync.".to_owned()
            }
            other => provider_error::words(other),
        };
        record_health(&app, &connection, Err(&error)).await?;
        let is_final = provider_error::is_final(&error);
        if is_final || meta.is_last_attempt() {
            self.note(&app, wish, Some(words)).await?;
            return if is_final { Ok(()) } else { Err(error.into()) };
        }
        Err(error.into())
    }
}
