//! `POST /api/members/invitations` and `POST /api/agencies/invitations`: invites somebody by mail.

use super::{entry, letter, rows};
use crate::accounts::LinkSecret;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::ceiling::wrong_role;
use crate::auth::{Caller, Principal};
use crate::error::{ApiError, ApiResult};
use crate::mail;
use crate::organizations::must_be_platform;
use crate::platform::Rules;
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::invitations::dsl;
use db::schema::{agents, memberships, users};
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::invitation::{CreateAgencyInvitation, CreateInvitation, Invitation, InvitationKind};
use shared::permission::needs;
use shared::role::RoleTemplate;
use shared::{AgentId, Email, ErrorCode, InvitationId, OrganizationId, Permission, UserId};
use std::sync::Arc;
use uuid::Uuid;

/// What is stored of an invitation, apart from its secret and its end.
#[derive(Default)]
struct New {
    kind: &'static str,
    message: String,
    role: Option<&'static str>,
    role_id: Option<Uuid>,
    only_assigned_agents: bool,
    agents: Vec<AgentId>,
    company: Option<String>,
    commission_basis_points: Option<i32>,
    opening_credits_minor: Option<i64>,
    currency: Option<String>,
}

/// 201. A role above one's own standing is refused by the database.
pub async fn of_member(
    app: web::Data<App>,
    caller: Caller<needs::MembersInvite>,
    Json(request): Json<CreateInvitation>,
) -> ApiResult<HttpResponse> {
    let invitation = member(&app, caller.principal(), caller.ip(), request).await?;
    Ok(HttpResponse::Created().json(invitation))
}

/// Invites a member in the name of `author`.
///
/// # Errors
/// What is wrong with the request, what its author may not, or the database's.
pub async fn member(
    app: &App,
    author: &Arc<Principal>,
    ip: Option<String>,
    request: CreateInvitation,
) -> ApiResult<Invitation> {
    let email = request.validate().map_err(ApiError::Invalid)?;
    if request.only_assigned_agents && !author.permissions.contains(Permission::AgentsAssign) {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            format!("Needs the permission {}", Permission::AgentsAssign.code()),
        ));
    }
    let (role, role_id) = match RoleTemplate::find(&request.role) {
        Some(template) if template.is_owner() && request.only_assigned_agents => {
            return Err(ApiError::field(
                "only_assigned_agents",
                "An owner sees all agents. Give another role to show some only",
            ));
        }
        Some(template) => (Some(template.key), None),
        None => (
            None,
            Some(request.role.parse().map_err(|_not_an_id| wrong_role())?),
        ),
    };
    let new = New {
        kind: InvitationKind::Member.as_str(),
        message: request.message.trim().to_owned(),
        role,
        role_id,
        only_assigned_agents: request.only_assigned_agents,
        agents: if request.only_assigned_agents {
            request.agents
        } else {
            Vec::new()
        },
        ..New::default()
    };
    send(app, author, ip, email, new).await
}

/// 201.
pub async fn of_agency(
    app: web::Data<App>,
    caller: Caller<needs::AgenciesInvite>,
    Json(request): Json<CreateAgencyInvitation>,
) -> ApiResult<HttpResponse> {
    must_be_platform(caller.principal())?;
    let email = request.validate().map_err(ApiError::Invalid)?;
    let credits = Some(request.opening_credits_minor).filter(|credits| *credits > 0);
    let new = New {
        kind: InvitationKind::Agency.as_str(),
        message: request.message.trim().to_owned(),
        company: Some(request.company.trim().to_owned()),
        commission_basis_points: Some(request.commission_basis_points),
        opening_credits_minor: credits,
        currency: credits.and(request.currency),
        ..New::default()
    };
    let invitation = send(&app, caller.principal(), caller.ip(), email, new).await?;
    Ok(HttpResponse::Created().json(invitation))
}

