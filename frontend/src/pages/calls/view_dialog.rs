//! Gives a view its name: a new one, or another one.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::call_view::{CallView, CreateView, UpdateView};
use shared::{CallViewId, Permission};

use super::filter::UrlFilter;
use super::views::Views;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::SessionState;
use crate::ui::{Button, Checkbox, Dialog, Field, Input, Variant};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Naming {
    /// Of the filters in use.
    New,
    Rename(CallViewId, String),
}

/// Open while there is something to name.
#[component]
pub(super) fn ViewDialog(naming: RwSignal<Option<Naming>>, views: Views, filter: UrlFilter) -> AnyView {
    let open = RwSignal::new(false);
    // Each follows the other, and only where they differ: a signal tells of every set.
    Effect::new(move |_| {
        let wanted = naming.with(Option::is_some);
        if open.get_untracked() != wanted {
            open.set(wanted);
        }
    });
    Effect::new(move |_| {
        if !open.get() && naming.with_untracked(Option::is_some) {
            naming.set(None);
        }
    });
    let title = Signal::derive(move || {
        let renames = naming.with(|naming| matches!(naming, Some(Naming::Rename(..))));
        if renames { "Rename view" } else { "Save view" }.to_owned()
    });
    view! {
        <Dialog open title>
            {move || naming.get().map(|naming| view! { <Name naming open views filter /> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Name(naming: Naming, open: RwSignal<bool>, views: Views, filter: UrlFilter) -> AnyView {
    let may_share = untrack(|| SessionState::here().may(Permission::CallsShareViews));
    let (id, old_name) = match naming {
        Naming::New => (None, String::new()),
        Naming::Rename(id, name) => (Some(id), name),
    };
    let is_new = id.is_none();
    let name = RwSignal::new(old_name);
    let shared = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let (name, shared) = (name.get_untracked().trim().to_owned(), shared.get_untracked());
        let filter = filter.get_untracked();
        leptos::task::spawn_local(async move {
            let reply = match id {
                Some(id) => {
                    let update = UpdateView {
                        name: Some(name),
                        ..UpdateView::default()
                    };
                    api::patch::<CallView>(&format!("/api/calls/views/{id}"), &update).await
                }
                None => {
                    let create = CreateView { name, shared, filter };
                    api::post::<CallView>("/api/calls/views", &create).await
                }
            };
            _ = asking.try_set(false);
            match reply {
                Ok(view) => {
                    _ = views.chosen.try_set(Some(view.id));
                    views.load();
                    _ = open.try_set(false);
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    let field =
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field("name"))));
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <Field label="Name" error=field>
                <Input value=name autofocus=true />
            </Field>
            {(is_new && may_share)
                .then(|| view! { <Checkbox checked=shared label="Share with everybody in the organization" /> })}
            <Refused error fields=&["name"] />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true loading=asking>
                    {if is_new { "Save view" } else { "Rename" }}
                </Button>
            </div>
        </form>
    }
    .into_any()
}
