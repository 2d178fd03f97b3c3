//! Accepting founds an agency, whose owner the person becomes, on the terms that he was offered.

use super::found::Found;
use super::join::take;
use super::person::Person;
use crate::accounts::link_secret::gone;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::organizations::{refusal, zone};
use crate::platform::Rules;
use db::schema::organizations::dsl;
use db::schema::{agency_terms, invitations, memberships, opening_credits};
use db::{Conn, Scope, audit};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::invitation::{AcceptInvitation, AgencyTerms, InvitationKind};
use shared::{OrganizationId, UserId};
use uuid::Uuid;

const OWNER: &str = "agency_owner";

/// In one transaction. The owner's role is given by the product and not by whoever invited: it gives everything in the new agency,
/// and nothing anywhere else.
///
/// # Errors
/// A taken or reserved address, `link_gone`, or the database's.
pub async fn found_agency(
    app: &App,
    found: Found,
    person: Person,
    request: AcceptInvitation,
    ip: Option<String>,
) -> ApiResult<(UserId, OrganizationId)> {
    if let Some(timezone) = &request.timezone {
        zone::check(timezone)?;
    }
    let terms = found
        .terms
        .clone()
        .ok_or_else(|| ApiError::internal("an agency without terms"))?;
    let agency = OrganizationId(Uuid::now_v7());
    app.db
        .tenant::<_, ApiError, _>(Scope::organization(found.organization), async move |conn| {
            if found.kind == InvitationKind::Registration && !Rules::load(conn).await?.settings.registration_open {
                return Err(gone("Agencies can not be registered at the moment. Try again later."));
            }
            let user = person.settle(conn, &found).await?;
            take(conn, &found, user).await?;
            make(conn, agency, &found, &request).await?;
            let details = json!({ "name": request.company.trim(), "slug": request.slug(), "kind": found.kind, "terms": terms });
            let entry = |organization, action, details| audit::Entry {
                organization,
                user: Some(user),
                action,
                subject: Some(agency.to_string()),
                details,
                ip: ip.clone(),
            };
            audit::record(conn, entry(found.organization, "agency.founded", details.clone())).await?;
            // From here on in the new agency.
            diesel::sql_query("SELECT set_config('app.organization_id', $1, true)")
                .bind::<Text, _>(agency.to_string())
                .execute(conn)
                .await?;
            own(conn, agency, user, &found, &terms).await?;
            audit::record(conn, entry(agency, "agency.founded", details)).await?;
            Ok((user, agency))
        })
        .await
}

async fn make(
    conn: &mut Conn,
    agency: OrganizationId,
    found: &Found,
    request: &AcceptInvitation,
) -> ApiResult<()> {
    let platform_zone: String = dsl::organizations
        .find(found.organization.0)
        .select(dsl::timezone)
        .first(conn)
        .await?;
    // Plain, without RETURNING: that would ask whether the new row is visible before its trigger has run.
    diesel::insert_into(dsl::organizations)
        .values((
            dsl::id.eq(agency.0),
            dsl::parent_id.eq(found.organization.0),
            dsl::kind.eq("agency"),
            dsl::name.eq(request.company.trim()),
            dsl::slug.eq(request.slug()),
            dsl::timezone.eq(request.timezone.as_deref().unwrap_or(&platform_zone)),
            dsl::contact_email.eq(found.email.as_str()),
        ))
        .execute(conn)
        .await
        .map_err(refusal)?;
    diesel::update(invitations::table.find(found.id.0))
        .set(invitations::founded_id.eq(agency.0))
        .execute(conn)
        .await?;
    Ok(())
}

async fn own(
    conn: &mut Conn,
    agency: OrganizationId,
    user: UserId,
    found: &Found,
    terms: &AgencyTerms,
) -> ApiResult<()> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::organization_id.eq(agency.0),
            memberships::user_id.eq(user.0),
            memberships::role.eq(OWNER),
        ))
        .execute(conn)
        .await?;
    diesel::insert_into(agency_terms::table)
        .values((
            agency_terms::organization_id.eq(agency.0),
            agency_terms::commission_basis_points.eq(terms.commission_basis_points),
            agency_terms::invitation_id.eq(found.id.0),
        ))
        .execute(conn)
        .await?;
    // Granted once; the ledger books it once, by the organization.
    if let (Some(currency), true) = (&terms.currency, terms.opening_credits_minor > 0) {
        diesel::insert_into(opening_credits::table)
            .values((
                opening_credits::organization_id.eq(agency.0),
                opening_credits::amount_minor.eq(terms.opening_credits_minor),
                opening_credits::currency.eq(currency),
                opening_credits::invitation_id.eq(found.id.0),
                opening_credits::granted_by.eq(found.inviter.map(|inviter| inviter.0)),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}
