//! An organization by its slug, for the command line.

use anyhow::Context;
use db::diesel::sql_types::{Text, Uuid};
use db::diesel::{self, ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName};
use db::diesel_async::RunQueryDsl;
use db::schema::organizations;
use db::{Db, Scope};
use shared::OrganizationId;
use shared::organization::{Organization, OrganizationKind, OrganizationStatus};

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Uuid)]
    id: uuid::Uuid,
}

/// The platform's id; the platform is made when there is none.
///
/// # Errors
/// The database's.
pub async fn platform(db: &Db, name: &str, slug: &str, timezone: &str) -> Result<OrganizationId, db::Error> {
    let mut conn = db.connection().await?;
    let made = diesel::sql_query("SELECT create_platform($1, $2, $3, $4) AS id")
        .bind::<Uuid, _>(uuid::Uuid::now_v7())
        .bind::<Text, _>(name)
        .bind::<Text, _>(slug)
        .bind::<Text, _>(timezone)
        .get_result::<Made>(&mut conn)
        .await?;
    Ok(OrganizationId(made.id))
}

/// The organization with that slug, or the platform, which is made when there is none.
///
/// # Errors
/// When there is no such organization, or the database's.
pub async fn find_organization(db: &Db, slug: Option<&str>) -> anyhow::Result<Organization> {
    let platform = platform(db, "EchoSensei", "platform", "UTC").await?;
    let wanted = slug.map(str::to_owned);
    type Row = (uuid::Uuid, String, String, String, String);
    let row: Option<Row> = db
        .tenant(Scope::organization(platform), async move |conn| {
            let mut query = organizations::table
                .select((
                    organizations::id,
                    organizations::name,
                    organizations::slug,
                    organizations::kind,
                    organizations::timezone,
                ))
                .into_boxed();
            query = match wanted {
                Some(slug) => query.filter(organizations::slug.eq(slug)),
                None => query.filter(organizations::id.eq(platform.0)),
            };
            Ok::<_, db::Error>(query.first(conn).await.optional()?)
        })
        .await?;
    let (id, name, slug, kind, timezone) = row.with_context(|| {
        format!(
            "there is no organization with the slug {}",
            slug.unwrap_or_default()
        )
    })?;
    let kind =
        OrganizationKind::parse(&kind).with_context(|| format!("unknown kind of organization {kind}"))?;
    Ok(Organization {
        id: OrganizationId(id),
        name,
        slug,
        kind,
        timezone,
        status: OrganizationStatus::Active,
    })
}
