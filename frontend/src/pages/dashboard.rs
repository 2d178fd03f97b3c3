//! What happened today and what needs a look.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// The first page after sign-in.
pub struct DashboardPage;

#[lazy_route]
impl LazyRoute for DashboardPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <h1>"Dashboard"</h1> <a href="/login">"Sign in"</a> }.into_any()
    }
}
