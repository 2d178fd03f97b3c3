//! The end of a sign-in, whichever way it came: written down, and a session begun.

use super::{attempts, history};
use crate::app::App;
use crate::auth::Client;
use crate::auth::session::{self, Place};
use crate::error::{ApiError, ApiResult};
use actix_session::Session;
use db::diesel::{ExpressionMethods, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::users;
use db::{Scope, audit};
use shared::Email;
use shared::account::SignInOutcome;
use shared::auth::Session as SessionReply;

/// Begins a session of somebody who has shown all that is asked of him.
///
/// # Errors
/// The database's.
pub async fn complete(
    app: &App,
    session: &Session,
    place: Place,
    email: &Email,
    client: &Client,
) -> ApiResult<SessionReply> {
    attempts::forgive(&app.db, email).await?;
    record(app, place, client).await?;
    session::begin(session, place)?;
    session::came_from(session, client)?;
    super::session::describe(app, place.user, place.organization, None).await
}

async fn record(app: &App, Place { user, organization }: Place, client: &Client) -> ApiResult<()> {
    app.db
        .ensure_month(&[Partitioned::AuditLog], chrono::Utc::now())
        .await?;
    let scope = Scope {
        organization: Some(organization),
        user: Some(user),
        ..Scope::default()
    };
    let client = client.clone();
    app.db
        .tenant(scope, async move |conn| {
            db::diesel::update(users::table.find(user.0))
                .set(users::last_login_at.eq(dsl::now))
                .execute(conn)
                .await?;
            history::record(conn, user, SignInOutcome::Success, &client).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "session.started",
                subject: Some(user.to_string()),
                details: serde_json::json!({}),
                ip: client.address(),
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await
}
