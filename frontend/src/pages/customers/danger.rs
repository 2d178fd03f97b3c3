//! Stopping an organization, and letting it work again.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::customer::{OrganizationDetail, SetStatus};
use shared::organization::OrganizationStatus;

use super::detail::Shown;
use crate::api::{self, ApiError};
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Field, Input, Tone, Variant};

#[component]
pub(super) fn Danger(shown: Shown) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let may_archive = untrack(|| SessionState::here().may(Permission::OrganizationsArchive));
    let reason = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let set = move |status: OrganizationStatus| {
        let id = shown
            .detail
            .with_untracked(|detail| detail.as_ref().map(|detail| detail.summary.id));
        let (Some(id), false) = (id, asking.get_untracked()) else {
            return;
        };
        let reason = Some(reason.get_untracked()).filter(|_| status != OrganizationStatus::Active);
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            let request = SetStatus { status, reason };
            match api::put::<OrganizationDetail>(&format!("/api/organizations/{id}/status"), &request).await {
                Ok(detail) => shown.take(detail),
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        set(OrganizationStatus::Suspended);
    };
    let reason_error =
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field("reason"))));
    let status = Memo::new(move |_| {
        shown
            .detail
            .with(|detail| detail.as_ref().map(|detail| detail.summary.status))
    });
    let archive = move || {
        view! {
            <section class="grid gap-3 border-t border-line pt-5">
                <h3 class="font-semibold">"Archive"</h3>
                <p class="text-sm text-muted">
                    "Puts it away: it is shown in no list, and its members can do nothing. Its calls are kept, and it can be restored."
                </p>
                <div>
                    <Button
                        variant=Variant::Danger
                        loading=asking
                        on_press=move |()| set(OrganizationStatus::Archived)
                    >
                        "Archive"
                    </Button>
                </div>
            </section>
        }
    };
    let body = move || {
        match status.get() {
        Some(OrganizationStatus::Active) => view! {
            <form class="grid gap-3" novalidate on:submit=submit>
                <h3 class="font-semibold">"Suspend"</h3>
                <p class="text-sm text-muted">
                    "Its members can sign in and see why, and do nothing else. Calls are still answered and kept."
                </p>
                <Field label="Reason" hint="Its members see this." error=reason_error>
                    <Input value=reason placeholder="The invoice of May is open" />
                </Field>
                <div>
                    <Button variant=Variant::Danger submit=true loading=asking>
                        "Suspend"
                    </Button>
                </div>
            </form>
            {may_archive.then(archive)}
        }
        .into_any(),
        Some(stopped) => {
            let restorable = stopped == OrganizationStatus::Suspended || may_archive;
            let label = if stopped == OrganizationStatus::Suspended { "Let it work again" } else { "Restore" };
            view! {
                <div class="grid gap-3">
                    <p class="text-sm text-muted">"Its members can do nothing at present."</p>
                    {restorable
                        .then(|| {
                            view! {
                                <div>
                                    <Button
                                        variant=Variant::Primary
                                        loading=asking
                                        on_press=move |()| set(OrganizationStatus::Active)
                                    >
                                        {label}
                                    </Button>
                                </div>
                            }
                        })}
                </div>
                {(may_archive && stopped == OrganizationStatus::Suspended).then(archive)}
            }
            .into_any()
        }
        None => ().into_any(),
    }
    };
    view! { <div class="grid gap-6">{body}</div> }.into_any()
}
