//! Seeding; done twice it changes nothing.

use super::accounts::{ACCOUNTS, PASSWORD};
use crate::accounts::{NewUser, create_user, platform};
use crate::auth::password;
use anyhow::Context;
use db::diesel::result::DatabaseErrorKind;
use db::diesel::result::Error::{DatabaseError, NotFound};
use db::diesel::{self, ExpressionMethods, OptionalExtension, QueryDsl};
use db::diesel_async::RunQueryDsl;
use db::schema::{organizations, users};
use db::{Db, Scope};
use shared::organization::OrganizationKind;
use shared::role::RoleTemplate;
use shared::{Email, OrganizationId};
use std::collections::HashMap;

const ZONE: &str = "Europe/Berlin";

/// The organizations of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Seeded {
    pub platform: OrganizationId,
    pub agency: OrganizationId,
    /// The one with accounts.
    pub customer: OrganizationId,
    pub other_customer: OrganizationId,
}

/// Organizations and accounts.
///
/// # Errors
/// The database's.
pub async fn seed_accounts(db: &Db) -> anyhow::Result<Seeded> {
    let platform = platform(db, "EchoSensei", "platform", "UTC").await?;
    let agency = organization(
        db,
        platform,
        OrganizationKind::Agency,
        "Northwind Voice",
        "northwind-voice",
    )
    .await?;
    let customer = organization(
        db,
        agency,
        OrganizationKind::Customer,
        "Harbor Dental",
        "harbor-dental",
    )
    .await?;
    let other = organization(
        db,
        agency,
        OrganizationKind::Customer,
        "Alpine Travel",
        "alpine-travel",
    )
    .await?;
    let by_slug = HashMap::from([
        ("platform", platform),
        ("northwind-voice", agency),
        ("harbor-dental", customer),
        ("alpine-travel", other),
    ]);
    for (email, name, role, slug, _) in ACCOUNTS {
        let organization = *by_slug.get(slug).context("a demo account of no organization")?;
        let role = RoleTemplate::find(role).context("a demo account of no role")?.key;
        account(db, organization, Email::parse(email)?, name, role).await?;
    }
    Ok(Seeded {
        platform,
        agency,
        customer,
        other_customer: other,
    })
}

async fn organization(
    db: &Db,
    parent: OrganizationId,
    kind: OrganizationKind,
    name: &'static str,
    slug: &'static str,
) -> Result<OrganizationId, db::Error> {
    if let Some(known) = by_slug(db, parent, slug).await? {
        return Ok(known);
    }
    let id = OrganizationId(uuid::Uuid::now_v7());
    // Plain, without ON CONFLICT or RETURNING: both would ask whether the new row is visible, which it is only once
    // its trigger has run.
    let inserted = db
        .tenant(Scope::organization(parent), async move |conn| {
            diesel::insert_into(organizations::table)
                .values((
                    organizations::id.eq(id.0),
                    organizations::parent_id.eq(parent.0),
                    organizations::kind.eq(kind.as_str()),
                    organizations::name.eq(name),
                    organizations::slug.eq(slug),
                    organizations::timezone.eq(ZONE),
                ))
                .execute(conn)
                .await?;
            Ok::<_, db::Error>(())
        })
        .await;
    match inserted {
        Ok(()) => Ok(id),
        // Another server seeded at the same moment.
        Err(db::Error::Query(DatabaseError(DatabaseErrorKind::UniqueViolation, _))) => {
            by_slug(db, parent, slug).await?.ok_or(db::Error::Query(NotFound))
        }
        Err(error) => Err(error),
    }
}

async fn by_slug(
    db: &Db,
    parent: OrganizationId,
    slug: &'static str,
) -> Result<Option<OrganizationId>, db::Error> {
    db.tenant(Scope::organization(parent), async move |conn| {
        let id: Option<uuid::Uuid> = organizations::table
            .filter(organizations::slug.eq(slug))
            .select(organizations::id)
            .first(conn)
            .await
            .optional()?;
        Ok(id.map(OrganizationId))
    })
    .await
}

/// Hashing is slow, so a known account is left alone before it.
async fn account(
    db: &Db,
    organization: OrganizationId,
    email: Email,
    name: &'static str,
    role: &'static str,
) -> anyhow::Result<()> {
    let known: Option<uuid::Uuid> = {
        let mut conn = db.connection().await?;
        users::table
            .filter(users::email.eq(email.as_str()))
            .select(users::id)
            .first(&mut conn)
            .await
            .optional()?
    };
    if known.is_some() {
        return Ok(());
    }
    let password_hash = password::hash(PASSWORD.to_owned()).await?;
    let new = NewUser {
        email,
        name: name.to_owned(),
        password_hash,
        organization,
        role,
    };
    db.tenant(Scope::organization(organization), async move |conn| {
        create_user(conn, new).await?;
        Ok::<_, db::Error>(())
    })
    .await?;
    Ok(())
}
