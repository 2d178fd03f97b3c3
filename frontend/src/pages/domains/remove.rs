//! Removing a domain. Its name is typed: whoever signs in there can do so no longer.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::DomainId;

use super::State;
use crate::api;
use crate::state::{Memo, Toasts};
use crate::ui::{Button, Dialog, Field, Input, Tone, Variant};

#[component]
pub(super) fn RemoveDialog(state: State, id: DomainId, name: String, open: RwSignal<bool>) -> AnyView {
    let name = StoredValue::new(name);
    view! {
        <Dialog open title="Remove this domain?">
            <Remove state id name=name.get_value() open />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Remove(state: State, id: DomainId, name: String, open: RwSignal<bool>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let typed = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let wanted = name.clone();
    let differs = Memo::new(move |_| typed.with(|typed| typed.trim() != wanted));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if differs.get_untracked() || asking.get_untracked() {
            return;
        }
        asking.set(true);
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/api/domains/{id}")).await {
                Ok(()) => {
                    _ = open.try_set(false);
                    toasts.show(Tone::Good, "The domain is removed");
                    state.load();
                }
                Err(refused) => toasts.show(Tone::Bad, refused.title()),
            }
            _ = asking.try_set(false);
        });
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p class="text-sm text-muted">
                "Nobody can sign in there any more, and links in mail that was sent lead nowhere. Remove its records at your DNS \
                provider, too."
            </p>
            <Field label=format!("Type {name} to confirm")>
                <Input value=typed autofocus=true />
            </Field>
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Danger submit=true loading=asking disabled=differs>
                    "Remove domain"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
