//! Accepting makes a membership.

use super::found::Found;
use super::person::Person;
use crate::accounts::link_secret::gone;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::organizations;
use chrono::Utc;
use db::schema::invitations::dsl;
use db::schema::{agents, member_agents, memberships, organizations as organization_rows};
use db::{Conn, Scope, audit};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::organization::OrganizationKind;
use shared::role::RoleTemplate;
use shared::{ErrorCode, OrganizationId, UserId};
use uuid::Uuid;

/// In one transaction, whose author is whoever invited: what he may not give any more is refused by the database.
///
/// # Errors
/// `link_gone`, `limit_reached`, `conflict`, or the database's.
pub async fn join(
    app: &App,
    found: Found,
    person: Person,
    ip: Option<String>,
) -> ApiResult<(UserId, OrganizationId)> {
    let inviter = found
        .inviter
        .ok_or_else(|| gone("Whoever invited you is gone. Ask for a new invitation."))?;
    let scope = Scope {
        organization: Some(found.organization),
        user: Some(inviter),
        agents: None,
        ..db::Scope::default()
    };
    app.db
        .tenant::<_, ApiError, _>(scope, async move |conn| {
            let user = person.settle(conn, &found).await?;
            let agents = take(conn, &found, user).await?;
            become_member(conn, &found, user, agents.as_deref()).await?;
            let entry = audit::Entry {
                organization: found.organization,
                user: Some(user),
                action: "invitation.accepted",
                subject: Some(found.id.to_string()),
                details: json!({ "email": found.email, "role": found.role_label, "invited_by": inviter }),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok((user, found.organization))
        })
        .await
}

/// Uses the invitation up; of two who come at once the second finds it used. The agents, where he sees some only.
///
/// # Errors
/// `link_gone`.
pub(super) async fn take(conn: &mut Conn, found: &Found, user: UserId) -> ApiResult<Option<Vec<Uuid>>> {
    let open = dsl::invitations
        .find(found.id.0)
        .filter(dsl::state.eq("open"))
        .filter(dsl::token_hash.eq(&found.token_hash))
        .filter(dsl::expires_at.gt(diesel::dsl::now));
    let taken: Option<(bool, Vec<Uuid>)> = diesel::update(open)
        .set((
            dsl::state.eq("accepted"),
            dsl::settled_at.eq(Utc::now()),
            dsl::accepted_by.eq(user.0),
        ))
        .returning((dsl::only_assigned_agents, dsl::agent_ids))
        .get_result(conn)
        .await
        .optional()?;
    match taken {
        None => Err(gone(
            "The invitation was used or changed meanwhile. Look for a newer one in your mail.",
        )),
        Some((only_assigned, agents)) => Ok(only_assigned.then_some(agents)),
    }
}

async fn become_member(
    conn: &mut Conn,
    found: &Found,
    user: UserId,
    only_agents: Option<&[Uuid]>,
) -> ApiResult<()> {
    let role = match &found.role {
        Some(role) => role.clone(),
        // An own role stands in the place of the template, whose key is not read.
        None => {
            let kind: String = organization_rows::table
                .find(found.organization.0)
                .select(organization_rows::kind)
                .first(conn)
                .await?;
            let kind = OrganizationKind::parse(&kind);
            let lowest = kind.and_then(|kind| RoleTemplate::of_kind(kind).last());
            lowest
                .ok_or_else(|| ApiError::internal("a kind without roles"))?
                .key
                .to_owned()
        }
    };
    diesel::insert_into(memberships::table)
        .values((
            memberships::organization_id.eq(found.organization.0),
            memberships::user_id.eq(user.0),
            memberships::role.eq(role),
            memberships::role_id.eq(found.role_id),
            memberships::only_assigned_agents.eq(only_agents.is_some()),
        ))
        .execute(conn)
        .await
        .map_err(refusal)?;
    // Agents that were removed meanwhile are left out.
    let known: Vec<Uuid> = agents::table
        .filter(agents::id.eq_any(only_agents.unwrap_or_default()))
        .select(agents::id)
        .load(conn)
        .await?;
    let rows: Vec<_> = known
        .into_iter()
        .map(|agent| {
            (
                member_agents::organization_id.eq(found.organization.0),
                member_agents::user_id.eq(user.0),
                member_agents::agent_id.eq(agent),
            )
        })
        .collect();
    diesel::insert_into(member_agents::table)
        .values(rows)
        .execute(conn)
        .await
        .map_err(refusal)?;
    Ok(())
}

/// What the rules about members say, for the one who comes.
fn refusal(error: Error) -> ApiError {
    let Error::DatabaseError(kind, info) = &error else {
        return error.into();
    };
    let message = info.message();
    if matches!(kind, DatabaseErrorKind::UniqueViolation) {
        let text = "You belong to this organization already. Sign in to go on.";
        return ApiError::because(ErrorCode::Conflict, text);
    }
    if message == "delegation ceiling"
        || message == "not an agent of the author"
        || message.starts_with("role ")
    {
        return gone("Whoever invited you may not give this role any more. Ask for a new invitation.");
    }
    if message == "limit reached" {
        return ApiError::because(
            ErrorCode::LimitReached,
            "The organization has no free seat. Ask whoever invited you; the invitation stays open until then.",
        );
    }
    organizations::refusal(error)
}
