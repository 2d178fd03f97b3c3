//! Asking DNS, each time anew: a record that was set a minute ago must be found.

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{Resolver, TokioResolver};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Of one question; it is put twice.
const PATIENCE: Duration = Duration::from_secs(3);

/// Nobody answered, or nothing that can be used: it says nothing about the domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("DNS did not answer: {0}")]
pub struct Silent(String);

pub struct Dns(TokioResolver);

impl Dns {
    /// Through this server, or those of the machine.
    ///
    /// # Errors
    /// When the machine's own can not be read.
    pub fn new(server: Option<SocketAddr>) -> Result<Self, NetError> {
        let mut builder = match server {
            Some(server) => Resolver::builder_with_config(only(server), TokioRuntimeProvider::default()),
            None => Resolver::builder_tokio()?,
        };
        let options = builder.options_mut();
        options.cache_size = 0;
        options.timeout = PATIENCE;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        options.preserve_intermediates = true;
        options.try_tcp_on_error = true;
        Ok(Self(builder.build()?))
    }

    /// Texts that stand there.
    ///
    /// # Errors
    /// [`Silent`].
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, Silent> {
        self.ask(name, RecordType::TXT, |data| match data {
            // A long text comes in pieces.
            RData::TXT(text) => Some(
                text.txt_data
                    .iter()
                    .map(|piece| String::from_utf8_lossy(piece))
                    .collect(),
            ),
            _ => None,
        })
        .await
    }

    /// Where the name leads by CNAME, without a final dot.
    ///
    /// # Errors
    /// [`Silent`].
    pub async fn aliases(&self, name: &str) -> Result<Vec<String>, Silent> {
        self.ask(name, RecordType::CNAME, |data| match data {
            RData::CNAME(target) => Some(target.0.to_ascii().trim_end_matches('.').to_lowercase()),
            _ => None,
        })
        .await
    }

    /// Addresses of the name, wherever it leads.
    ///
    /// # Errors
    /// [`Silent`].
    pub async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Silent> {
        let v4 = self.ask(name, RecordType::A, |data| match data {
            RData::A(address) => Some(IpAddr::V4(address.0)),
            _ => None,
        });
        let v6 = self.ask(name, RecordType::AAAA, |data| match data {
            RData::AAAA(address) => Some(IpAddr::V6(address.0)),
            _ => None,
        });
        let (mut found, v6) = futures::try_join!(v4, v6)?;
        found.extend(v6);
        Ok(found)
    }

    async fn ask<T>(
        &self,
        name: &str,
        kind: RecordType,
        read: impl Fn(&RData) -> Option<T>,
    ) -> Result<Vec<T>, Silent> {
        // With a final dot: the machine's own search list has no part in it.
        match self.0.lookup(format!("{name}."), kind).await {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .filter_map(|record| read(&record.data))
                .collect()),
            // There is nothing there: that is an answer.
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) => Ok(Vec::new()),
            Err(error) => Err(Silent(error.to_string())),
        }
    }
}

fn only(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let mut named = NameServerConfig::udp_and_tcp(server.ip());
    named.connections = connections.into();
    ResolverConfig::from_parts(None, Vec::new(), vec![named])
}
