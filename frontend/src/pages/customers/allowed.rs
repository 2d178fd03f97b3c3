//! Which permissions an organization has at all: nobody in it can hold another, whatever his role.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::customer::{OrganizationDetail, SetLimits};
use shared::role::possible_in;
use shared::{Permission, PermissionSet};

use super::detail::Shown;
use crate::api::{self, ApiError};
use crate::pages::permission_list::PermissionList;
use crate::state::Toasts;
use crate::ui::{Button, ErrorState, Switch, Tone, Variant};

#[component]
pub(super) fn AllowedPermissions(shown: Shown) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let Some(detail) = shown.detail.get_untracked() else {
        return ().into_any();
    };
    let (id, possible) = (detail.summary.id, possible_in(detail.summary.kind));
    let given = detail.allowance.allowed_permissions;
    let all = RwSignal::new(given.is_none());
    let chosen = RwSignal::new(match given {
        Some(codes) => codes
            .into_iter()
            .collect::<PermissionSet>()
            .intersection(&possible),
        None => possible.clone(),
    });
    let (asking, error) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // As it stands now: limits may have been saved meanwhile.
        let now = shown
            .detail
            .with_untracked(|detail| detail.as_ref().map(|d| d.allowance.clone()));
        let (Some(now), false) = (now, asking.get_untracked()) else {
            return;
        };
        let request = SetLimits {
            limits: now.limits,
            features_off: now.features_off,
            allowed_permissions: (!all.get_untracked())
                .then(|| chosen.with_untracked(|chosen| chosen.iter().collect())),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::put::<OrganizationDetail>(&format!("/api/organizations/{id}/limits"), &request).await {
                Ok(detail) => {
                    shown.take(detail);
                    toasts.show(Tone::Good, "Saved. It counts from now on.");
                }
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    let control = Callback::new(move |permission: Permission| {
        let checked = Signal::derive(move || chosen.with(|chosen| chosen.contains(permission)));
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    aria-label=permission.label()
                    prop:checked=checked
                    on:change=move |event| {
                        let one: PermissionSet = [permission].into_iter().collect();
                        let on = event_target_checked(&event);
                        chosen.update(|all| *all = if on { all.union(&one) } else { all.difference(&one) });
                    }
                />
            </label>
        }
        .into_any()
    });
    let possible = StoredValue::new(possible);
    let count = move || {
        let (some, most) = (
            chosen.with(PermissionSet::len),
            possible.with_value(PermissionSet::len),
        );
        format!("{some} of {most} permissions")
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <Switch
                on=all
                label="Everything that you have"
                hint="What you are given later, it has too. Switched off, you choose."
            />
            <Show when=move || !all.get()>
                <p class="num text-sm text-muted" aria-live="polite">
                    {count}
                </p>
                <PermissionList shown=Signal::derive(move || possible.get_value()) control />
            </Show>
            {move || error.get().map(|error| view! { <ErrorState error /> })}
            <div>
                <Button variant=Variant::Primary submit=true loading=asking>
                    "Save"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
