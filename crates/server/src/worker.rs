//! The background half of the server: the job runner, what happens regularly, and the poller of running calls.

use crate::accounts::forgot::ForgotPassword;
use crate::agents::move_calls::MoveCalls;
use crate::app::App;
use crate::branding::erase::EraseBrandPictures;
use crate::calls::index::forget_terms;
use crate::calls::recording_job::RecordingJob;
use crate::connections;
use crate::connections::jobs::{
    EraseRecordings, FetchAgent, FetchConversation, Reconcile, RemoveConnection, SYNC_QUEUE, SyncAgents,
    SyncCalls,
};
use crate::connections::recordings::FetchRecordings;
use crate::domains::job::CheckDomain;
use crate::erasures::job::Erase;
use crate::exports::{self, job::WriteExport};
use crate::invitations::register::RegisterAgency;
use crate::ledger::walk::WalkHistory;
use crate::limits::plan::PlanLimits;
use crate::limits::push::PushLimits;
use crate::limits::sums;
use crate::live;
use crate::mail::{self, SendMail};
use crate::numbers::tell_provider::TellProvider;
use crate::retention::job::ApplyRetention;
use crate::summaries;
use crate::summaries::job::Summarize;
use crate::summaries::runs::CollectSummaries;
use crate::webhooks::process::ProcessWebhook;
use crate::webhooks::prune::PruneWebhooks;
use crate::webhooks::replay::ReplayDeliveries;
use chrono::Utc;
use db::partitions::Partitioned;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use jobs::Runner;
use shared::connection::ConnectionHealth;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a browser may be away and still resume.
const KEEP_EVENTS: &str = "1 hour";
/// What supervisors whispered is no longer shown anywhere after this.
const KEEP_COMMANDS: &str = "7 days";

/// Every kind of job, and how many of each queue run at once in this process. A walk mostly waits for the provider; a
/// recording occupies a processor for its waveform.
pub fn runner(app: &App) -> Runner<App> {
    Runner::new(app.db.pool().clone(), app.clone())
        .register::<SyncAgents>()
        .register::<SyncCalls>()
        .register::<FetchRecordings>()
        .register::<Reconcile>()
        .register::<WalkHistory>()
        .register::<FetchAgent>()
        .register::<FetchConversation>()
        .register::<EraseRecordings>()
        .register::<RemoveConnection>()
        .register::<MoveCalls>()
        .register::<TellProvider>()
        .register::<PlanLimits>()
        .register::<PushLimits>()
        .register::<ProcessWebhook>()
        .register::<PruneWebhooks>()
        .register::<ReplayDeliveries>()
        .register::<RecordingJob>()
        .register::<SendMail>()
        .register::<ForgotPassword>()
        .register::<RegisterAgency>()
        .register::<EraseBrandPictures>()
        .register::<CheckDomain>()
        .register::<Summarize>()
        .register::<CollectSummaries>()
        .register::<WriteExport>()
        .register::<Erase>()
        .register::<ApplyRetention>()
        .queue(SYNC_QUEUE, 3)
        .queue("webhooks", 4)
        .queue("recordings", 2)
        .queue(mail::QUEUE, 4)
        .queue(summaries::QUEUE, app.config.summaries.at_once)
        .queue(exports::job::QUEUE, 1)
        .queue("default", 6)
}

/// Runs until `shutdown`; lets running jobs come to their end.
///
/// # Errors
/// None at present: what fails is logged and tried again.
pub async fn run(app: App, shutdown: CancellationToken) -> anyhow::Result<()> {
    let running = runner(&app).start();
    let poller = live::poller::spawn(app.clone(), shutdown.clone());
    let courier = live::commands::courier::spawn(app.clone(), shutdown.clone());
    let regular = tokio::spawn(regularly(app, shutdown.clone()));
    shutdown.cancelled().await;
    running.shutdown().await;
    for task in [poller, courier, regular] {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task of the worker ended badly");
        }
    }
    Ok(())
}

async fn regularly(app: App, shutdown: CancellationToken) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = minute.tick() => {}
        }
        if let Err(error) = housekeeping(&app).await {
            tracing::warn!(%error, "housekeeping failed, it is tried again in a minute");
        }
    }
}

/// What is due every minute. Any number of workers may do it at once.
///
/// # Errors
/// The first step that failed; those after it are left for the next minute.
pub async fn housekeeping(app: &App) -> Result<(), HousekeepingError> {
    ensure_months(app).await?;
    prune_events(app).await?;
    prune_commands(app).await?;
    app.sessions.prune().await?;
    prune_sign_ins(app).await?;
    forget_links_and_mail(app).await?;
    {
        let mut conn = app.db.connection().await?;
        PruneWebhooks::queue(&mut conn).await?;
        ApplyRetention::queue_all(&mut conn).await?;
        // Before limits are planned: they are measured by the sums.
        sums::fold(&mut conn).await?;
        PlanLimits::queue(&mut conn).await?;
    }
    forget_terms(app).await?;
    CheckDomain::queue_due(app).await?;
    exports::expire::run(app).await?;
    look_for_lost_calls(app).await
}

/// Why housekeeping stopped.
#[derive(Debug, thiserror::Error)]
pub enum HousekeepingError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Enqueue(#[from] jobs::EnqueueError),
    #[error(transparent)]
    Exports(#[from] exports::expire::ExpireError),
}

/// This month and the next, so that nobody has to make one in the first second of it.
async fn ensure_months(app: &App) -> Result<(), db::Error> {
    use Partitioned::{AuditLog, CallSearch, CallTurns, Calls, Recordings, WebhookInbox};
    let now = Utc::now();
    for moment in [now, now + chrono::Days::new(28)] {
        app.db
            .ensure_month(
                &[Calls, CallTurns, CallSearch, Recordings, WebhookInbox, AuditLog],
                moment,
            )
            .await?;
    }
    Ok(())
}

async fn prune_events(app: &App) -> Result<(), db::Error> {
    let mut conn = app.db.connection().await?;
    diesel::sql_query("SELECT prune_live_events($1::interval)")
        .bind::<Text, _>(KEEP_EVENTS)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// The page of a call shows commands while it runs; the audit log keeps them.
async fn prune_commands(app: &App) -> Result<(), db::Error> {
    let mut conn = app.db.connection().await?;
    diesel::sql_query("SELECT prune_live_commands($1::interval)")
        .bind::<Text, _>(KEEP_COMMANDS)
        .execute(&mut conn)
        .await?;
    Ok(())
}

async fn prune_sign_ins(app: &App) -> Result<(), db::Error> {
    let mut conn = app.db.connection().await?;
    diesel::sql_query("SELECT prune_sign_ins()")
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Links that nobody can follow any more, and what given-up mail said.
async fn forget_links_and_mail(app: &App) -> Result<(), db::Error> {
    let mut conn = app.db.connection().await?;
    diesel::sql_query("DELETE FROM account_links WHERE expires_at < now() - interval '30 days'")
        .execute(&mut conn)
        .await?;
    diesel::sql_query("SELECT forget_old_mail()")
        .execute(&mut conn)
        .await?;
    Ok(())
}

async fn look_for_lost_calls(app: &App) -> Result<(), HousekeepingError> {
    let connections = connections::all(app).await?;
    let mut conn = app.db.connection().await?;
    for (connection_id, organization, health) in connections {
        // One with trouble is looked at as well: that is how it becomes healthy again. A refused key is not.
        if health != ConnectionHealth::KeyRefused {
            Reconcile { connection_id }.queue(&mut conn, organization).await?;
        }
    }
    Ok(())
}
