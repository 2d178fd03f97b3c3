//! What the browser hears when the sessions can not be read or written.
//!
//! The session middleware would end the request with a bare 500 that no other layer sees. So its store reports no failure:
//! it notes one, and the layer around the middleware turns the reply into "come back in a moment", in the form, with the
//! headers and in the log as every other error of ours.

use super::SessionStore;
use crate::error::ApiError;
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore as Store, UpdateError};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::time;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Debug;

type State = HashMap<String, String>;

tokio::task_local! {
    /// Why the store of the request that runs failed.
    static FAILURE: Cell<Option<String>>;
}

/// Goes around the session middleware.
///
/// # Errors
/// Those of the layers within; the store's are replies.
pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = async move {
        let reply = next.call(request).await?.map_into_boxed_body();
        Ok(match FAILURE.with(Cell::take) {
            None => reply,
            Some(cause) => {
                let error = ApiError::Database(db::Error::Unreachable(format!("sessions: {cause}")));
                reply.into_response(error.error_response())
            }
        })
    };
    FAILURE.scope(Cell::new(None), answer).await
}

/// Notes the failure for [`layer`]; what the handler makes of the value in its place is thrown away.
fn noted<T, E: Debug>(outcome: Result<T, E>, in_its_place: impl FnOnce() -> T) -> Result<T, E> {
    match outcome {
        Err(error) if FAILURE.try_with(|it| it.set(Some(format!("{error:?}")))).is_ok() => Ok(in_its_place()),
        outcome => outcome,
    }
}

/// The store as the middleware uses it.
pub(super) struct Noting(pub SessionStore);

impl Store for Noting {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        match self.0.load(key).await {
            // Written by another version: as good as none, which the middleware knows.
            Err(error @ LoadError::Deserialization(_)) => Err(error),
            loaded => noted(loaded, || None),
        }
    }

    async fn save(&self, state: State, ttl: &time::Duration) -> Result<SessionKey, SaveError> {
        let saved = self.0.save(state, ttl).await;
        let Ok(nobodys) = SessionKey::try_from("nobody".to_owned()) else {
            return saved;
        };
        noted(saved, || nobodys)
    }

    async fn update(
        &self,
        key: SessionKey,
        state: State,
        ttl: &time::Duration,
    ) -> Result<SessionKey, UpdateError> {
        let Ok(same) = SessionKey::try_from(key.as_ref().to_owned()) else {
            return self.0.update(key, state, ttl).await;
        };
        noted(self.0.update(key, state, ttl).await, || same)
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &time::Duration) -> Result<(), anyhow::Error> {
        noted(self.0.update_ttl(key, ttl).await, || ())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        noted(self.0.delete(key).await, || ())
    }
}
