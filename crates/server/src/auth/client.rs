//! From where a request comes, for what is kept of sign-ins and sessions.

use super::device;
use crate::app::App;
use crate::middleware::client_ip::client_ip;
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use std::future::{Ready, ready};
use std::net::IpAddr;

#[derive(Clone, Debug, Default)]
pub struct Client {
    pub ip: Option<IpAddr>,
    /// As the browser sends it, cut to what is kept.
    pub user_agent: Option<String>,
}

impl Client {
    pub fn of(request: &HttpRequest) -> Self {
        let app = request.app_data::<web::Data<App>>();
        let agent = request.headers().get(USER_AGENT);
        let agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()));
        Self {
            ip: app.and_then(|app| client_ip(request, app.config.http.trust_proxy)),
            user_agent: agent.map(|text| {
                text.chars()
                    .filter(|c| !c.is_control())
                    .take(device::KEPT)
                    .collect()
            }),
        }
    }

    /// The address as text.
    pub fn address(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_string())
    }
}

impl FromRequest for Client {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
