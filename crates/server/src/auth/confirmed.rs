//! Dangerous actions: who left his browser open, or lost his cookie, has not agreed to them.

use super::{Caller, SignedIn, session};
use crate::error::ApiError;
use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;
use shared::ErrorCode;
use shared::permission::Requires;
use std::ops::Deref;

/// [`Caller`] who said within the last ten minutes that it is he: by signing in, or by `POST /api/auth/confirm`.
///
/// An API key counts as said: it was made for this permission, by somebody who was asked.
pub struct Confirmed<P: Requires>(Caller<P>);

impl<P: Requires> Deref for Confirmed<P> {
    type Target = Caller<P>;
    fn deref(&self) -> &Caller<P> {
        &self.0
    }
}

impl<P: Requires> FromRequest for Confirmed<P> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let session = request.get_session();
        Box::pin(async move {
            let caller = caller.await?;
            if caller.key().is_none() && !session::is_confirmed(&session) {
                return Err(asked_again());
            }
            Ok(Self(caller))
        })
    }
}

/// [`SignedIn`] who said so, for what he does to his own account.
pub struct ConfirmedUser(SignedIn);

impl Deref for ConfirmedUser {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl FromRequest for ConfirmedUser {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed_in = SignedIn::from_request(request, payload);
        Box::pin(async move {
            let signed_in = signed_in.await?;
            if !session::is_confirmed(&signed_in.session) {
                return Err(asked_again());
            }
            Ok(Self(signed_in))
        })
    }
}

fn asked_again() -> ApiError {
    ApiError::because(
        ErrorCode::ReauthenticationRequired,
        "Enter your password or a code of your second factor once more, then do it again",
    )
}
