//! Who calls: the `xi-api-key` header, the workspace behind it and what the key may do.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::error::ApiError;
use crate::world::World;
use crate::world::keys::Key;
use crate::world::workspace::Workspace;

/// Which of the vendor's stacks a listener plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    Global,
    Residency,
}

/// A known key.
#[derive(Clone)]
pub struct Caller {
    pub world: Arc<World>,
    pub workspace: Arc<Workspace>,
    pub key: Key,
}

impl Caller {
    /// # Errors
    /// 403 when the key lacks `permission`.
    pub fn need(&self, permission: &str) -> Result<&Self, ApiError> {
        if self.key.allows(permission) {
            return Ok(self);
        }
        let message =
            format!("The API key you used is missing the permission {permission} to execute this operation.");
        Err(ApiError::forbidden("insufficient_permissions", message))
    }

    /// Recognises the key of a request on `stack`.
    ///
    /// # Errors
    /// 401 for a missing or unknown key and for one that belongs to the other stack.
    pub fn recognise(request: &HttpRequest) -> Result<Self, ApiError> {
        let (Some(world), Some(stack)) = (
            request.app_data::<web::Data<World>>(),
            request.app_data::<web::Data<Stack>>(),
        ) else {
            return Err(ApiError::unauthorized("invalid_api_key", "Invalid API key"));
        };
        let world = Arc::clone(world);
        let secret = request
            .headers()
            .get("xi-api-key")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if secret.is_empty() {
            return Err(ApiError::unauthorized(
                "needs_authorization",
                "Neither authorization header nor xi-api-key received, please provide one.",
            ));
        }
        let found = world.keys.iter().find(|key| key.secret == secret).cloned();
        let Some((key, workspace)) = found.and_then(|key| {
            world
                .workspace(key.workspace)
                .cloned()
                .map(|workspace| (key, workspace))
        }) else {
            return Err(ApiError::unauthorized("invalid_api_key", "Invalid API key"));
        };
        match (workspace.residency.is_some(), stack.get_ref()) {
            (true, Stack::Global) => Err(wrong_stack("a data residency stack", "a global server")),
            (false, Stack::Residency) => Err(wrong_stack("the global stack", "a data residency server")),
            _ => Ok(Self {
                world,
                workspace,
                key,
            }),
        }
    }
}

/// The vendor's own sentence, as users report it (elevenlabs-mcp issue 72).
fn wrong_stack(key: &str, server: &str) -> ApiError {
    let message = format!(
        "The API key used is for {key}, however this server is {server}. Please check you are calling the correct API URL."
    );
    ApiError::unauthorized("invalid_api_key", &message)
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::recognise(request))
    }
}
