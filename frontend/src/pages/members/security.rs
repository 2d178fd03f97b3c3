//! Help with sign-in: unlock, sign out, reset the second factor.

use leptos::prelude::*;
use shared::member::Member;

use super::list::MemberList;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{Button, Tone, Variant};

#[component]
pub(super) fn SignInHelp(member: Member, list: MemberList, open: RwSignal<bool>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let base = format!("/api/members/{}", member.id);
    let act = move |unlock: bool, path: String, text: &'static str| {
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            let reply = if unlock {
                api::post_empty(&path).await
            } else {
                api::delete(&path).await
            };
            match reply {
                Ok(()) => {
                    toasts.show(Tone::Good, text);
                    _ = open.try_set(false);
                    list.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let (unlock, sessions, factor) = (
        format!("{base}/unlock"),
        format!("{base}/sessions"),
        format!("{base}/second-factor"),
    );
    let unlock = member.locked_until.is_some().then(|| {
        view! {
            <Button loading=asking on_press=move |()| act(true, unlock.clone(), "The member can sign in again")>
                "Unlock"
            </Button>
        }
    });
    let factor = member.second_factor.then(|| {
        view! {
            <Button
                variant=Variant::Danger
                loading=asking
                on_press=move |()| act(false, factor.clone(), "The second factor is reset")
            >
                "Reset second factor"
            </Button>
        }
    });
    view! {
        <div class="mt-6 grid gap-3 border-t border-line pt-4">
            <h2 class="text-lg font-semibold">"Help with sign-in"</h2>
            <div class="flex flex-wrap gap-2">
                {unlock}
                <Button loading=asking on_press=move |()| act(false, sessions.clone(), "The sessions have ended")>
                    "End sessions"
                </Button>
                {factor}
            </div>
            <Refused error fields=&[] />
        </div>
    }
    .into_any()
}
