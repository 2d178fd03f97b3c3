//! The HTTP server.

use crate::app::App;
use crate::error::ApiError;
use crate::middleware::{access_log, request_id, security_headers};
use crate::routes;
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use std::net::TcpListener;
use std::time::Duration;

/// Serves on `listener` until its handle is told to stop. The returned server is to be awaited.
///
/// # Errors
/// When the listener can not be used.
pub fn start(app: App, listener: TcpListener) -> std::io::Result<Server> {
    let factory = move || {
        actix_web::App::new()
            .app_data(web::Data::new(app.clone()))
            // An id that does not parse names nothing.
            .app_data(web::PathConfig::default().error_handler(|_, _| ApiError::not_found().into()))
            .app_data(
                web::QueryConfig::default()
                    .error_handler(|error, _| ApiError::field("query", error.to_string()).into()),
            )
            .wrap(from_fn(security_headers::layer))
            .wrap(from_fn(access_log::layer))
            .wrap(from_fn(request_id::layer))
            .configure(|cfg| routes::configure(cfg, &app))
    };
    Ok(HttpServer::new(factory)
        .disable_signals()
        .keep_alive(Duration::from_secs(75))
        // Beyond it connections are cut; sockets resume elsewhere.
        .shutdown_timeout(5)
        .listen(listener)?
        .run())
}
