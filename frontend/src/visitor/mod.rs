//! Pages of people who come by a mailed link or want one: a chunk of its own, so that the sign-in page stays as small as it is. It
//! knows neither the router nor the state of the application.

mod column;
mod forgot;
mod invite;
mod invite_form;
mod register;
mod reset;
mod verify;

use leptos::prelude::*;

use crate::address;

/// Its pages, by path.
const PATHS: [&str; 5] = ["/invite", "/forgot", "/reset", "/register", "/verify"];

/// Whether the page at `path` is one of these.
pub fn has(path: &str) -> bool {
    PATHS.contains(&path)
}

/// Fetches them and shows the one at the present address.
#[leptos::lazy]
pub fn visitor() {
    leptos::mount::mount_to_body(|| match address::path().as_str() {
        "/invite" => view! { <invite::Invite /> }.into_any(),
        "/forgot" => view! { <forgot::Forgot /> }.into_any(),
        "/reset" => view! { <reset::Reset /> }.into_any(),
        "/register" => view! { <register::RegisterPage /> }.into_any(),
        _ => view! { <verify::Verify /> }.into_any(),
    });
}
