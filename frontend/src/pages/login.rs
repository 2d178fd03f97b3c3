//! Sign-in.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// The sign-in page.
pub struct LoginPage;

#[lazy_route]
impl LazyRoute for LoginPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <h1>"Sign in"</h1> <a href="/">"Dashboard"</a> }.into_any()
    }
}
