//! A vendor of a few lines: plays scripted replies, one per connection, and remembers the requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use echosensei_elevenlabs::{Client, RetryPolicy, Timeouts};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use url::Url;

pub const KEY: &str = "sk_test_0123456789";

#[derive(Debug, Clone)]
pub enum Reply {
    /// Status, further header lines, body.
    Http(u16, &'static str, String),
    /// Closes without a word.
    Cut,
    /// Accepts and says nothing.
    Stall,
    /// Says this, then closes.
    Raw(Vec<u8>),
    /// Says this, then nothing more.
    RawThenStall(Vec<u8>),
}

impl Reply {
    pub fn json(body: impl ToString) -> Self {
        Self::Http(200, "content-type: application/json\r\n", body.to_string())
    }

    pub fn status(status: u16, body: impl ToString) -> Self {
        Self::Http(status, "", body.to_string())
    }
}

#[derive(Debug, Clone)]
pub struct Request {
    /// Method and target, such as `GET /v1/user`.
    pub line: String,
    pub head: String,
    pub body: String,
}

#[derive(Clone)]
pub struct Vendor {
    pub url: Url,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Vendor {
    /// Plays the replies in order; the last one again and again.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let reply = replies.front().cloned().unwrap();
                if replies.len() > 1 {
                    replies.pop_front();
                }
                tokio::spawn(answer(socket, reply, seen.clone()));
            }
        });
        Self { url, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.line).collect()
    }

    /// A client that retries within milliseconds and waits half a second at most.
    pub fn client(&self) -> Client {
        let retry = RetryPolicy {
            max_retries: 3,
            min_delay: Duration::from_millis(2),
            max_delay: Duration::from_millis(200),
        };
        let timeouts = Timeouts {
            attempt: Duration::from_millis(300),
            total: Duration::from_millis(1000),
            idle: Duration::from_millis(150),
        };
        let builder = Client::builder(self.url.clone(), SecretString::from(KEY));
        builder.retry(retry).timeouts(timeouts).build().unwrap()
    }
}

async fn answer(mut socket: TcpStream, reply: Reply, seen: Arc<Mutex<Vec<Request>>>) {
    let request = read_request(&mut socket).await;
    seen.lock().unwrap().push(request);
    let bytes = match reply {
        Reply::Cut => return,
        Reply::Stall => return sleep(Duration::from_secs(60)).await,
        Reply::Raw(bytes) => bytes,
        Reply::RawThenStall(bytes) => {
            socket.write_all(&bytes).await.unwrap();
            return sleep(Duration::from_secs(60)).await;
        }
        Reply::Http(status, headers, body) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n",
                body.len()
            );
            format!("{head}{headers}\r\n{body}").into_bytes()
        }
    };
    socket.write_all(&bytes).await.unwrap();
    socket.shutdown().await.ok();
}

async fn read_request(socket: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                let first = text.lines().next().unwrap_or_default();
                let line = first.trim_end_matches(" HTTP/1.1").to_owned();
                return Request {
                    line,
                    head,
                    body: body.to_owned(),
                };
            }
        }
        let mut buffer = [0; 4096];
        match socket.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => {
                return Request {
                    line: "broken".into(),
                    head: text,
                    body: String::new(),
                };
            }
        }
    }
}
