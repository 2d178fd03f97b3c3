//! The single-page application: Leptos, rendered in the browser alone.

mod app;
mod pages;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
