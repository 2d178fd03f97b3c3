//! Which hosts a client may be sent to, asked at each connection: a name that led to the vendor when somebody entered it
//! may lead into the operator's own network an hour later.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

use crate::public::is_public;
use crate::{Error, request};

const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// Where a name leads.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of `host` at this moment.
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

struct System;

impl Lookup for System {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The hosts that a [`Transport`](crate::Transport) connects to.
#[derive(Clone)]
pub struct Hosts {
    lookup: Arc<dyn Lookup>,
    public_only: bool,
}

impl Hosts {
    /// All of them, those of inner networks included: for a stand-in of the vendor on this machine.
    pub fn any() -> Self {
        Self {
            lookup: Arc::new(System),
            public_only: false,
        }
    }

    /// Only such as are reachable from anywhere. Whoever may name a host cannot make this machine knock on doors of
    /// its own network.
    pub fn public() -> Self {
        Self {
            public_only: true,
            ..Self::any()
        }
    }

    /// The same, with names looked up in another way than the system's.
    pub fn looked_up_by(mut self, lookup: impl Lookup) -> Self {
        self.lookup = Arc::new(lookup);
        self
    }

    pub(crate) fn are_public(&self) -> bool {
        self.public_only
    }

    /// An address needs no looking up, and so passes by the resolver; it is refused here.
    pub(crate) fn admit_literal(&self, url: &Url) -> Result<(), Error> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.admitted("", vec![address.into()]).map(drop),
            Some(Host::Ipv6(address)) => self.admitted("", vec![address.into()]).map(drop),
            Some(Host::Domain(_)) | None => Ok(()),
        }
        .map_err(|_nameless| Error::PrivateHost(url.host_str().unwrap_or_default().to_owned()))
    }

    /// Where `url` leads now, without what may not be reached.
    pub(crate) async fn addresses(&self, url: &Url) -> Result<Vec<IpAddr>, Error> {
        self.admit_literal(url)?;
        match url.host() {
            Some(Host::Ipv4(address)) => Ok(vec![address.into()]),
            Some(Host::Ipv6(address)) => Ok(vec![address.into()]),
            Some(Host::Domain(name)) => self.resolve_name(name.to_owned()).await,
            None => Err(Error::Configuration("the URL names no host".into())),
        }
    }

    async fn resolve_name(&self, name: String) -> Result<Vec<IpAddr>, Error> {
        let looked_up = timeout(LOOKUP_TIMEOUT, self.lookup.lookup(name.clone())).await;
        let found = looked_up
            .map_err(request::timed_out)?
            .map_err(|error| Error::Network(error.to_string()))?;
        if found.is_empty() {
            return Err(Error::Network(format!("{name} has no address")));
        }
        self.admitted(&name, found)
    }

    fn admitted(&self, name: &str, mut found: Vec<IpAddr>) -> Result<Vec<IpAddr>, Error> {
        found.retain(|address| !self.public_only || is_public(*address));
        if found.is_empty() {
            return Err(Error::PrivateHost(name.to_owned()));
        }
        Ok(found)
    }

    /// A connection to where `url` leads now.
    pub(crate) async fn connect(&self, url: &Url) -> Result<TcpStream, Error> {
        let port = url
            .port_or_known_default()
            .ok_or_else(|| Error::Configuration("the URL names no port".into()))?;
        let addresses = self.addresses(url).await?;
        let addresses: Vec<SocketAddr> = addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, port))
            .collect();
        let stream = TcpStream::connect(addresses.as_slice()).await;
        let stream = stream.map_err(|error| Error::Network(error.to_string()))?;
        stream
            .set_nodelay(true)
            .map_err(|error| Error::Network(error.to_string()))?;
        Ok(stream)
    }
}

impl Resolve for Hosts {
    fn resolve(&self, name: Name) -> Resolving {
        let hosts = self.clone();
        Box::pin(async move {
            let found = hosts.resolve_name(name.as_str().to_owned()).await?;
            // Port 0 stands for the one in the URL.
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosts")
            .field("public_only", &self.public_only)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Mixed;

    impl Lookup for Mixed {
        fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            let found = ["127.0.0.1", "8.8.8.8", "fe80::1", "2606:4700::1111"];
            Box::pin(async move { Ok(found.iter().map(|text| text.parse().unwrap()).collect()) })
        }
    }

    #[tokio::test]
    async fn of_a_mixed_answer_only_the_public_part_is_used() {
        let hosts = Hosts::public().looked_up_by(Mixed);
        let url = Url::parse("https://api.rebinding.test").unwrap();
        let wanted: Vec<IpAddr> = ["8.8.8.8", "2606:4700::1111"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert_eq!(hosts.addresses(&url).await.unwrap(), wanted);
        let resolved = hosts
            .resolve("api.rebinding.test".parse().unwrap())
            .await
            .unwrap();
        assert_eq!(resolved.map(|address| address.ip()).collect::<Vec<_>>(), wanted);
    }
}
