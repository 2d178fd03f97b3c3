//! The whole URL map and nothing else. What a route needs stands in its handler's signature.

use crate::app::App;
use crate::auth::{session, session_outage};
use crate::branding::host;
use crate::middleware::origin_check;
use crate::{
    accounts, agents, analytics, audit, branding, calls, connections, domains, health, live, members,
    organizations, permissions, roles, spa, webhooks,
};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

pub fn configure(cfg: &mut ServiceConfig, app: &App) {
    cfg.route("/health", web::get().to(health::live))
        .route("/health", web::head().to(health::live))
        .route("/ready", web::get().to(health::ready))
        .route("/metrics", web::get().to(health::metrics))
        .route(
            "/brand/{organization}/{file}",
            web::get().to(branding::picture::send),
        )
        .service(
            web::scope("/api")
                .wrap(session::middleware(app))
                .wrap(from_fn(session_outage::layer))
                .wrap(from_fn(origin_check::layer))
                .wrap(from_fn(host::layer))
                .route("/public", web::get().to(accounts::public::show))
                .service(
                    web::scope("/auth")
                        .route("/login", web::post().to(accounts::login::login))
                        .route("/logout", web::post().to(accounts::logout::logout))
                        .route("/session", web::get().to(accounts::session::show))
                        .route("/organization", web::post().to(organizations::switch::switch))
                        .route("/preview", web::post().to(permissions::preview::start))
                        .route("/preview", web::delete().to(permissions::preview::end)),
                )
                .route("/dashboard", web::get().to(analytics::dashboard::show))
                .route("/agents", web::get().to(agents::list::list))
                .route("/agents/{id}/move", web::post().to(agents::transfer::transfer))
                .route("/organization", web::get().to(organizations::own::show))
                .route("/organization", web::patch().to(organizations::own::edit))
                .service(
                    web::scope("/organizations")
                        .route("", web::get().to(organizations::list::list))
                        .route("", web::post().to(organizations::create::create))
                        .route("/{id}", web::get().to(organizations::show::show))
                        .route("/{id}", web::patch().to(organizations::update::update))
                        .route("/{id}/status", web::put().to(organizations::status::set))
                        .route("/{id}/limits", web::put().to(organizations::limits::set)),
                )
                .service(
                    web::scope("/calls")
                        .route("", web::get().to(calls::list::list))
                        .route("/{id}", web::get().to(calls::detail::show))
                        .route("/{id}/recording", web::get().to(calls::recording::stream)),
                )
                .service(
                    web::scope("/connections")
                        .route("", web::get().to(connections::list::list))
                        .route("", web::post().to(connections::create::create))
                        .route("/test", web::post().to(connections::test::test))
                        .route("/{id}", web::patch().to(connections::update::update))
                        .route("/{id}", web::delete().to(connections::remove::remove))
                        .route("/{id}/sync", web::post().to(connections::sync::start))
                        .route("/{id}/webhook", web::post().to(connections::webhook::register))
                        .route("/{id}/webhook", web::put().to(connections::webhook::set_secret)),
                )
                .service(
                    web::scope("/audit")
                        .route("", web::get().to(audit::list::list))
                        .route("/verify", web::get().to(audit::verify::show))
                        .route("/export", web::get().to(audit::export::stream)),
                )
                .service(
                    web::scope("/members")
                        .route("", web::get().to(members::list::list))
                        .route("/{user}", web::patch().to(members::update::update))
                        .route("/{user}", web::delete().to(members::remove::remove)),
                )
                .service(
                    web::scope("/roles")
                        .route("", web::get().to(roles::list::list))
                        .route("", web::post().to(roles::create::create))
                        .route("/{id}", web::patch().to(roles::update::update))
                        .route("/{id}", web::delete().to(roles::remove::remove)),
                )
                .route(
                    "/permissions/explain",
                    web::get().to(permissions::explain::explain),
                )
                .service(
                    web::scope("/branding")
                        .route("", web::get().to(branding::show::show))
                        .route("", web::put().to(branding::update::put))
                        .route("", web::delete().to(branding::update::reset))
                        .route("/pictures/{picture}", web::put().to(branding::upload::put))
                        .route("/pictures/{picture}", web::delete().to(branding::upload::remove)),
                )
                .service(
                    web::scope("/domains")
                        .route("", web::get().to(domains::list::list))
                        .route("", web::post().to(domains::add::add))
                        .route("/{id}", web::delete().to(domains::remove::remove))
                        .route("/{id}/check", web::post().to(domains::check::check)),
                )
                .route("/tls/allowed", web::get().to(branding::tls::allowed))
                .route("/live", web::get().to(live::socket::open))
                .route("/live/calls", web::get().to(live::snapshot::show))
                .service(web::scope("/webhooks").route(
                    "/elevenlabs/{connection}",
                    web::post().to(webhooks::elevenlabs::receive),
                ))
                .default_service(web::to(spa::no_such_endpoint)),
        )
        .default_service(web::to(spa::serve));
}
