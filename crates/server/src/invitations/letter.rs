//! The message of an invitation, queued in the transaction that writes it.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::mail::messages::{AgencyInvitation, MemberInvitation, Registration};
use crate::mail::{self, Outgoing};
use db::Conn;
use db::schema::organizations;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::invitation::{Invitation, InvitationKind};

/// `secret` is the one whose hash was just stored.
///
/// # Errors
/// The database's.
pub async fn send(
    app: &App,
    conn: &mut Conn,
    organization: OrganizationId,
    invitation: &Invitation,
    message: &str,
    secret: &str,
) -> ApiResult<()> {
    let brand = mail::brand(app, conn, organization).await?;
    let name: String = organizations::table
        .find(organization.0)
        .select(organizations::name)
        .first(conn)
        .await?;
    let invited_by = invitation.invited_by.as_deref().unwrap_or(&brand.sender_name);
    let url = brand.link("/invite", secret);
    let expires_at = invitation.expires_at;
    let terms = || {
        invitation
            .terms
            .as_ref()
            .ok_or_else(|| ApiError::internal("an agency without terms"))
    };
    let (kind, letter) = match invitation.kind {
        InvitationKind::Member => {
            let letter = MemberInvitation {
                organization: &name,
                invited_by,
                role: invitation.role_label.as_deref().unwrap_or_default(),
                message,
                url,
                expires_at,
            };
            (MemberInvitation::KIND, letter.letter())
        }
        InvitationKind::Agency => {
            let letter = AgencyInvitation {
                platform: &brand.app_name,
                invited_by,
                terms: terms()?,
                message,
                url,
                expires_at,
            };
            (AgencyInvitation::KIND, letter.letter())
        }
        InvitationKind::Registration => {
            let letter = Registration {
                platform: &brand.app_name,
                company: &terms()?.company,
                url,
                expires_at,
            };
            (Registration::KIND, letter.letter())
        }
    };
    let outgoing = Outgoing {
        organization,
        to: &invitation.email,
        kind,
        letter,
    };
    mail::queue(app, conn, outgoing).await?;
    Ok(())
}
