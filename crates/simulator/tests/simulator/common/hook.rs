//! A receiver of webhooks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::Sim;

/// One request as it came.
pub struct Received {
    pub head: String,
    pub body: Vec<u8>,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    }
}

pub struct Hook {
    pub id: String,
    pub secret: String,
    received: mpsc::UnboundedReceiver<Received>,
    /// Statuses to answer with, 200 once they are used up.
    pub answers: Arc<Mutex<Vec<u16>>>,
}

impl Hook {
    /// Listens, registers a webhook and makes it the workspace's for `events`.
    pub async fn register(sim: &Sim, events: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, received) = mpsc::unbounded_channel();
        let answers: Arc<Mutex<Vec<u16>>> = Arc::default();
        tokio::spawn(listen(listener, sender, Arc::clone(&answers)));
        let settings = json!({"settings": {"auth_type": "hmac", "name": "test", "webhook_url": url, "request_headers": {"x-tenant": "seven"}}});
        let (status, made) = sim.send("POST", "/v1/workspace/webhooks", settings).await;
        assert_eq!(status, 200);
        let text = |key: &str| made[key].as_str().unwrap().to_owned();
        let hooks = json!({"webhooks": {"post_call_webhook_id": made["webhook_id"], "events": events}});
        assert_eq!(sim.send("PATCH", "/v1/convai/settings", hooks).await.0, 200);
        Self {
            id: text("webhook_id"),
            secret: text("webhook_secret"),
            received,
            answers,
        }
    }

    pub async fn next(&mut self) -> Received {
        tokio::time::timeout(Duration::from_secs(10), self.received.recv())
            .await
            .unwrap()
            .unwrap()
    }

    /// Whether nothing comes for a while.
    pub async fn stays_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(800), self.received.recv())
            .await
            .is_err()
    }
}

async fn listen(
    listener: TcpListener,
    sender: mpsc::UnboundedSender<Received>,
    answers: Arc<Mutex<Vec<u16>>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, sender.clone(), Arc::clone(&answers)));
    }
}

async fn serve(
    mut stream: tokio::net::TcpStream,
    sender: mpsc::UnboundedSender<Received>,
    answers: Arc<Mutex<Vec<u16>>>,
) {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let Some((head, body)) = parse(&bytes) else {
            match stream.read(&mut buffer).await {
                Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
                _ => return,
            }
            continue;
        };
        let status = answers.lock().unwrap().pop().unwrap_or(200);
        let _ = sender.send(Received { head, body });
        let _ = stream
            .write_all(
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes(),
            )
            .await;
        return;
    }
}

/// Head and body, once they are there in full.
fn parse(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let rest = &bytes[end + 4..];
    let lower = head.to_lowercase();
    if lower.contains("transfer-encoding: chunked") {
        return Some((head, dechunk(rest)?));
    }
    let length: usize = lower
        .split("content-length: ")
        .nth(1)?
        .lines()
        .next()?
        .trim()
        .parse()
        .ok()?;
    (rest.len() >= length).then(|| (head, rest[..length].to_vec()))
}

fn dechunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 4 + size..)?;
    }
}
