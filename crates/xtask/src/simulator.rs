//! The stand-in for the voice platform, started where no key of the real one is set.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::children::Children;
use crate::paths::Paths;
use crate::server::{Profile, program};
use crate::{fetch, process, say};

/// What the server is told about it.
#[derive(Debug)]
pub(crate) struct Simulator {
    pub(crate) base_url: String,
    pub(crate) api_key: String,
    /// Of a second workspace, for the demo's first customer.
    pub(crate) customer_api_key: Option<String>,
    /// Base URL and key of the stand-in for Mistral.
    pub(crate) mistral: Option<(String, String)>,
}

/// Nothing when the environment names a real workspace.
pub(crate) fn start_if_needed(
    paths: &Paths,
    profile: Profile,
    wanted: u16,
    children: &mut Children,
) -> Result<Option<Simulator>> {
    if std::env::var("ELEVENLABS_API_KEY").is_ok_and(|key| !key.is_empty()) {
        return Ok(None);
    }
    let address = free_address(wanted)?;
    let mut command = process::command(paths, program(paths, profile, "echosensei-simulator"))?;
    children.spawn(
        "echosensei-simulator",
        command.arg("--listen").arg(address.to_string()),
    )?;
    let workspaces = fetch::wait(address, "/_control/workspaces", Duration::from_secs(30))
        .context("the simulator does not answer")?;
    let api_key = key(&workspaces, 0).context("the simulator names no workspace")?;
    say::line(&format!(
        "==> no ELEVENLABS_API_KEY: a simulator stands in on http://{address}"
    ));
    Ok(Some(Simulator {
        base_url: format!("http://{address}"),
        api_key,
        customer_api_key: key(&workspaces, 1),
        mistral: mistral(address),
    }))
}

/// The wanted port, or any when another program has it.
fn free_address(wanted: u16) -> Result<SocketAddr> {
    let taken =
        |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| listener.local_addr());
    taken(wanted)
        .or_else(|_| taken(0))
        .context("no free port for the simulator")
}

fn mistral(address: SocketAddr) -> Option<(String, String)> {
    let reply = fetch::wait(address, "/_control/mistral", Duration::from_secs(5)).ok()?;
    let reply: serde_json::Value = serde_json::from_str(&reply).ok()?;
    let text = |name: &str| Some(reply.get(name)?.as_str()?.to_owned());
    Some((text("base_url")?, text("api_key")?))
}

/// The main workspace comes first.
fn key(workspaces: &str, place: usize) -> Option<String> {
    let reply: serde_json::Value = serde_json::from_str(workspaces).ok()?;
    let key = reply.get("workspaces")?.get(place)?.get("api_key")?;
    Some(key.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_in_the_order_of_the_workspaces() {
        let reply = r#"{"workspaces":[{"name":"main","api_key":"sk_1"},{"name":"other","api_key":"sk_2"}]}"#;
        assert_eq!(key(reply, 0).as_deref(), Some("sk_1"));
        assert_eq!(key(reply, 1).as_deref(), Some("sk_2"));
        assert_eq!(key(reply, 2), None);
        assert_eq!(key("{}", 0), None);
    }

    #[test]
    fn a_taken_port_is_replaced_by_a_free_one() {
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = other.local_addr().unwrap().port();
        let found = free_address(port).unwrap().port();
        assert_ne!(found, port);
        assert_ne!(found, 0);
    }
}
