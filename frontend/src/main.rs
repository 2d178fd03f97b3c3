//! The single-page application: Leptos, rendered in the browser alone.

mod api;
mod app;
mod format;
mod frame;
mod live;
mod pages;
mod state;
mod ui;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
