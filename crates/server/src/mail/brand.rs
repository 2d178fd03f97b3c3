//! In whose name an organization writes. The one place where mail asks for it.

use crate::app::App;
use crate::branding::mail_look;
use db::Conn;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::branding::PRODUCT;
use url::Url;

/// The product's own colour, on which white text passes 4.5:1.
const COLOUR: &str = "#0e7490";

/// What a message carries of the agency's look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailBrand {
    /// What the product is called.
    pub app_name: String,
    /// Beside the address it comes from.
    pub sender_name: String,
    /// `#rrggbb`, dark enough for white text.
    pub colour: String,
    /// Reachable from anywhere; `None`: the name stands in its place.
    pub logo_url: Option<String>,
    pub support_url: Option<String>,
    /// Who writes, at the foot.
    pub footer: String,
    /// Where links lead.
    pub base_url: Url,
}

impl MailBrand {
    /// A page of the product.
    pub fn page(&self, page: &str) -> String {
        let mut url = self.base_url.clone();
        url.set_path(page);
        url.set_query(None);
        url.to_string()
    }

    /// A page of the product with a secret behind `#`: a browser sends that part to nobody, so it stands in no log.
    pub fn link(&self, page: &str, secret: &str) -> String {
        let mut url = self.base_url.clone();
        url.set_path(page);
        url.set_query(None);
        url.set_fragment(Some(secret));
        url.to_string()
    }
}

#[derive(QueryableByName)]
struct Sender {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    contact_email: Option<String>,
}

/// The brand under which `organization` writes: that of the agency it belongs to, or its own.
///
/// # Errors
/// The database's.
pub async fn brand(
    app: &App,
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<MailBrand, diesel::result::Error> {
    let sender = diesel::sql_query("SELECT name, contact_email FROM mail_sender($1)")
        .bind::<SqlUuid, _>(organization.0)
        .get_result::<Sender>(conn)
        .await?;
    let look = mail_look(app, conn, organization).await?;
    // Nobody chose one: the agency's own name says more than the product's.
    let chosen = |name: String| {
        if name == PRODUCT {
            sender.name.clone()
        } else {
            name
        }
    };
    Ok(MailBrand {
        app_name: chosen(look.app_name),
        sender_name: chosen(look.sender_name),
        colour: look.colour.unwrap_or_else(|| COLOUR.to_owned()),
        logo_url: look.logo_url,
        support_url: look
            .support_url
            .or(sender.contact_email.map(|email| format!("mailto:{email}"))),
        footer: sender.name,
        base_url: look.base_url,
    })
}
