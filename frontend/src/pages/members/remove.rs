//! Removing a member, after a second question.

use leptos::prelude::*;
use shared::member::Member;

use super::list::MemberList;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Tone, Variant};

#[component]
pub(super) fn RemoveMember(member: Member, list: MemberList, open: RwSignal<bool>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let sure = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let (id, name) = (member.id, StoredValue::new(member.name));
    let remove = move |()| {
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/api/members/{id}")).await {
                Ok(()) => {
                    let name = name.try_get_value().unwrap_or_default();
                    toasts.show(Tone::Good, format!("{name} is removed"));
                    _ = open.try_set(false);
                    list.load();
                    session.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let question = move || {
        if sure.get() {
            view! {
                <p class="text-sm">
                    "The membership ends and its sessions here are signed out. The account itself stays."
                </p>
                <div class="flex flex-wrap gap-2">
                    <Button on_press=move |()| sure.set(false)>"Keep the member"</Button>
                    <Button variant=Variant::Danger loading=asking on_press=remove>
                        "Remove member"
                    </Button>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div>
                    <Button variant=Variant::Danger on_press=move |()| sure.set(true)>
                        "Remove from organization"
                    </Button>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="mt-6 grid gap-3 border-t border-line pt-4">
            {question} <Refused error fields=&[] />
        </div>
    }
    .into_any()
}
