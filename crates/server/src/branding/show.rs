//! `GET /api/branding`: what the organization chose, what comes from above, and what holds.

use super::rows::{self, Chosen};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use shared::OrganizationId;
use shared::branding::Branding;
use shared::organization::OrganizationKind;
use shared::permission::needs;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::BrandingView>,
) -> ApiResult<web::Json<Branding>> {
    let organization = caller.organization();
    app.db
        .tenant(caller.scope(), async move |conn| load(conn, organization).await)
        .await
        .map(web::Json)
}

/// # Errors
/// The database's.
pub(super) async fn load(conn: &mut db::Conn, organization: OrganizationId) -> Result<Branding, ApiError> {
    let chosen = rows::load(conn, Some(organization)).await?;
    let (own, above) = chosen.split_first().ok_or_else(ApiError::not_found)?;
    Ok(Branding {
        own: own.own(),
        own_pictures: own.pictures(),
        inherited: rows::look(above),
        inherited_colour: rows::colour(above),
        inherited_sender_name: rows::sender_name(above),
        look: rows::look(&chosen),
        colour: rows::colour(&chosen),
        sign_in_path: path(own),
    })
}

/// Where anybody sees the sign-in page in this organization's look.
fn path(own: &Chosen) -> Option<String> {
    (own.kind() != Some(OrganizationKind::Platform)).then(|| format!("/agency/{}", own.slug))
}
