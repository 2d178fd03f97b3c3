//! A stand-in of its own for each test, and shorthands to talk to it.

pub mod hook;

use echosensei_simulator::{Handle, Options, start};
use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub const MAIN: &str = "sk_simulator_main_full_access_4f7a";
pub const READ_ONLY: &str = "sk_simulator_main_read_only_9c21";
pub const NO_AGENTS: &str = "sk_simulator_main_no_agents_b3e8";
pub const EU: &str = "sk_simulator_eu_full_access_77ce";

pub type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

pub struct Sim {
    pub handle: Handle,
    pub client: reqwest::Client,
}

/// Without running calls, 300 past ones, the clock 20 times faster.
pub fn quiet() -> Options {
    Options {
        conversations: 300,
        live: 0,
        speed: 20.0,
        ..Options::default()
    }
}

impl Sim {
    pub fn quiet() -> Self {
        Self::with(quiet())
    }

    pub fn with(options: Options) -> Self {
        Self {
            handle: start(options).unwrap(),
            client: reqwest::Client::new(),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.handle.base_url)
    }

    /// A GET with the main key: status and body.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.get_as(MAIN, path).await
    }

    pub async fn get_as(&self, key: &str, path: &str) -> (u16, Value) {
        answer(self.client.get(self.url(path)).header("xi-api-key", key)).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        answer(
            self.client
                .request(method, self.url(path))
                .header("xi-api-key", MAIN)
                .json(&body),
        )
        .await
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.send("POST", &format!("/_control/{path}"), body).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub async fn detail(&self, id: &str) -> Value {
        self.get(&format!("/v1/convai/conversations/{id}")).await.1
    }

    /// Asks again and again, for ten seconds, until a call has this status.
    pub async fn until(&self, id: &str, status: &str) -> Value {
        for _ in 0..1_000 {
            let detail = self.detail(id).await;
            if detail["status"] == status {
                return detail;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{id} never became {status}");
    }

    pub async fn socket(&self, url: &str, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(socket),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn monitor(&self, key: &str, id: &str) -> Result<Socket, u16> {
        let url = self
            .url(&format!("/v1/convai/conversations/{id}/monitor"))
            .replacen("http", "ws", 1);
        self.socket(&url, &[("xi-api-key", key)]).await
    }
}

pub async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

/// The next JSON frame; `None` when the socket was closed.
pub async fn frame(socket: &mut Socket) -> Option<Value> {
    use futures::StreamExt;
    loop {
        let next = tokio::time::timeout(std::time::Duration::from_secs(10), socket.next())
            .await
            .unwrap();
        match next {
            Some(Ok(tokio_tungstenite::tungstenite::Message::Text(text))) => {
                return Some(serde_json::from_str(&text).unwrap());
            }
            Some(Ok(tokio_tungstenite::tungstenite::Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}
