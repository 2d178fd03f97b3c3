//! `index.html` in an organization's look: title, icon, colours and what the sign-in page says stand in it, so that the first
//! thing that is painted is right already.

use super::brands::Brand;
use super::host;
use crate::app::App;
use crate::spa::File;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use bytes::Bytes;
use shared::OrganizationId;
use shared::branding::{COOKIE, ELEMENT, Look};
use shared::palette::Palette;
use std::io::Write;
use std::sync::Arc;

/// Under this path everybody sees the sign-in page of the organization that the next segment names.
const BY_PATH: &str = "agency/";
/// Of the cookie that remembers it.
const REMEMBERED: time::Duration = time::Duration::days(365);
/// A page of a few kilobytes, compressed once for all who ask.
const QUALITY: u32 = 9;

/// A page in the look that belongs to a request.
pub struct Page {
    /// `None`: as it was built.
    pub file: Option<Arc<File>>,
    /// Remembers the organization whose address was asked for.
    pub cookie: Option<Cookie<'static>>,
    /// The address names nobody.
    pub is_unknown: bool,
}

/// The page for this request: by its path, by the organization in which the browser worked last, by its host.
pub async fn serve(app: &App, request: &HttpRequest, index: &File) -> Page {
    let host = match host::of(app, request).await {
        Ok(host) => host.organization,
        Err(error) => {
            tracing::warn!(%error, "a host could not be looked up");
            None
        }
    };
    let slug = slug_of(request.path());
    let named = match slug {
        // As good as unknown while the database is away.
        Some(slug) => app.brands.at_path(slug).await.unwrap_or_default(),
        None => None,
    };
    let wanted = named.or_else(|| remembered(request));
    let (organization, brand) = app.brands.on_host(host, wanted).await;
    Page {
        file: in_look(app, organization, &brand, index).await,
        cookie: organization
            .filter(|_| named.is_some() && organization == named)
            .map(cookie),
        is_unknown: slug.is_some() && named.is_none(),
    }
}

fn slug_of(path: &str) -> Option<&str> {
    let rest = path.trim_start_matches('/').strip_prefix(BY_PATH)?;
    rest.split('/').next().filter(|slug| !slug.is_empty())
}

/// Only a look depends on it, and looks are public: nothing is gained by forging it.
fn remembered(request: &HttpRequest) -> Option<OrganizationId> {
    request.cookie(COOKIE)?.value().parse().ok()
}

/// Read by the page as well, which sets it anew when the session moves.
fn cookie(organization: OrganizationId) -> Cookie<'static> {
    Cookie::build(COOKIE, organization.to_string())
        .path("/")
        .same_site(SameSite::Lax)
        .max_age(REMEMBERED)
        .finish()
}

async fn in_look(
    app: &App,
    organization: Option<OrganizationId>,
    brand: &Arc<Brand>,
    index: &File,
) -> Option<Arc<File>> {
    if brand.look == Look::default() {
        return None;
    }
    let key = (app.brands.generation(), organization, index.tag());
    let (brand, plain) = (Arc::clone(brand), index.plain());
    let made = app.brands.pages.try_get_with(key, async move {
        tokio::task::spawn_blocking(move || make(&brand, &plain)).await
    });
    match made.await {
        Ok(file) => Some(file),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            None
        }
    }
}

fn make(brand: &Brand, index: &Bytes) -> Arc<File> {
    let html = rewrite(&String::from_utf8_lossy(index), brand);
    let mut compressed = Vec::new();
    let written =
        brotli::CompressorWriter::new(&mut compressed, 4096, QUALITY, 22).write_all(html.as_bytes());
    let compressed = written.is_ok().then(|| Bytes::from(compressed));
    Arc::new(File::new("index.html", &html.into(), compressed.as_ref()))
}

