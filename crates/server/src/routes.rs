//! The whole URL map and nothing else. What a route needs stands in its handler's signature.

use crate::app::App;
use crate::auth::{session, session_outage};
use crate::branding::host;
use crate::middleware::{compression, origin_check};
use crate::{
    account, accounts, agents, analytics, api_keys, audit, branding, calls, connections, domains, health,
    invitations, live, mail, members, numbers, organizations, permissions, platform, roles, security, spa,
    summaries, webhooks,
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
                .wrap(from_fn(compression::layer))
                .route("/public", web::get().to(accounts::public::show))
                .service(
                    web::scope("/auth")
                        .route("/login", web::post().to(accounts::login::login))
                        .route(
                            "/second-factor",
                            web::post().to(accounts::second_factor::second_factor),
                        )
                        .route("/confirm", web::post().to(accounts::confirm::confirm))
                        .route("/logout", web::post().to(accounts::logout::logout))
                        .route("/forgot", web::post().to(accounts::forgot::ask))
                        .route("/reset", web::post().to(accounts::reset::set))
                        .route("/reset/check", web::post().to(accounts::reset::check))
                        .route("/verify", web::post().to(accounts::verify::confirm))
                        .route("/register", web::post().to(invitations::register::ask))
                        .route("/invitation", web::post().to(invitations::offer::show))
                        .route("/invitation/accept", web::post().to(invitations::accept::accept))
                        .route("/session", web::get().to(accounts::session::show))
                        .route("/organization", web::post().to(organizations::switch::switch))
                        .route("/preview", web::post().to(permissions::preview::start))
                        .route("/preview", web::delete().to(permissions::preview::end)),
                )
                .service(
                    web::scope("/account")
                        .route("", web::get().to(account::show::show))
                        .route("", web::patch().to(account::show::edit))
                        .route("/password", web::put().to(account::password::change))
                        .route("/second-factor", web::post().to(account::second_factor::begin))
                        .route("/second-factor", web::put().to(account::second_factor::confirm))
                        .route("/second-factor", web::delete().to(account::second_factor::remove))
                        .route("/recovery-codes", web::post().to(account::recovery_codes::create))
                        .route("/sessions", web::get().to(account::sessions::list))
                        .route("/sessions", web::delete().to(account::sessions::end_all_others))
                        .route("/sessions/{id}", web::delete().to(account::sessions::end))
                        .route("/sign-ins", web::get().to(account::sign_ins::list))
                        .route("/email", web::get().to(accounts::email::show))
                        .route("/email", web::put().to(accounts::email::change))
                        .route("/email/verify", web::post().to(accounts::email::send_link)),
                )
                .service(
                    web::scope("/api-keys")
                        .route("", web::get().to(api_keys::list::list))
                        .route("", web::post().to(api_keys::create::create))
                        .route("/{id}", web::delete().to(api_keys::revoke::revoke)),
                )
                .service(
                    web::scope("/security")
                        .route("", web::get().to(security::rules::show))
                        .route("", web::put().to(security::rules::set))
                        .route("/sign-ins", web::get().to(security::sign_ins::list)),
                )
                .route("/dashboard", web::get().to(analytics::dashboard::show))
                .route("/agents", web::get().to(agents::list::list))
                .route("/agents/{id}/move", web::post().to(agents::transfer::transfer))
                .route("/agents/{id}/move", web::get().to(agents::following::show))
                .service(
                    web::scope("/phone-numbers")
                        .route("", web::get().to(numbers::list::list))
                        .route("/{id}/agent", web::put().to(numbers::assign::assign))
                        .route("/{id}/move", web::post().to(numbers::transfer::transfer)),
                )
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
                        .route("/{id}/summary", web::get().to(summaries::show::show))
                        .route("/{id}/summary", web::post().to(summaries::regenerate::again))
                        .route("/{id}/recording", web::get().to(calls::recording::stream))
                        .route("/{id}/recording/file", web::get().to(calls::recording::download)),
                )
                .service(
                    web::scope("/summaries")
                        .route("/settings", web::get().to(summaries::settings::show))
                        .route("/settings", web::put().to(summaries::settings::set))
                        .route("/preview", web::post().to(summaries::preview::preview))
                        .route("/runs", web::get().to(summaries::runs::show::show))
                        .route("/runs", web::post().to(summaries::runs::start::start))
                        .route("/runs/{id}", web::delete().to(summaries::runs::cancel::cancel)),
                )
                .service(
                    web::scope("/connections")
                        .route("", web::get().to(connections::list::list))
                        .route("", web::post().to(connections::create::create))
                        .route("/test", web::post().to(connections::test::test))
                        .route("/{id}", web::patch().to(connections::update::update))
                        .route("/{id}", web::delete().to(connections::remove::remove))
                        .route("/{id}/sync", web::post().to(connections::sync::start))
                        .route("/{id}/contents", web::get().to(connections::contents::show))
                        .route("/{id}/workspace", web::post().to(connections::workspace::change))
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
                        .route("/invitations", web::get().to(invitations::list::of_members))
                        .route("/invitations", web::post().to(invitations::create::of_member))
                        .route(
                            "/invitations/{id}",
                            web::delete().to(invitations::revoke::of_member),
                        )
                        .route(
                            "/invitations/{id}/resend",
                            web::post().to(invitations::resend::of_member),
                        )
                        .route("/{user}", web::patch().to(members::update::update))
                        .route("/{user}", web::delete().to(members::remove::remove))
                        .route("/{user}/unlock", web::post().to(members::security::unlock))
                        .route(
                            "/{user}/sessions",
                            web::delete().to(members::security::end_sessions),
                        )
                        .route(
                            "/{user}/second-factor",
                            web::delete().to(members::security::reset_second_factor),
                        )
                        .route("/{user}/sign-ins", web::get().to(members::security::sign_ins)),
                )
                .service(
                    web::scope("/agencies/invitations")
                        .route("", web::get().to(invitations::list::of_agencies))
                        .route("", web::post().to(invitations::create::of_agency))
                        .route("/{id}", web::delete().to(invitations::revoke::of_agency))
                        .route("/{id}/resend", web::post().to(invitations::resend::of_agency)),
                )
                .service(
                    web::scope("/platform")
                        .route("/settings", web::get().to(platform::settings::show))
                        .route("/settings", web::put().to(platform::settings::set))
                        .route("/mail", web::get().to(mail::sent::list))
                        .route("/mail/{id}/retry", web::post().to(mail::retry::retry)),
                )
                .route("/dev/mail", web::get().to(mail::mailbox::list))
                .route("/dev/mail/{id}", web::get().to(mail::mailbox::show))
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
