//! The URL map of the application. Every page is a chunk of its own, fetched when it is first opened.

use leptos::prelude::*;
use leptos_router::{
    Lazy,
    components::{Route, Router, Routes},
    path,
};

use crate::pages::{dashboard::DashboardPage, login::LoginPage};

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| "This page does not exist.">
                <Route path=path!("/") view={Lazy::<DashboardPage>::new()} />
                <Route path=path!("/login") view={Lazy::<LoginPage>::new()} />
            </Routes>
        </Router>
    }
}
