//! Starting and stopping: a thread of its own, so that it runs beside any test whatever its runtime.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;

use crate::catalogue::AssetError;
use crate::http::auth::Stack;
use crate::http::routes;
use crate::world::World;
use crate::{Options, faults, live};

/// Why it did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {address}: {source}")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("cannot start the server: {0}")]
    Server(std::io::Error),
    #[error("cannot make an HTTP client: {0}")]
    Client(reqwest::Error),
    #[error(transparent)]
    Asset(#[from] AssetError),
}

/// A running stand-in; dropping it stops it.
pub struct Handle {
    /// For example `http://127.0.0.1:5100`.
    pub base_url: String,
    /// The data-residency host, where one was asked for.
    pub residency_base_url: Option<String>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Handle {
    /// Stops it, connections and running calls included.
    pub fn stop(mut self) {
        self.end();
    }

    /// Waits until it is stopped by something else.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _already_gone = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts a stand-in and returns when it accepts connections.
///
/// # Errors
/// When an address is taken.
pub fn start(options: Options) -> Result<Handle, StartError> {
    let (global, base_url) = listen(options.listen)?;
    let residency = options.residency_listen.map(listen).transpose()?;
    let world = World::new(options)?;
    let _set_once = world.base_url.set(base_url.clone());
    let residency_base_url = residency.as_ref().map(|(_, url)| url.clone());
    let mut listeners = vec![(global, Stack::Global)];
    if let Some((listener, url)) = residency {
        let _set_once = world.residency_base_url.set(url);
        listeners.push((listener, Stack::Residency));
    }
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let (report, reported) = mpsc::channel();
    let thread = std::thread::Builder::new()
        .name("simulator".to_owned())
        .spawn(move || actix_web::rt::System::new().block_on(serve(world, listeners, stopped, report)))
        .map_err(StartError::Server)?;
    match reported.recv() {
        Ok(Ok(())) => Ok(Handle {
            base_url,
            residency_base_url,
            stop: Some(stop),
            thread: Some(thread),
        }),
        Ok(Err(error)) => Err(StartError::Server(error)),
        Err(_) => Err(StartError::Server(std::io::Error::other(
            "the server thread ended",
        ))),
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, String), StartError> {
    let listener = TcpListener::bind(address).map_err(|source| StartError::Listen { address, source })?;
    let bound = listener
        .local_addr()
        .map_err(|source| StartError::Listen { address, source })?;
    Ok((listener, format!("http://{bound}")))
}

async fn serve(
    world: Arc<World>,
    listeners: Vec<(TcpListener, Stack)>,
    stopped: tokio::sync::oneshot::Receiver<()>,
    report: mpsc::Sender<std::io::Result<()>>,
) {
    let mut handles = Vec::new();
    for (listener, stack) in listeners {
        let world = web::Data::from(Arc::clone(&world));
        let app = move || {
            App::new()
                .app_data(world.clone())
                .app_data(web::Data::new(stack))
                .app_data(web::PayloadConfig::new(16 * 1024 * 1024))
                .wrap(from_fn(faults::middleware::apply))
                .configure(routes::configure)
                // FastAPI's own answer, the third shape of `detail`: plain text.
                .default_service(web::to(|| async {
                    HttpResponse::NotFound().json(json!({"detail": "Not Found"}))
                }))
        };
        let server = HttpServer::new(app)
            .workers(2)
            // As long as servers in front of an API keep them, so that a client's pool is rarely surprised.
            .keep_alive(std::time::Duration::from_secs(75))
            .shutdown_timeout(0)
            .disable_signals()
            .listen(listener);
        match server {
            Ok(server) => {
                let server = server.run();
                handles.push(server.handle());
                actix_web::rt::spawn(server);
            }
            Err(error) => {
                let _nobody_waits = report.send(Err(error));
                return;
            }
        }
    }
    let generator = actix_web::rt::spawn(live::generator::run(world));
    let _nobody_waits = report.send(Ok(()));
    let _sender_dropped = stopped.await;
    generator.abort();
    for handle in handles {
        handle.stop(false).await;
    }
}
