//! From where a key may be used.

use ipnet::IpNet;
use shared::FieldError;
use std::net::IpAddr;

/// What was typed: `203.0.113.0/24`, `2001:db8::/32`, or one address.
///
/// # Errors
/// The first that is no network.
pub fn parse(texts: &[String]) -> Result<Vec<IpNet>, FieldError> {
    let texts = texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty());
    texts
        .map(|text| {
            let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
            let network = text.parse::<IpNet>().ok().or_else(address);
            network.map(|network| network.trunc()).ok_or_else(|| {
                let text = format!("“{text}” is no network. Write it as 203.0.113.0/24, or a single address");
                FieldError::new("networks", text)
            })
        })
        .collect()
}

/// What is stored was parsed before.
pub fn stored(texts: &[String]) -> Vec<IpNet> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// No network is every network. An IPv4 address that came over an IPv6 socket is the same address.
pub fn allow(networks: &[IpNet], ip: Option<IpAddr>) -> bool {
    networks.is_empty()
        || ip.is_some_and(|ip| {
            networks
                .iter()
                .any(|network| network.contains(&ip.to_canonical()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_read_and_asked() {
        let typed = ["203.0.113.77/24", " 2001:db8::/32 ", "198.51.100.7", ""].map(str::to_owned);
        let networks = parse(&typed).unwrap();
        let texts: Vec<_> = networks.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32"]);
        assert_eq!(stored(&texts), networks);
        let from = |ip: &str| allow(&networks, ip.parse().ok());
        assert!(
            from("203.0.113.1")
                && from("::ffff:203.0.113.1")
                && from("2001:db8:1::1")
                && from("198.51.100.7")
        );
        assert!(!from("198.51.100.8") && !from("2001:db9::1") && !allow(&networks, None));
        assert!(allow(&[], None));
        let error = parse(&["300.1.1.1/8".to_owned()]).unwrap_err();
        assert!(error.field == "networks" && error.message.contains("300.1.1.1/8"));
    }
}
