//! `POST /api/auth/invitation/accept`: joins the organization, or founds the agency, and works there from now on.

use super::person::{self, Person};
use super::{found, found_agency, join};
use crate::accounts;
use crate::accounts::link_secret::hash_of;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::session::{self, Place};
use crate::auth::{new_password, password};
use crate::error::{ApiError, ApiResult};
use crate::middleware::client_ip::client_ip;
use actix_session::Session;
use actix_web::{HttpRequest, web};
use chrono::Utc;
use db::partitions::Partitioned;
use shared::auth::Session as SessionReply;
use shared::invitation::{AcceptInvitation, InvitedAccount};

/// A new person chooses name and password; one with an account has signed in with the invited address.
pub async fn accept(
    app: web::Data<App>,
    request: HttpRequest,
    session: Session,
    Json(body): Json<AcceptInvitation>,
) -> ApiResult<web::Json<SessionReply>> {
    let ip = client_ip(&request, app.config.http.trust_proxy);
    let found = found::find(&app, ip, hash_of(&body.token)?).await?;
    let signed_in = person::of(&app, &session, &found).await?;
    let account = match signed_in {
        Some(_) => InvitedAccount::Existing,
        None => InvitedAccount::New,
    };
    body.validate(found.kind, account).map_err(ApiError::Invalid)?;
    let person = match signed_in {
        Some(user) => Person::SignedIn(user),
        None => {
            let about = [
                found.email.as_str(),
                body.name.trim(),
                &found.organization_name,
                body.company.trim(),
            ];
            let about: Vec<_> = about.into_iter().filter(|known| !known.is_empty()).collect();
            new_password::accept("password", &body.password, &about)
                .map_err(|error| ApiError::Invalid(vec![error]))?;
            Person::New {
                name: body.name.trim().to_owned(),
                password_hash: password::hash(body.password.clone()).await?,
            }
        }
    };
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let ip = ip.map(|ip| ip.to_string());
    let (user, organization) = if found.kind.founds() {
        found_agency::found_agency(&app, found, person, body, ip).await?
    } else {
        join::join(&app, found, person, ip).await?
    };
    // Told to every server by the database; this one need not wait for it.
    app.principals.forget_all();
    match signed_in {
        Some(_) => session::move_to(&session, organization, false)?,
        None => session::begin(&session, Place { user, organization })?,
    }
    accounts::session::describe(&app, user, organization, None)
        .await
        .map(web::Json)
}
