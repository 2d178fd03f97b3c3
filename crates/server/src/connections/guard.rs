//! Which hosts the server may be sent to. Whoever may connect a workspace must not be able to make the server knock on
//! doors of its own network.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use url::{Host, Url};

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads a base URL and refuses what is not a public host, unless private ones are allowed (`PROVIDER_ALLOW_PRIVATE_HOSTS`).
///
/// # Errors
/// A field error that says what would be right, or that the host is not found.
pub async fn base_url(app: &App, text: &str) -> ApiResult<Url> {
    let allow_private = app.config.provider.allow_private_hosts;
    let url = read(text, allow_private).map_err(|message| ApiError::field("base_url", message))?;
    if allow_private {
        return Ok(url);
    }
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(ApiError::field("base_url", "The URL names no host"));
    };
    let addresses: Vec<IpAddr> = match host {
        Host::Ipv4(address) => vec![address.into()],
        Host::Ipv6(address) => vec![address.into()],
        Host::Domain(name) => resolve(name, port).await?,
    };
    if addresses.is_empty() || !addresses.iter().all(|address| is_public(*address)) {
        return Err(ApiError::field(
            "base_url",
            "This host lies in a private network; enter one of ElevenLabs' hosts",
        ));
    }
    Ok(url)
}

async fn resolve(name: &str, port: u16) -> ApiResult<Vec<IpAddr>> {
    let looked_up = tokio::time::timeout(RESOLVE_TIMEOUT, tokio::net::lookup_host((name, port))).await;
    match looked_up {
        Ok(Ok(addresses)) => Ok(addresses.map(|address| address.ip()).collect()),
        Ok(Err(error)) => Err(elevenlabs::Error::Network(error.to_string()).into()),
        Err(_elapsed) => Err(elevenlabs::Error::Timeout.into()),
    }
}

/// Shape only; a path is fine (a gateway in front of the provider), trailing slashes go.
fn read(text: &str, allow_http: bool) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim())
        .map_err(|_parse| "Enter the host as a URL, such as https://api.elevenlabs.io")?;
    match url.scheme() {
        "https" => {}
        "http" if allow_http => {}
        "http" => return Err("Use https: over http the key could be read on its way"),
        _ => return Err("Enter the host as a URL, such as https://api.elevenlabs.io"),
    }
    if url.host().is_none() {
        return Err("The URL names no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave out the user name and password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("Leave out everything after ? or #");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let mut url = url;
    url.set_path(&path);
    Ok(url)
}

/// Reachable from anywhere and nobody's inner network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        // carrier-grade NAT, protocol assignments, benchmarking
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [first, second, third, fourth, fifth, sixth, high, low] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match first {
        // 6to4 and NAT64 carry an IPv4 address
        0x2002 => is_public_v4(v4(second, third)),
        0x0064 if second == 0xff9b && [third, fourth, fifth, sixth] == [0; 4] => is_public_v4(v4(high, low)),
        // documentation
        0x2001 if second == 0x0db8 => false,
        // everything that is assigned to the public lies in 2000::/3
        first => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_inner_network_counts_as_public() {
        for inner in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2001:db8::1",
        ] {
            assert!(!is_public(inner.parse().unwrap()), "{inner}");
        }
        for outer in ["34.67.146.145", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"] {
            assert!(is_public(outer.parse().unwrap()), "{outer}");
        }
    }

    #[test]
    fn only_plain_urls_of_a_host_are_read() {
        assert_eq!(
            read(" https://api.elevenlabs.io/ ", false).unwrap().as_str(),
            "https://api.elevenlabs.io/"
        );
        assert!(read("http://127.0.0.1:5100", true).is_ok());
        for bad in [
            "http://api.elevenlabs.io",
            "https://u:p@h",
            "ftp://h",
            "https://h/?q=1",
            "api.elevenlabs.io",
            "https://h#x",
        ] {
            assert!(read(bad, false).is_err(), "{bad}");
        }
    }
}
