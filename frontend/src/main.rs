//! The single-page application: Leptos, rendered in the browser alone.
//!
//! The main module is what the sign-in page needs. All else is in the chunk of `app.rs`, whose pages are chunks
//! again.

mod address;
mod api;
mod app;
mod boot;
mod format;
mod frame;
mod live;
mod pages;
mod state;
mod ui;
mod visitor;

fn main() {
    boot::start();
}
