//! `POST /api/auth/logout`.

use actix_session::Session;
use actix_web::HttpResponse;

/// Ends the session, here and for whoever else holds its key. Without one there is nothing to do.
pub async fn logout(session: Session) -> HttpResponse {
    session.purge();
    HttpResponse::NoContent().finish()
}
