//! A browser, as far as the API sees it: cookie, Origin, JSON.

use reqwest::header::{COOKIE, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::Problem;

/// Signed in or not; cloned freely.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub base: String,
    /// `echosensei_session=…`, for sockets too.
    pub cookie: Option<String>,
}

impl Client {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            http,
            base: base.to_owned(),
            cookie: None,
        }
    }

    /// For requests with headers of their own.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header(ORIGIN, &self.base);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        request
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Reply {
        Reply::of(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Reply {
        Reply::of(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Reply {
        Reply::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// Signs in and keeps the cookie.
    pub async fn log_in(&mut self, email: &str, password: &str) -> Reply {
        let reply = self
            .post(
                "/api/auth/login",
                &serde_json::json!({ "email": email, "password": password }),
            )
            .await;
        if let Some(cookie) = reply.set_cookie() {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        reply
    }
}

/// A reply, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: bytes::Bytes,
}

impl Reply {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let reply = request.send().await.unwrap();
        Self {
            status: reply.status(),
            headers: reply.headers().clone(),
            body: reply.bytes().await.unwrap(),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body of a success.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body of a refusal.
    pub fn problem(&self) -> Problem {
        assert!(!self.status.is_success(), "{} {}", self.status, self.text());
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// What the session cookie was set to, attributes included.
    pub fn set_cookie(&self) -> Option<String> {
        let all = self.headers.get_all(SET_COOKIE).iter();
        all.filter_map(|value| value.to_str().ok())
            .find(|c| c.starts_with("echosensei_session="))
            .map(str::to_owned)
    }
}
