//! `GET /api/public`: what the sign-in page may know.

use crate::app::App;
use crate::branding::host;
use crate::demo;
use actix_web::web;
use shared::public::PublicInfo;

pub async fn show(app: web::Data<App>) -> web::Json<PublicInfo> {
    // Without a database there is nothing to register at; the page is shown all the same.
    let rules = app.platform_rules.get(&app.db).await;
    let brand = app.brands.shown(host::organization()).await;
    web::Json(PublicInfo {
        app_name: brand.look.app_name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        registration_open: app.mailer.is_ready() && rules.is_ok_and(|rules| rules.settings.registration_open),
        mail_ready: app.mailer.is_ready(),
        demo_accounts: if app.config.demo {
            demo::accounts()
        } else {
            Vec::new()
        },
    })
}
