//! Parts of the frame that few visits need: fetched when they are first shown, all in one file (crates/wasm-build).
//! The dashboard stands before any of them.

use leptos::prelude::*;

use super::confirm::{self, Waiting};
use super::enter::{self, Entering};
use super::pages::later;
use super::{bottom_bar, organization_menu, palette, standstill, user_menu};
use crate::state::Memo;

/// Whether `open` has been true: what is fetched then stays.
pub(super) fn once(open: RwSignal<bool>) -> Memo<bool> {
    Memo::new(move |before| before == Some(&true) || open.get())
}

/// The commands of the palette.
pub(super) fn commands(open: RwSignal<bool>) -> AnyView {
    later(Box::pin(later_commands(open)))
}

/// What the menu of the signed-in person holds.
pub(super) fn user_items() -> AnyView {
    later(Box::pin(later_user_items()))
}

/// The organizations to choose from.
pub(super) fn organizations() -> AnyView {
    later(Box::pin(later_organizations()))
}

/// The sheet behind "More" on telephones.
pub(super) fn menu_sheet(open: RwSignal<bool>) -> AnyView {
    later(Box::pin(later_menu_sheet(open)))
}

/// The dialog that asks why somebody enters an organization.
pub(super) fn enter_dialog(entering: Entering) -> AnyView {
    later(Box::pin(later_enter_dialog(entering)))
}

/// The dialog that asks for the password again.
pub(super) fn confirm_dialog(open: RwSignal<bool>, waiting: Waiting) -> AnyView {
    later(Box::pin(later_confirm_dialog(open, waiting)))
}

/// What members of an organization see that does not work now.
pub(super) fn standstill() -> AnyView {
    later(Box::pin(later_standstill()))
}

#[leptos::lazy]
fn later_commands(open: RwSignal<bool>) -> AnyView {
    view! { <palette::Commands open /> }.into_any()
}

#[leptos::lazy]
fn later_user_items() -> AnyView {
    view! { <user_menu::UserItems /> }.into_any()
}

#[leptos::lazy]
fn later_organizations() -> AnyView {
    view! { <organization_menu::Organizations /> }.into_any()
}

#[leptos::lazy]
fn later_menu_sheet(open: RwSignal<bool>) -> AnyView {
    view! { <bottom_bar::MenuSheet open /> }.into_any()
}

#[leptos::lazy]
fn later_enter_dialog(entering: Entering) -> AnyView {
    view! { <enter::EnterDialog entering /> }.into_any()
}

#[leptos::lazy]
fn later_confirm_dialog(open: RwSignal<bool>, waiting: Waiting) -> AnyView {
    view! { <confirm::ConfirmDialog open waiting /> }.into_any()
}

#[leptos::lazy]
fn later_standstill() -> AnyView {
    view! { <standstill::Standstill /> }.into_any()
}
