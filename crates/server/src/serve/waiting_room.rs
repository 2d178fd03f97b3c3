//! Answers while database and migrations are not ready: liveness at once, everything else "in a moment".

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::KeepAlive;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::net::TcpListener;

/// The port, held and answered on.
pub struct WaitingRoom {
    listener: TcpListener,
    handle: ServerHandle,
}

/// # Errors
/// When the listener can not be used.
pub fn open(listener: TcpListener) -> std::io::Result<WaitingRoom> {
    let server: Server = HttpServer::new(|| {
        App::new()
            .route("/health", web::get().to(crate::health::live))
            .route("/health", web::head().to(crate::health::live))
            .default_service(web::to(in_a_moment))
    })
    .workers(1)
    .disable_signals()
    // So that no client keeps a connection into the room when the server takes over.
    .keep_alive(KeepAlive::Disabled)
    .shutdown_timeout(1)
    .listen(listener.try_clone()?)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(WaitingRoom { listener, handle })
}

impl WaitingRoom {
    /// The same port, for the server that takes over.
    ///
    /// # Errors
    /// When the process has no file descriptor left.
    pub fn listener(&self) -> std::io::Result<TcpListener> {
        self.listener.try_clone()
    }

    /// Answers what was asked and stops.
    pub async fn close(self) {
        self.handle.stop(true).await;
    }
}

/// A browser tries again by itself.
async fn in_a_moment(request: HttpRequest) -> HttpResponse {
    let mut reply = HttpResponse::ServiceUnavailable();
    reply.insert_header((header::RETRY_AFTER, "1"));
    if request.path() == "/ready" || request.path().starts_with("/api") {
        return reply.json(serde_json::json!({
            "type": "about:blank", "title": "Temporarily unavailable", "status": 503, "code": "unavailable",
            "detail": "The server is starting",
        }));
    }
    reply
        .content_type("text/html; charset=utf-8")
        .body("<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=1><title>EchoSensei</title><p>Starting …")
}
