//! `POST /api/erasures/preview`: what would be erased. A POST, so that no number stands in an address.

use super::{find, sees_all};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use shared::erasure::{ErasurePreview, PreviewErasure, Subject};
use shared::permission::needs;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsDelete>,
    Json(request): Json<PreviewErasure>,
) -> ApiResult<web::Json<ErasurePreview>> {
    let subject = request.subject.normalized();
    let subject = subject.map_err(|error| ApiError::Invalid(vec![error]))?;
    if !matches!(subject, Subject::Call(_)) {
        sees_all(&caller)?;
    }
    let preview = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let found = find::preview(conn, &subject).await?;
            match subject {
                Subject::Call(_) if found.calls == 0 => Err(ApiError::not_found()),
                _ => Ok(found),
            }
        })
        .await?;
    Ok(web::Json(preview))
}
