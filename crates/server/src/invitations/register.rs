//! `POST /api/auth/register`: asks for an agency of one's own, where the platform lets anybody.
//!
//! The request only queues a job. A link goes to the address; who follows it goes on as with an invitation. Answer and time are the
//! same whether the address has an account or not.

use super::{letter, rows};
use crate::accounts::LinkSecret;
use crate::app::App;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::mail;
use crate::middleware::client_ip::client_ip;
use crate::platform::Rules;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use db::schema::invitations::dsl;
use db::{Conn, Scope};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::invitation::{InvitationKind, Register};
use shared::{Email, ErrorCode, InvitationId};
use uuid::Uuid;

/// 202, whoever asks.
pub async fn ask(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<Register>,
) -> ApiResult<HttpResponse> {
    let rules = app.platform_rules.get(&app.db).await?;
    if !rules.settings.registration_open {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            "Agencies are founded by invitation here. Ask the platform for one.",
        ));
    }
    mail::must_be_ready(&app)?;
    let email = body.validate().map_err(ApiError::Invalid)?;
    let ip = client_ip(&request, app.config.http.trust_proxy);
    app.public_limits
        .begin(ip, email.as_str())
        .map_err(ApiError::RateLimited)?;
    let job = RegisterAgency {
        company: body.company.trim().to_owned(),
        email,
    };
    let options = Enqueue {
        unique_key: Some(job.email.to_string()),
        ..Enqueue::default()
    };
    let mut conn = app.db.connection().await?;
    jobs::enqueue(&mut conn, &job, options)
        .await
        .map_err(ApiError::internal)?;
    Ok(HttpResponse::Accepted().finish())
}

/// Writes the invitation and its mail; one that is open is replaced, and its link with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RegisterAgency {
    email: Email,
    company: String,
}

impl BackgroundJob for RegisterAgency {
    const NAME: &'static str = "register_agency";
    type Context = App;

    async fn run(&self, app: App, _: JobMeta) -> Result<(), JobError> {
        let rules = Rules::load(&mut *app.db.connection().await?).await?;
        if !rules.settings.registration_open {
            return Ok(());
        }
        let (job, context) = (self.clone(), app.clone());
        app.db
            .tenant::<_, ApiError, _>(Scope::organization(rules.platform), async move |conn| {
                let secret = LinkSecret::fresh();
                if !clear_the_way(conn, &rules, &job.email).await? {
                    return Ok(());
                }
                let id = InvitationId(Uuid::now_v7());
                diesel::insert_into(dsl::invitations)
                    .values((
                        dsl::id.eq(id.0),
                        dsl::organization_id.eq(rules.platform.0),
                        dsl::kind.eq(InvitationKind::Registration.as_str()),
                        dsl::email.eq(job.email.as_str()),
                        dsl::token_hash.eq(secret.hash),
                        dsl::company.eq(&job.company),
                        dsl::commission_basis_points.eq(rules.settings.registration_commission_basis_points),
                        dsl::expires_at.eq(rules.invitation_end()),
                    ))
                    .execute(conn)
                    .await?;
                let invitation = rows::one(conn, false, id).await?;
                letter::send(&context, conn, rules.platform, &invitation, "", &secret.text).await
            })
            .await?;
        Ok(())
    }
}

/// Whether a link may be sent: an invitation of the platform's own offers better terms and stays.
async fn clear_the_way(conn: &mut Conn, rules: &Rules, email: &Email) -> ApiResult<bool> {
    let of_address = dsl::invitations
        .filter(dsl::organization_id.eq(rules.platform.0))
        .filter(dsl::email.eq(email.as_str()))
        .filter(dsl::state.eq("open"));
    let over = dsl::kind
        .eq(InvitationKind::Registration.as_str())
        .or(dsl::expires_at.le(Utc::now()));
    diesel::update(of_address.filter(dsl::kind.ne("member")).filter(over))
        .set((dsl::state.eq("revoked"), dsl::settled_at.eq(Utc::now())))
        .execute(conn)
        .await?;
    let invited = of_address.filter(dsl::kind.eq(InvitationKind::Agency.as_str()));
    let exists = diesel::select(diesel::dsl::exists(invited))
        .get_result::<bool>(conn)
        .await?;
    Ok(!exists)
}
