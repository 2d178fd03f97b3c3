//! The whole URL map.

use actix_web::web::{ServiceConfig, delete, get, patch, post};

use super::{
    account, agents, agents_extra, conversations, phone_numbers, recording, settings, signed_url, voices,
    webhooks,
};
use crate::{control, mistral, sockets};

/// Mounts the vendor's paths and the stand-in's own.
pub fn configure(app: &mut ServiceConfig) {
    app.route("/v1/user", get().to(account::user))
        .route("/v1/user/subscription", get().to(account::subscription))
        .route("/v1/models", get().to(account::models))
        .route("/v1/voices", get().to(voices::list))
        .route("/v1/voices/{id}", get().to(voices::get))
        .route("/v2/voices", get().to(voices::search))
        .route("/v1/convai/agents", get().to(agents::list))
        .route("/v1/convai/agents/create", post().to(agents::create))
        .route("/v1/convai/agents/summaries", get().to(agents_extra::summaries))
        .route("/v1/convai/agents/{id}", get().to(agents::get))
        .route("/v1/convai/agents/{id}", patch().to(agents::patch))
        .route("/v1/convai/agents/{id}", delete().to(agents::delete))
        .route("/v1/convai/agents/{id}/duplicate", post().to(agents::duplicate))
        .route("/v1/convai/agents/{id}/link", get().to(agents_extra::link))
        .route("/v1/convai/agents/{id}/widget", get().to(agents_extra::widget))
        .route("/v1/convai/phone-numbers", get().to(phone_numbers::list))
        .route("/v1/convai/phone-numbers/{id}", get().to(phone_numbers::get))
        .route("/v1/convai/phone-numbers/{id}", patch().to(phone_numbers::patch))
        .route("/v1/convai/llm/list", get().to(agents_extra::language_models))
        .route("/v1/convai/conversations", get().to(conversations::list))
        .route("/v1/convai/conversations/{id}", get().to(conversations::get))
        .route(
            "/v1/convai/conversations/{id}",
            delete().to(conversations::delete),
        )
        .route("/v1/convai/conversations/{id}/audio", get().to(recording::audio))
        .route(
            "/v1/convai/conversations/{id}/feedback",
            post().to(conversations::feedback),
        )
        .route(
            "/v1/convai/conversations/{id}/monitor",
            get().to(sockets::monitor::open),
        )
        .route("/v1/convai/conversation", get().to(sockets::conversation::open))
        .route(
            "/v1/convai/conversation/get-signed-url",
            get().to(signed_url::signed_url),
        )
        .route(
            "/v1/convai/conversation/get_signed_url",
            get().to(signed_url::signed_url),
        )
        .route("/v1/convai/conversation/token", get().to(signed_url::token))
        .route(
            "/v1/convai/analytics/live-count",
            get().to(conversations::live_count),
        )
        .route("/v1/convai/settings", get().to(settings::get))
        .route("/v1/convai/settings", patch().to(settings::patch))
        .route("/v1/workspace/webhooks", get().to(webhooks::list))
        .route("/v1/workspace/webhooks", post().to(webhooks::create))
        .route("/v1/workspace/webhooks/{id}", patch().to(webhooks::patch))
        .route("/v1/workspace/webhooks/{id}", delete().to(webhooks::delete))
        .route("/mistral/v1/chat/completions", post().to(mistral::chat::complete))
        .route("/mistral/v1/models", get().to(mistral::models::list))
        .route("/mistral/v1/models/{id}", get().to(mistral::models::get))
        .route("/_control/mistral", get().to(mistral::ledger::show))
        .route("/_files/{name}", get().to(recording::file))
        .route("/_control/workspaces", get().to(control::workspaces))
        .route("/_control/calls", post().to(control::start_call))
        .route("/_control/live", post().to(control::live))
        .route("/_control/bulk", post().to(control::bulk))
        .route("/_control/reset", post().to(control::reset))
        .route("/_control/faults", get().to(control::faults::list))
        .route("/_control/faults", post().to(control::faults::add))
        .route("/_control/faults", delete().to(control::faults::clear))
        .route("/_control/faults/{id}", delete().to(control::faults::remove));
}
