//! The way to the sign-in page and back, by the browser's own address: the router is not there yet.

use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;

/// The sign-in page.
const SIGN_IN: &str = "/login";

/// The path of the page.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// What stands behind `#`: the secret of a mailed link, which is sent to nobody.
pub fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Shows the sign-in page's address for the page that was asked for. An organization's own address stays: it says whose page it is.
pub fn to_sign_in() {
    let here = path();
    if here != SIGN_IN && below_agency(&here).is_none() {
        replace(&sign_in());
    }
}

/// Begins anew at the sign-in page: nothing of the session that ended stays in memory.
pub fn leave() {
    // Fails only for an address that is none.
    _ = window().location().replace(&sign_in());
}

/// The page that was asked for before signing in.
pub fn back() {
    let here = path();
    let query = window().location().search().unwrap_or_default();
    if here == SIGN_IN {
        replace(&next(&query));
    } else if let Some(rest) = below_agency(&here) {
        replace(&local_path(Some(format!("{rest}{query}"))));
    }
}

/// Of `/agency/{slug}/calls` the page `/calls`: the product has its own addresses, the slug only chooses the look.
fn below_agency(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/agency/")?;
    let (slug, page) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    (!slug.is_empty()).then_some(page)
}

fn sign_in() -> String {
    let here = path() + &window().location().search().unwrap_or_default();
    if here == "/" {
        SIGN_IN.to_owned()
    } else {
        let here = String::from(js_sys::encode_uri_component(&here));
        format!("{SIGN_IN}?next={here}")
    }
}

fn replace(address: &str) {
    let history = window().history();
    // Fails only for an address of another site; the page works under the old one, too.
    _ = history.and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(address)));
}

/// What `next` in a query names, if it is a path of this site.
fn next(query: &str) -> String {
    let value = query
        .trim_start_matches('?')
        .split('&')
        .find_map(|pair| pair.strip_prefix("next="));
    let path = value.and_then(|value| js_sys::decode_uri_component(value).ok());
    local_path(path.map(String::from))
}

/// Only a path of this site: an address that leads elsewhere is dropped.
fn local_path(next: Option<String>) -> String {
    let local = |path: &String| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    next.filter(local).unwrap_or_else(|| "/".to_owned())
}

/// The title of the browser's tab.
pub fn set_title(page: &str, name: &str) {
    document().set_title(&format!("{page} · {name}"));
}

#[cfg(test)]
mod tests {
    use super::{below_agency, local_path};

    #[test]
    fn an_agencys_address_leads_to_the_products_own() {
        assert_eq!(below_agency("/agency/northwind"), Some("/"));
        assert_eq!(below_agency("/agency/northwind/calls/1"), Some("/calls/1"));
        assert_eq!(below_agency("/agency//calls"), None);
        assert_eq!(below_agency("/agents"), None);
    }

    #[test]
    fn only_paths_of_this_site_are_followed_after_sign_in() {
        let path = |next: &str| local_path(Some(next.to_owned()));
        assert_eq!(path("/calls?status=done"), "/calls?status=done");
        assert_eq!(path("//evil.example"), "/");
        assert_eq!(path("/\\evil.example"), "/");
        assert_eq!(path("https://evil.example"), "/");
        assert_eq!(local_path(None), "/");
    }
}