async fn send(
    app: &App,
    author: &Arc<Principal>,
    ip: Option<String>,
    email: Email,
    new: New,
) -> ApiResult<Invitation> {
    mail::must_be_ready(app)?;
    // Nobody's mailbox is filled through us, whoever asks for it.
    app.public_limits
        .begin(None, email.as_str())
        .map_err(ApiError::RateLimited)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (context, user, organization) = (app.clone(), author.user.id, author.organization.id);
    app.db
        .tenant::<_, ApiError, _>(author.scope(), async move |conn| {
            let is_member = new.kind == InvitationKind::Member.as_str();
            clear_the_way(conn, organization, &email, is_member).await?;
            known_agents(conn, &new.agents).await?;
            let secret = LinkSecret::fresh();
            let id = write(conn, organization, user, &email, &new, secret.hash).await?;
            let invitation = rows::one(conn, is_member, id).await?;
            letter::send(
                &context,
                conn,
                organization,
                &invitation,
                &new.message,
                &secret.text,
            )
            .await?;
            audit::record(
                conn,
                entry(organization, user, "invitation.sent", &invitation, ip),
            )
            .await?;
            Ok::<Invitation, ApiError>(invitation)
        })
        .await
}

/// Refuses whom it would be sent to in vain, and closes one whose time is over.
async fn clear_the_way(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &Email,
    is_member: bool,
) -> ApiResult<()> {
    let member = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::organization_id.eq(organization.0))
        .filter(users::email.eq(email.as_str()));
    let exists = diesel::select(diesel::dsl::exists(member));
    if is_member && exists.get_result::<bool>(conn).await? {
        return Err(ApiError::field(
            "email",
            "This address belongs to a member already",
        ));
    }
    let open = dsl::invitations
        .filter(dsl::organization_id.eq(organization.0))
        .filter(dsl::kind.eq("member").eq(is_member))
        .filter(dsl::email.eq(email.as_str()))
        .filter(dsl::state.eq("open"));
    diesel::update(open.filter(dsl::expires_at.le(diesel::dsl::now)))
        .set((dsl::state.eq("revoked"), dsl::settled_at.eq(diesel::dsl::now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Of those that the author sees.
async fn known_agents(conn: &mut Conn, wanted: &[AgentId]) -> ApiResult<()> {
    let ids: Vec<Uuid> = wanted.iter().map(|agent| agent.0).collect();
    let visible: Vec<Uuid> = agents::table
        .filter(agents::id.eq_any(&ids))
        .select(agents::id)
        .load(conn)
        .await?;
    match ids.iter().find(|id| !visible.contains(id)) {
        Some(unknown) => Err(ApiError::field("agents", format!("There is no agent {unknown}"))),
        None => Ok(()),
    }
}

async fn write(
    conn: &mut Conn,
    organization: OrganizationId,
    author: UserId,
    email: &Email,
    new: &New,
    token_hash: Vec<u8>,
) -> ApiResult<InvitationId> {
    let id = InvitationId(Uuid::now_v7());
    let rules = Rules::load(conn).await?;
    diesel::insert_into(dsl::invitations)
        .values((
            (
                dsl::id.eq(id.0),
                dsl::organization_id.eq(organization.0),
                dsl::kind.eq(new.kind),
                dsl::email.eq(email.as_str()),
                dsl::token_hash.eq(token_hash),
                dsl::invited_by.eq(author.0),
                dsl::message.eq(&new.message),
                dsl::expires_at.eq(rules.invitation_end()),
            ),
            (
                dsl::role.eq(new.role),
                dsl::role_id.eq(new.role_id),
                dsl::only_assigned_agents.eq(new.only_assigned_agents),
                dsl::agent_ids.eq(new.agents.iter().map(|agent| agent.0).collect::<Vec<_>>()),
            ),
            (
                dsl::company.eq(&new.company),
                dsl::commission_basis_points.eq(new.commission_basis_points),
                dsl::opening_credits_minor.eq(new.opening_credits_minor),
                dsl::currency.eq(&new.currency),
            ),
        ))
        .execute(conn)
        .await
        .map_err(refusal)?;
    Ok(id)
}

fn refusal(error: diesel::result::Error) -> ApiError {
    use diesel::result::{DatabaseErrorKind, Error};
    match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
            if info.constraint_name() == Some("invitations_one_open") =>
        {
            ApiError::field(
                "email",
                "This address is invited already. Send that invitation again, or revoke it first",
            )
        }
        _ => error.into(),
    }
}
