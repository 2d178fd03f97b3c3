//! Starting, running and stopping.
//!
//! | file | what it does |
//! |---|---|
//! | `open` | from configuration to [`App`]: secrets, database, migrations, role, storage |
//! | `open_files` | raises the limit of open files: a socket a browser |
//! | `secrets` | the secrets that an unconfigured machine makes for itself |
//! | `http` | the HTTP server |
//! | `last_used` | when sessions and keys were last used, written down once a minute |
//! | `try_storage` | says what is wrong with the store |
//! | `waiting_room` | answers while the rest still starts |
//! | `signals` | waits for the order to stop |

mod http;
pub mod last_used;
mod open;
mod open_files;
mod secrets;
mod signals;
mod try_storage;
mod waiting_room;

pub use http::start;
pub use open::{Opened, app, open};

use crate::app::App;
use crate::config::Config;
use crate::{demo, health, live, summaries, worker};
use anyhow::Context;
use std::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What this process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// HTTP and background jobs.
    All,
    /// HTTP only; jobs run in processes of their own.
    HttpOnly,
    /// Background jobs only.
    WorkerOnly,
}

/// Runs until the process is told to stop.
///
/// # Errors
/// Whatever keeps it from starting, with the step that failed.
pub async fn run(mut config: Config, mode: Mode) -> anyhow::Result<()> {
    health::recorder();
    open_files::raise();
    let stop = CancellationToken::new();
    signals::listen(stop.clone());
    let waiting = match mode {
        Mode::WorkerOnly => None,
        // First of all the port: /health answers while the database starts and migrates.
        _ => Some(waiting_room::open(bind(&mut config)?)?),
    };
    let opened = tokio::select! {
        opened = open(config) => opened?,
        () = stop.cancelled() => return Ok(()),
    };
    let served = serve(&opened.app, mode, waiting, &stop).await;
    if let Some(local) = opened.local {
        tracing::info!("stopping the local PostgreSQL");
        drop(opened.app);
        tokio::task::spawn_blocking(move || local.stop())
            .await?
            .context("stopping the local PostgreSQL")?;
    }
    served
}

async fn serve(
    app: &App,
    mode: Mode,
    waiting: Option<waiting_room::WaitingRoom>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let mut tasks: Vec<JoinHandle<()>> = vec![tokio::spawn(try_storage::report(app.clone()))];
    if app.config.demo {
        let seeded = demo::seed_accounts(&app.db)
            .await
            .context("seeding the demo accounts")?;
        if let Err(error) = demo::invite(app, seeded).await {
            tracing::warn!(%error, "the demo's invitation could not be sent");
        }
        if let Err(error) = demo::tag(app, &seeded).await {
            tracing::warn!(%error, "the demo's tags could not be made");
        }
        if let Err(error) = demo::brand(app, &seeded).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "the demo agency has no look of its own"
            );
        }
        tasks.push(tokio::spawn(demo::connect(app.clone(), seeded)));
    }
    tasks.push(tokio::spawn(summaries::check::model(app.clone())));
    let mut server = None;
    if let Some(waiting) = waiting {
        tasks.push(live::listener::spawn(app.clone()));
        tasks.push(last_used::spawn(app.clone()));
        let running = start(app.clone(), waiting.listener()?)?;
        server = Some((running.handle(), tokio::spawn(running)));
        waiting.close().await;
        tracing::info!(url = %app.config.http.public_url, "ready");
    }
    let worker = (mode != Mode::HttpOnly).then(|| tokio::spawn(work(app.clone(), stop.clone())));
    stop.cancelled().await;
    tracing::info!("stopping");
    // Browsers hold their sockets open for ever; a graceful stop would wait for them.
    app.hub.stop();
    if let Some((handle, running)) = server {
        handle.stop(true).await;
        running.await?.context("serving")?;
    }
    if let Some(worker) = worker {
        worker.await?;
    }
    for task in tasks {
        task.abort();
    }
    last_used::write(app).await;
    Ok(())
}

/// A worker that fails takes the process down: a supervisor starts it again, and nobody waits for jobs in vain.
async fn work(app: App, stop: CancellationToken) {
    app.worker.set_running(true);
    if let Err(error) = worker::run(app.clone(), stop.clone()).await {
        tracing::error!(error = format!("{error:#}"), "the worker failed");
        stop.cancel();
    }
    app.worker.set_running(false);
}

/// Takes the port. With port 0 the public URL learns the real one, unless it was set.
fn bind(config: &mut Config) -> anyhow::Result<TcpListener> {
    let http = &mut config.http;
    let listener = TcpListener::bind((http.host.as_str(), http.port))
        .with_context(|| format!("HOST and PORT: can not listen on {}:{}", http.host, http.port))?;
    let port = listener.local_addr()?.port();
    if http.port == 0 && http.public_url.port() == Some(0) {
        // An http URL with a host takes any port.
        let _ = http.public_url.set_port(Some(port));
    }
    http.port = port;
    tracing::info!(http.host = %http.host, http.port = port, "listening");
    Ok(listener)
}
