//! One small HTTP request to a program of our own on this machine; not worth a client library.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const PATIENCE: Duration = Duration::from_secs(2);

/// The body of a 200 reply. HTTP/1.0, so that the peer neither chunks it nor keeps the connection.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // In one piece: a peer that answers after the first would reset the rest.
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes())?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let (head, body) = reply.split_once("\r\n\r\n").context("no HTTP reply")?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        bail!("{path} answered {status}");
    }
    Ok(body.to_owned())
}

/// Repeats until it answers or the time is up.
pub(crate) fn wait(address: SocketAddr, path: &str, limit: Duration) -> Result<String> {
    let deadline = Instant::now() + limit;
    loop {
        match get(address, path) {
            Ok(body) => return Ok(body),
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn answer(reply: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 512]);
            stream.write_all(reply.as_bytes()).unwrap();
        });
        address
    }

    #[test]
    fn only_a_reply_of_200_counts() {
        let good = answer("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        assert_eq!(get(good, "/").unwrap(), "hi");
        assert!(get(answer("HTTP/1.0 503 Busy\r\n\r\n"), "/").is_err());
    }
}
