//! `/dev/ui`: every component in its states, for those who build with them. It is a chunk like any other
//! page, so nobody else pays for it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

pub struct ComponentsPage;

#[lazy_route]
impl LazyRoute for ComponentsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <main></main> }.into_any()
    }
}
