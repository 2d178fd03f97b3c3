//! A look of the demo agency's own, so that the demo shows what it is for.

use super::Seeded;
use crate::app::App;
use crate::branding::keep_picture;
use anyhow::Context;
use db::schema::organization_branding::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::branding::Picture;

const LOGO: &[u8] = include_bytes!("logo.svg");

/// Once: what somebody chose since, or took away by choosing nothing, stays.
///
/// # Errors
/// The database's or the storage's.
pub async fn brand(app: &App, seeded: &Seeded) -> anyhow::Result<()> {
    let agency = seeded.agency;
    let known = async move |conn: &mut db::Conn| -> Result<i64, db::Error> {
        Ok(dsl::organization_branding.count().get_result(conn).await?)
    };
    if app.db.tenant(agency, known).await? > 0 {
        return Ok(());
    }
    let kept = keep_picture(app, agency, Picture::Logo, LOGO.into());
    let file = kept.await.context("storing the demo agency's logo")?;
    app.db
        .tenant::<_, db::Error, _>(agency, async move |conn| {
            diesel::insert_into(dsl::organization_branding)
                .values((
                    dsl::organization_id.eq(agency.0),
                    dsl::app_name.eq("Northwind Voice"),
                    dsl::colour.eq("#6d3fc0"),
                    dsl::sender_name.eq("Northwind Voice"),
                    dsl::support_url.eq("mailto:help@northwind.example"),
                    dsl::sign_in_title.eq("Welcome to Northwind"),
                    dsl::sign_in_text.eq("Sign in to see what your voice agents hear and say."),
                    dsl::hides_platform.eq(true),
                    dsl::logo.eq(&file),
                    dsl::favicon.eq(&file),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
            Ok(())
        })
        .await?;
    app.brands.forget_all();
    Ok(())
}
