//! Looks and hosts of late, so that the steady state asks the database nothing, whoever asks.
//!
//! Every change is told to every server by the database (`brand` channel), which then begins a new generation: an answer
//! that was on its way meanwhile belongs to the old one, and nobody finds it any more.

use super::rows;
use crate::config::Config;
use crate::error::ApiError;
use crate::spa;
use db::Db;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;
use moka::future::Cache;
use shared::branding::Look;
use shared::{OrganizationId, slug};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// For a server whose listening connection is down.
const REMEMBERED_FOR: Duration = Duration::from_secs(600);
/// A page waits no longer for its look; it is shown in the product's own then.
const PATIENCE: Duration = Duration::from_secs(2);

/// How an organization looks.
#[derive(Clone, Debug)]
pub struct Brand {
    /// The organization, then those above it.
    pub path: Vec<OrganizationId>,
    pub look: Look,
    pub colour: Option<String>,
}

pub struct Brands {
    db: Db,
    base_domain: Option<String>,
    public_host: Option<String>,
    generation: AtomicU64,
    hosts: Cache<(u64, String), Option<OrganizationId>>,
    looks: Cache<(u64, Option<OrganizationId>), Arc<Brand>>,
    /// By organization and by the build that it was made of.
    pub(super) pages: Cache<(u64, Option<OrganizationId>, String), Arc<spa::File>>,
}

impl Brands {
    pub fn new(db: Db, config: &Config) -> Self {
        Self {
            db,
            base_domain: config.branding.base_domain.clone(),
            public_host: config.http.public_url.host_str().map(str::to_lowercase),
            generation: AtomicU64::new(0),
            hosts: cache(20_000),
            looks: cache(5_000),
            pages: cache(500),
        }
    }

    /// Something of somebody's look or hosts changed. That is rare and a look is shared by all below, so all are asked anew.
    pub fn forget_all(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.hosts.invalidate_all();
        self.looks.invalidate_all();
        self.pages.invalidate_all();
    }

    pub(super) fn generation(&self) -> u64 {
        AtomicU64::load(&self.generation, Ordering::SeqCst)
    }

    /// Whether the name is the platform's own, or this machine's: it belongs to nobody, and the database is not asked.
    pub fn is_own(&self, host: &str) -> bool {
        self.public_host.as_deref() == Some(host)
            || self.base_domain.as_deref() == Some(host)
            || host == "localhost"
            || host.parse::<IpAddr>().is_ok()
    }

    /// Whether the answer about this host is known without asking the database.
    pub fn knows(&self, host: &str) -> bool {
        self.is_own(host) || self.hosts.contains_key(&(self.generation(), host.to_owned()))
    }

    /// Whose host this is: lower case, without a port. Nobody's is an answer too, and remembered.
    ///
    /// # Errors
    /// The database's.
    pub async fn at_host(&self, host: &str) -> Result<Option<OrganizationId>, ApiError> {
        if self.is_own(host) {
            return Ok(None);
        }
        let below = self
            .base_domain
            .as_deref()
            .and_then(|base| host.strip_suffix(base)?.strip_suffix('.'));
        match below {
            // Below our own domain nobody has a domain of his own.
            Some(name) if slug::complaint(name).is_some() => Ok(None),
            Some(name) => self.lookup(host, None, Some(name)).await,
            None => self.lookup(host, Some(host), None).await,
        }
    }

    /// Who is reached at `/agency/{slug}`.
    ///
    /// # Errors
    /// The database's.
    pub async fn at_path(&self, slug: &str) -> Result<Option<OrganizationId>, ApiError> {
        if slug::complaint(slug).is_some() {
            return Ok(None);
        }
        // No host begins with a slash.
        self.lookup(&format!("/{slug}"), None, Some(slug)).await
    }

    async fn lookup(
        &self,
        key: &str,
        domain: Option<&str>,
        slug: Option<&str>,
    ) -> Result<Option<OrganizationId>, ApiError> {
        let key = (self.generation(), key.to_owned());
        let asked = self.hosts.try_get_with(key, ask_host(&self.db, domain, slug));
        asked.await.map_err(|error: Arc<ApiError>| again(&error))
    }

    /// How it looks; `None`: the platform.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(&self, organization: Option<OrganizationId>) -> Result<Arc<Brand>, ApiError> {
        let key = (self.generation(), organization);
        let asked = self.looks.try_get_with(key, ask_look(&self.db, organization));
        asked.await.map_err(|error: Arc<ApiError>| again(&error))
    }

    /// The look of a page. While the database is away it is the product's own: a page must come all the same.
    pub async fn shown(&self, organization: Option<OrganizationId>) -> Arc<Brand> {
        match tokio::time::timeout(PATIENCE, self.of(organization)).await {
            Ok(Ok(brand)) => brand,
            failed => {
                tracing::warn!(?failed, "a page is shown in the product's own look");
                Arc::new(Brand {
                    path: Vec::new(),
                    look: Look::default(),
                    colour: None,
                })
            }
        }
    }

    /// What a page that belongs to `wanted` is shown in on a host of `host`: of an organization that is not at or below the
    /// host's nothing is told there.
    pub async fn on_host(
        &self,
        host: Option<OrganizationId>,
        wanted: Option<OrganizationId>,
    ) -> (Option<OrganizationId>, Arc<Brand>) {
        if let Some(wanted) = wanted {
            let brand = self.shown(Some(wanted)).await;
            let fits = host.is_none_or(|host| brand.path.contains(&host));
            if fits && !brand.path.is_empty() {
                return (Some(wanted), brand);
            }
        }
        (host, self.shown(host).await)
    }

    /// Name below the platform's own domain.
    pub fn subdomain(&self, slug: &str) -> Option<String> {
        self.base_domain.as_ref().map(|base| format!("{slug}.{base}"))
    }
}

fn cache<K, V>(entries: u64) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(entries)
        .time_to_live(REMEMBERED_FOR)
        .build()
}

/// All who waited for the same answer get the same error.
fn again(error: &ApiError) -> ApiError {
    match error.code() {
        shared::ErrorCode::Internal => ApiError::internal(error),
        code => ApiError::refused(code),
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<uuid::Uuid>,
}

async fn ask_host(
    db: &Db,
    domain: Option<&str>,
    slug: Option<&str>,
) -> Result<Option<OrganizationId>, ApiError> {
    let mut conn = db.connection().await?;
    let found: Option<Found> = diesel::sql_query("SELECT organization_of_host($1, $2) AS id")
        .bind::<Nullable<Text>, _>(domain)
        .bind::<Nullable<Text>, _>(slug)
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(found.and_then(|row| row.id).map(OrganizationId))
}

async fn ask_look(db: &Db, organization: Option<OrganizationId>) -> Result<Arc<Brand>, ApiError> {
    let mut conn = db.connection().await?;
    let chosen = rows::load(&mut conn, organization).await?;
    Ok(Arc::new(Brand {
        path: chosen.iter().map(rows::Chosen::organization).collect(),
        look: rows::look(&chosen),
        colour: rows::colour(&chosen),
    }))
}
