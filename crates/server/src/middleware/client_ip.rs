//! Whose network address counts.

use actix_web::HttpRequest;
use std::net::IpAddr;

/// The peer, or with `trust_proxy` what the nearest proxy says: the rightmost entry of `X-Forwarded-For`, the only
/// one that the client can not write himself.
pub fn client_ip(request: &HttpRequest, trust_proxy: bool) -> Option<IpAddr> {
    let forwarded = || {
        request
            .headers()
            .get_all("x-forwarded-for")
            .last()?
            .to_str()
            .ok()?
            .rsplit(',')
            .next()?
            .trim()
            .parse()
            .ok()
    };
    let peer = || request.peer_addr().map(|address| address.ip());
    if trust_proxy {
        forwarded().or_else(peer)
    } else {
        peer()
    }
}

/// Whether the request was made on this machine. A proxy on it is on loopback too, and says for whom it asks.
pub fn is_this_machine(request: &HttpRequest) -> bool {
    client_ip(request, false).is_some_and(|ip| ip.is_loopback())
        && !request.headers().contains_key("x-forwarded-for")
        && !request.headers().contains_key("forwarded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn only_the_nearest_proxy_is_believed_and_only_when_told_to() {
        let request = TestRequest::default()
            .peer_addr("10.0.0.9:1".parse().unwrap())
            .insert_header(("x-forwarded-for", "203.0.113.7, 198.51.100.2"))
            .to_http_request();
        assert_eq!(client_ip(&request, false), "10.0.0.9".parse().ok());
        assert_eq!(client_ip(&request, true), "198.51.100.2".parse().ok());
        let bare = TestRequest::default()
            .peer_addr("10.0.0.9:1".parse().unwrap())
            .to_http_request();
        assert_eq!(client_ip(&bare, true), "10.0.0.9".parse().ok());
    }
}
