//! `PATCH /api/members/{user}`: role, grants, denials and agents of a member. The database refuses what is above the author.

use super::{ask_rules_now, one_at_a_time, refuse_higher, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::auth::ceiling::wrong_role;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::{agents, member_agents, memberships};
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::member::{Member, UpdateMember};
use shared::permission::needs;
use shared::role::RoleTemplate;
use shared::{AgentId, ErrorCode, OrganizationId, Permission, PermissionSet, UserId};
use std::collections::BTreeSet;
use uuid::Uuid;

pub async fn update(
    app: web::Data<App>,
    caller: Caller<needs::MembersEdit>,
    user: web::Path<UserId>,
    Json(request): Json<UpdateMember>,
) -> ApiResult<web::Json<Member>> {
    let (grants, denials) = request.validate().map_err(ApiError::Invalid)?;
    let about_agents = request.only_assigned_agents.is_some() || request.agents.is_some();
    if about_agents && !caller.may(Permission::AgentsAssign) {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            format!("Needs the permission {}", Permission::AgentsAssign.code()),
        ));
    }
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, organization, ip) = (*user, caller.organization(), caller.ip());
    let author = caller.principal().clone();
    let member = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            one_at_a_time(conn).await?;
            let before = row::one(conn, user).await?;
            refuse_higher(&author, user, &before)?;
            let before = before.member;
            let change = Change {
                role: Role::parse(request.role.as_deref().unwrap_or(&before.role))?,
                grants: grants.unwrap_or_else(|| before.grants.clone()),
                denials: denials.unwrap_or_else(|| before.denials.clone()),
                only_assigned_agents: request
                    .only_assigned_agents
                    .unwrap_or(before.only_assigned_agents),
            };
            change.write(conn, organization, user).await?;
            if let Some(agents) = request.agents {
                assign(conn, organization, user, agents).await?;
            }
            ask_rules_now(conn).await?;
            let after = row::one(conn, user).await?.member;
            let entry = audit::Entry {
                organization,
                user: Some(author.user.id),
                action: "member.updated",
                subject: Some(user.to_string()),
                details: json!({ "before": rights(&before), "after": rights(&after) }),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(after)
        })
        .await?;
    // Told to every server by the database; this one need not wait for it.
    app.principals.forget_all();
    Ok(web::Json(member))
}

/// What the audit log keeps.
fn rights(member: &Member) -> serde_json::Value {
    json!({
        "role": member.role,
        "role_label": member.role_label,
        "grants": member.grants,
        "denials": member.denials,
        "only_assigned_agents": member.only_assigned_agents,
        "agents": member.agents.iter().map(|agent| agent.id).collect::<Vec<_>>(),
    })
}

enum Role {
    Template(&'static RoleTemplate),
    Own(Uuid),
}

impl Role {
    fn parse(text: &str) -> ApiResult<Self> {
        match RoleTemplate::find(text) {
            Some(template) => Ok(Self::Template(template)),
            None => text.parse().map(Self::Own).map_err(|_not_an_id| wrong_role()),
        }
    }
}

struct Change {
    role: Role,
    grants: PermissionSet,
    denials: PermissionSet,
    only_assigned_agents: bool,
}

impl Change {
    async fn write(&self, conn: &mut Conn, organization: OrganizationId, user: UserId) -> ApiResult<()> {
        // An owner who can not do everything would be one in name only, and the last one could lock himself out.
        let is_owner = matches!(self.role, Role::Template(template) if template.is_owner());
        if is_owner && !self.denials.is_empty() {
            return Err(ApiError::field(
                "denials",
                "An owner may do everything. Give another role to deny something",
            ));
        }
        if is_owner && self.only_assigned_agents {
            return Err(ApiError::field(
                "only_assigned_agents",
                "An owner sees all agents. Give another role to show some only",
            ));
        }
        let codes = |set: &PermissionSet| set.iter().map(Permission::code).collect::<Vec<_>>();
        let target = memberships::table.find((organization.0, user.0));
        match self.role {
            Role::Template(template) => {
                diesel::update(target)
                    .set((
                        memberships::role.eq(template.key),
                        memberships::role_id.eq(None::<Uuid>),
                        memberships::grants.eq(codes(&self.grants)),
                        memberships::denials.eq(codes(&self.denials)),
                        memberships::only_assigned_agents.eq(self.only_assigned_agents),
                        memberships::updated_at.eq(diesel::dsl::now),
                    ))
                    .execute(conn)
                    .await?
            }
            Role::Own(id) => {
                diesel::update(target)
                    .set((
                        memberships::role_id.eq(Some(id)),
                        memberships::grants.eq(codes(&self.grants)),
                        memberships::denials.eq(codes(&self.denials)),
                        memberships::only_assigned_agents.eq(self.only_assigned_agents),
                        memberships::updated_at.eq(diesel::dsl::now),
                    ))
                    .execute(conn)
                    .await?
            }
        };
        Ok(())
    }
}

/// Gives the member these agents and no others. Agents that the author does not see stay as they were.
async fn assign(
    conn: &mut Conn,
    organization: OrganizationId,
    user: UserId,
    wanted: Vec<AgentId>,
) -> ApiResult<()> {
    let wanted: BTreeSet<Uuid> = wanted.into_iter().map(|agent| agent.0).collect();
    let visible: Vec<Uuid> = agents::table.select(agents::id).load(conn).await?;
    if let Some(unknown) = wanted.iter().find(|id| !visible.contains(id)) {
        return Err(ApiError::field("agents", format!("There is no agent {unknown}")));
    }
    diesel::delete(
        member_agents::table
            .filter(member_agents::user_id.eq(user.0))
            .filter(member_agents::agent_id.eq_any(&visible)),
    )
    .execute(conn)
    .await?;
    let rows: Vec<_> = wanted
        .into_iter()
        .map(|agent| {
            (
                member_agents::organization_id.eq(organization.0),
                member_agents::user_id.eq(user.0),
                member_agents::agent_id.eq(agent),
            )
        })
        .collect();
    diesel::insert_into(member_agents::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}
