//! What an organization and those above it chose, and what holds of it.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::branding::{Look, OwnBranding, Picture};
use shared::organization::OrganizationKind;
use shared::palette::Palette;
use uuid::Uuid;

/// One organization on the way up, with what it chose.
#[derive(Clone, Debug, QueryableByName)]
pub struct Chosen {
    #[diesel(sql_type = SqlUuid)]
    pub organization_id: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub slug: String,
    #[diesel(sql_type = Nullable<Text>)]
    app_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    colour: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    sender_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    support_url: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    docs_url: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    sign_in_title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    sign_in_text: Option<String>,
    #[diesel(sql_type = Bool)]
    hides_platform: bool,
    #[diesel(sql_type = Nullable<Text>)]
    logo: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    logo_dark: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    favicon: Option<String>,
}

/// The organization itself first, the platform last. `None`: the platform alone.
///
/// # Errors
/// The database's.
pub async fn load(
    conn: &mut db::Conn,
    organization: Option<OrganizationId>,
) -> diesel::QueryResult<Vec<Chosen>> {
    diesel::sql_query("SELECT * FROM branding_of($1)")
        .bind::<Nullable<SqlUuid>, _>(organization.map(|id| id.0))
        .load(conn)
        .await
}

impl Chosen {
    pub fn organization(&self) -> OrganizationId {
        self.organization_id.into()
    }

    pub fn kind(&self) -> Option<OrganizationKind> {
        OrganizationKind::parse(&self.kind)
    }

    pub fn own(&self) -> OwnBranding {
        OwnBranding {
            app_name: self.app_name.clone(),
            colour: self.colour.clone(),
            sender_name: self.sender_name.clone(),
            support_url: self.support_url.clone(),
            docs_url: self.docs_url.clone(),
            sign_in_title: self.sign_in_title.clone(),
            sign_in_text: self.sign_in_text.clone(),
            hides_platform: self.hides_platform,
        }
    }

    fn file(&self, picture: Picture) -> Option<&String> {
        match picture {
            Picture::Logo => self.logo.as_ref(),
            Picture::LogoDark => self.logo_dark.as_ref(),
            Picture::Favicon => self.favicon.as_ref(),
        }
    }

    pub fn pictures(&self) -> Vec<Picture> {
        let all = Picture::ALL.into_iter();
        all.filter(|picture| self.file(*picture).is_some()).collect()
    }

    fn url(&self, picture: Picture) -> Option<String> {
        let file = self.file(picture)?;
        Some(format!("/brand/{}/{file}", self.organization_id))
    }
}

fn nearest<T>(chosen: &[Chosen], part: impl Fn(&Chosen) -> Option<T>) -> Option<T> {
    chosen.iter().find_map(part)
}

/// The colour that holds.
pub fn colour(chosen: &[Chosen]) -> Option<String> {
    nearest(chosen, |one| one.colour.clone())
}

/// The sender's name that holds; without one, mail comes from the product's name.
pub fn sender_name(chosen: &[Chosen]) -> Option<String> {
    nearest(chosen, |one| one.sender_name.clone())
}

/// What holds: of each part the nearest. A logo for dark ground belongs to its logo, so both come from the same place.
pub fn look(chosen: &[Chosen]) -> Look {
    let palette = colour(chosen).and_then(|hex| Palette::from_hex(&hex));
    let with_logo = chosen.iter().find(|one| one.logo.is_some());
    Look {
        app_name: nearest(chosen, |one| one.app_name.clone()).unwrap_or_else(|| Look::default().app_name),
        style: palette.map(|palette| palette.css()).unwrap_or_default(),
        logo: with_logo.and_then(|one| one.url(Picture::Logo)),
        logo_dark: with_logo.and_then(|one| one.url(Picture::LogoDark)),
        favicon: nearest(chosen, |one| one.url(Picture::Favicon)),
        support_url: nearest(chosen, |one| one.support_url.clone()),
        docs_url: nearest(chosen, |one| one.docs_url.clone()),
        sign_in_title: nearest(chosen, |one| one.sign_in_title.clone()),
        sign_in_text: nearest(chosen, |one| one.sign_in_text.clone()),
        hides_platform: chosen.iter().any(|one| one.hides_platform),
    }
}