/// The built page with the look in it. What it should replace and can not find is added to the head.
fn rewrite(index: &str, brand: &Brand) -> String {
    let look = &brand.look;
    let name = escaped(&look.app_name);
    let (html, titled) = replaced(index, "<title>", "</title>", &format!("<title>{name}</title>"));
    let icon = look
        .favicon
        .as_ref()
        .map(|path| format!("<link rel=\"icon\" href=\"{}\">", escaped(path)));
    let (mut html, iconed) = match &icon {
        Some(icon) => replaced(&html, "<link rel=\"icon\"", ">", icon),
        None => (html, true),
    };
    if !look.style.is_empty()
        && let Some(at) = html.find("<html")
    {
        html.insert_str(
            at + "<html".len(),
            &format!(" style=\"{}\"", escaped(&look.style)),
        );
    }
    let mut head = String::new();
    if !titled {
        head += &format!("<title>{name}</title>");
    }
    if let (Some(icon), false) = (&icon, iconed) {
        head += icon;
    }
    if let Some(palette) = brand.colour.as_deref().and_then(Palette::from_hex) {
        for (theme, scheme) in [("light", palette.light), ("dark", palette.dark)] {
            head += &format!(
                "<meta name=\"theme-color\" media=\"(prefers-color-scheme: {theme})\" content=\"{}\">",
                scheme.solid.hex()
            );
        }
    }
    if let Some(logo) = &look.logo {
        head += &format!("<link rel=\"preload\" as=\"image\" href=\"{}\">", escaped(logo));
    }
    head += &format!(
        "<script type=\"application/json\" id=\"{ELEMENT}\">{}</script>",
        data(look)
    );
    match html.find("</head>") {
        Some(at) => html.insert_str(at, &head),
        None => html += &head,
    }
    html
}

/// With the first piece from `start` to `end` replaced, and whether there was one.
fn replaced(html: &str, start: &str, end: &str, by: &str) -> (String, bool) {
    let found = html.find(start).and_then(|from| {
        let (before, rest) = html.split_at_checked(from)?;
        let (_, after) = rest.split_once(end)?;
        Some(format!("{before}{by}{after}"))
    });
    let is_found = found.is_some();
    (found.unwrap_or_else(|| html.to_owned()), is_found)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// JSON that can not end the element that it stands in.
fn data(look: &Look) -> String {
    let json = serde_json::to_string(look).unwrap_or_default();
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(name: &str) -> Brand {
        Brand {
            path: Vec::new(),
            look: Look {
                app_name: name.to_owned(),
                style: "--brand-light:#0b6e8f;".to_owned(),
                favicon: Some("/brand/x/y.png".to_owned()),
                ..Look::default()
            },
            colour: Some("#0b6e8f".to_owned()),
        }
    }

    const INDEX: &str = "<!doctype html><html lang=\"en\"><head><title>EchoSensei</title>\
        <link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\"/></head><body></body></html>";

    #[test]
    fn the_look_takes_the_place_of_the_products_own() {
        let html = rewrite(INDEX, &brand("Northwind"));
        assert!(
            html.starts_with("<!doctype html><html style=\"--brand-light:#0b6e8f;\" lang=\"en\">"),
            "{html}"
        );
        assert!(
            html.contains("<title>Northwind</title><link rel=\"icon\" href=\"/brand/x/y.png\">"),
            "{html}"
        );
        assert!(
            !html.contains("EchoSensei") && !html.contains("icon.svg"),
            "{html}"
        );
        assert!(
            html.contains("(prefers-color-scheme: dark)\" content=\"#"),
            "{html}"
        );
        assert!(html.ends_with("</script></head><body></body></html>"), "{html}");
    }

    #[test]
    fn a_name_can_not_leave_its_place() {
        let name = "</title></script><script>alert(1)</script>\"";
        let html = rewrite(INDEX, &brand(name));
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert_eq!(html.matches("</script>").count(), 1, "{html}");
        let json = html
            .split("id=\"look\">")
            .nth(1)
            .unwrap()
            .split("</script>")
            .next()
            .unwrap();
        assert_eq!(serde_json::from_str::<Look>(json).unwrap().app_name, name);
    }

    #[test]
    fn a_page_without_a_head_gets_it_all_the_same() {
        let html = rewrite("<p>here", &brand("Northwind"));
        assert!(
            html.starts_with("<p>here<title>Northwind</title><link rel=\"icon\""),
            "{html}"
        );
    }

    #[test]
    fn a_path_names_an_organization() {
        assert_eq!(slug_of("/agency/northwind/calls"), Some("northwind"));
        assert_eq!(slug_of("/agency/"), None);
        assert_eq!(slug_of("/agencies/northwind"), None);
    }
}
