//! How an organization's mail looks.

use super::rows;
use crate::app::App;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel::{OptionalExtension, QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::organization::OrganizationKind;
use shared::palette::Palette;
use url::Url;

/// What a mail needs to look like its organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLook {
    pub app_name: String,
    /// Beside the sender's address.
    pub sender_name: String,
    /// `#rrggbb`, dark enough for white text; `None`: the product's own.
    pub colour: Option<String>,
    /// Whole address. An SVG is shown by few mail programs.
    pub logo_url: Option<String>,
    pub support_url: Option<String>,
    pub docs_url: Option<String>,
    pub hides_platform: bool,
    /// Links lead below this: the organization's own domain, else its name below BASE_DOMAIN, else PUBLIC_URL.
    pub base_url: Url,
}

#[derive(QueryableByName)]
struct OwnDomain {
    #[diesel(sql_type = Text)]
    domain: String,
}

/// The look of mail that an organization sends.
///
/// # Errors
/// The database's.
pub async fn mail_look(
    app: &App,
    conn: &mut db::Conn,
    organization: OrganizationId,
) -> QueryResult<MailLook> {
    let chosen = rows::load(conn, Some(organization)).await?;
    let own: Option<OwnDomain> = diesel::sql_query("SELECT domain FROM own_domain_of($1)")
        .bind::<SqlUuid, _>(organization.0)
        .get_result(conn)
        .await
        .optional()?;
    // An own domain comes before a nearer name below BASE_DOMAIN.
    let named = chosen.iter().find(|one| {
        one.kind() == Some(OrganizationKind::Agency)
            || one.kind() == Some(OrganizationKind::Customer)
                && one.own() != shared::branding::OwnBranding::default()
    });
    let host = match (own, named) {
        (Some(own), _) => Some(own.domain),
        (None, Some(named)) => reached_at(app, &named.slug, named.organization()).await,
        (None, None) => None,
    };
    let base_url = base_url(&app.config.http.public_url, host.as_deref());
    let look = rows::look(&chosen);
    let absolute = |path: String| base_url.join(&path).ok().map(String::from);
    Ok(MailLook {
        sender_name: rows::sender_name(&chosen).unwrap_or_else(|| look.app_name.clone()),
        colour: rows::colour(&chosen)
            .and_then(|hex| Palette::from_hex(&hex))
            .map(|palette| palette.light.solid.hex()),
        logo_url: look.logo.and_then(absolute),
        support_url: look.support_url,
        docs_url: look.docs_url,
        hides_platform: look.hides_platform,
        app_name: look.app_name,
        base_url,
    })
}

/// Its name below BASE_DOMAIN, where that leads to it.
async fn reached_at(app: &App, slug: &str, organization: OrganizationId) -> Option<String> {
    let host = app.brands.subdomain(slug)?;
    // Where that can not be asked now, links lead to the platform, which shows the same pages.
    let at_host = app.brands.at_host(&host).await.ok()?;
    (at_host == Some(organization)).then_some(host)
}

/// PUBLIC_URL under another host.
fn base_url(public: &Url, host: Option<&str>) -> Url {
    let mut url = public.clone();
    if let Some(host) = host {
        // Fails only for what is no host, and then the links lead to the platform.
        if url.set_host(Some(host)).is_err() {
            tracing::error!(host, "mail can not lead to this host");
        }
    }
    url
}
