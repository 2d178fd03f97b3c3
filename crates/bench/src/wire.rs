//! A bare HTTP/1.1 client on connections that it keeps.
//!
//! It shares two cores with the server: a comfortable client would be measured with it.

use anyhow::{Context, Result, bail};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

/// Clones share the connections.
#[derive(Clone)]
pub struct Wire {
    address: String,
    idle: Arc<Mutex<Vec<BufReader<TcpStream>>>>,
}

impl Wire {
    /// For `http://host:port/path`; returns the path too.
    pub fn new(url: &str) -> Result<(Self, String)> {
        let (address, path) = url
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .context("not an address of this machine")?;
        let wire = Self {
            address: address.to_owned(),
            idle: Arc::default(),
        };
        Ok((wire, format!("/{path}")))
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends a whole request, reads the whole answer (which must have a length), returns its status.
    pub async fn exchange(&self, request: &str) -> Result<u16> {
        timeout(PATIENCE, self.over_a_connection(request)).await?
    }

    async fn over_a_connection(&self, request: &str) -> Result<u16> {
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let mut stream = match idle {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        stream.write_all(request.as_bytes()).await?;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).context("no status line")?.parse()?;
        let mut length = None;
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                bail!("the connection ended within the answer");
            }
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = Some(value.trim().parse()?);
            }
        }
        let mut answer = vec![0; length.context("an answer without a length")?];
        stream.read_exact(&mut answer).await?;
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(stream);
        }
        Ok(status)
    }
}
