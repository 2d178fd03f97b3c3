//! One function a method. Futures are not `Send`: use `LocalResource` and `Action::new_local`.

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::{Promise, Reflect};
use leptos::prelude::window;
use leptos::web_sys::{self, AbortSignal};
use serde::{Serialize, de::DeserializeOwned};
use shared::auth::Session;
use shared::{ErrorCode, Problem};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::confirm;
use super::error::ApiError;
use super::latest::Latest;
use super::read::from_json;
use super::signed_out;

type Reply<T> = Result<T, ApiError>;

/// The session, for which `web/early.js` asked before this module was there.
pub async fn first_session() -> Reply<Session> {
    let asked = Reflect::get(&window(), &JsValue::from_str("firstSession")).ok();
    match asked.and_then(|asked| asked.dyn_into().ok()) {
        Some(asked) => answer(asked).await,
        None => get("/api/auth/session").await,
    }
}

/// Asks for what a page will read once its chunk is there; [`answer`] reads it.
pub fn ask(path: &str) -> Promise {
    window().fetch_with_str(path)
}

/// Reads the JSON that was asked for before.
pub async fn answer<T: DeserializeOwned>(asked: Promise) -> Reply<T> {
    let reply = JsFuture::from(asked)
        .await
        .map_err(|_network| ApiError::Unreachable)?;
    let response = Response::from(reply.unchecked_into::<web_sys::Response>());
    if response.ok() {
        json(response).await
    } else {
        Err(problem(response).await)
    }
}

/// Reads JSON.
pub async fn get<T: DeserializeOwned>(path: &str) -> Reply<T> {
    json(send((Method::GET, path), None::<&()>, None).await?).await
}

/// Reads JSON; the request of `latest` before this one is cut off and answers `Superseded`.
pub async fn get_latest<T: DeserializeOwned>(path: &str, latest: Latest) -> Reply<T> {
    json(send((Method::GET, path), None::<&()>, latest.next()).await?).await
}

/// Sends JSON, reads JSON.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Reply<T> {
    json(send((Method::POST, path), Some(body), None).await?).await
}

/// A command without body whose reply does not matter.
pub async fn post_empty(path: &str) -> Reply<()> {
    send((Method::POST, path), None::<&()>, None).await.map(drop)
}

pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Reply<T> {
    json(send((Method::PUT, path), Some(body), None).await?).await
}

/// A change whose reply does not matter.
pub async fn put_empty(path: &str, body: &impl Serialize) -> Reply<()> {
    send((Method::PUT, path), Some(body), None).await.map(drop)
}

/// A command with a body whose reply does not matter.
pub async fn send_json(path: &str, body: &impl Serialize) -> Reply<()> {
    send((Method::POST, path), Some(body), None).await.map(drop)
}

pub async fn patch<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Reply<T> {
    json(send((Method::PATCH, path), Some(body), None).await?).await
}

/// A partial change whose reply does not matter.
pub async fn patch_empty(path: &str, body: &impl Serialize) -> Reply<()> {
    send((Method::PATCH, path), Some(body), None).await.map(drop)
}

pub async fn delete(path: &str) -> Reply<()> {
    send((Method::DELETE, path), None::<&()>, None).await.map(drop)
}

/// Removes something, reads what is there instead.
pub async fn delete_for<T: DeserializeOwned>(path: &str) -> Reply<T> {
    json(send((Method::DELETE, path), None::<&()>, None).await?).await
}

/// Sends a file as it is, reads JSON.
pub async fn put_file<T: DeserializeOwned>(path: &str, file: &web_sys::File) -> Reply<T> {
    let request = builder(Method::PUT, path).body(file);
    // A file is always a body.
    let request = request.map_err(|_no_body| ApiError::Unreachable)?;
    let response = request.send().await.map_err(|_network| ApiError::Unreachable)?;
    if response.ok() {
        json(response).await
    } else {
        Err(problem(response).await)
    }
}

fn builder(method: Method, path: &str) -> RequestBuilder {
    Request::get(path)
        .method(method)
        .header("accept", "application/json")
}

/// What wants to hear again that it is he is sent once more when it was.
async fn send(
    target: (Method, &str),
    body: Option<&impl Serialize>,
    abort: Option<AbortSignal>,
) -> Reply<Response> {
    match send_once(target.clone(), body, abort.clone()).await {
        Err(error) if error.code() == ErrorCode::ReauthenticationRequired && confirm::ask().await => {
            send_once(target, body, abort).await
        }
        reply => reply,
    }
}

async fn send_once(
    (method, path): (Method, &str),
    body: Option<&impl Serialize>,
    abort: Option<AbortSignal>,
) -> Reply<Response> {
    let builder = builder(method, path).abort_signal(abort.as_ref());
    let request = match body {
        Some(body) => builder.json(body),
        None => builder.build(),
    };
    // Only a body that can not be written as JSON fails here, and ours all can.
    let request = request.map_err(|_unwritable| ApiError::Unreachable)?;
    let sent = request.send().await;
    let aborted = abort.is_some_and(|abort| abort.aborted());
    let response = sent.map_err(|_network| {
        if aborted {
            ApiError::Superseded
        } else {
            ApiError::Unreachable
        }
    })?;
    if response.ok() {
        Ok(response)
    } else {
        Err(problem(response).await)
    }
}

async fn json<T: DeserializeOwned>(response: Response) -> Reply<T> {
    let (status, request_id) = (response.status(), response.headers().get("x-request-id"));
    let text = response.text().await.map_err(|_cut_off| ApiError::Unreachable)?;
    from_json(&text).map_err(|error| {
        leptos::logging::error!("reply {status} could not be read: {error}");
        ApiError::Unreadable { status, request_id }
    })
}

async fn problem(response: Response) -> ApiError {
    let (status, request_id) = (response.status(), response.headers().get("x-request-id"));
    let text = response.text().await.unwrap_or_default();
    let error = match from_json::<Problem>(&text) {
        Ok(mut problem) => {
            problem.request_id = problem.request_id.or(request_id);
            ApiError::Problem(Box::new(problem))
        }
        Err(_not_a_problem) => ApiError::Unreadable { status, request_id },
    };
    let session_changed = matches!(
        error.code(),
        ErrorCode::NotSignedIn
            | ErrorCode::OrganizationSuspended
            | ErrorCode::OrganizationArchived
            | ErrorCode::VisitEnded
            | ErrorCode::SecondFactorMissing
    );
    if session_changed {
        signed_out::tell();
    }
    error
}
