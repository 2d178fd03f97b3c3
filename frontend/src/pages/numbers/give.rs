//! Giving a number to another organization.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::number::{MoveNumber, MovedNumber, PhoneNumber};

use crate::api::{self, ApiError, Paged};
use crate::format;
use crate::pages::organization_choice::OrganizationChoice;
use crate::state::Toasts;
use crate::ui::{Button, Checkbox, Dialog, Tone, Variant};

/// Open while `giving` names a number. It stands beside the sheet, which closes when the number is gone from the list.
#[component]
pub(super) fn GiveDialog(giving: RwSignal<Option<PhoneNumber>>, list: Paged<PhoneNumber>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(giving.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            giving.set(None);
        }
        now
    });
    let title = Signal::derive(move || {
        giving.with(|number| match number {
            Some(number) => format!("Move {}", format::phone(&number.number)),
            None => String::new(),
        })
    });
    let body = move || giving.get().map(|number| view! { <Form number giving list /> });
    view! {
        <Dialog open title>
            {body}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(number: PhoneNumber, giving: RwSignal<Option<PhoneNumber>>, list: Paged<PhoneNumber>) -> AnyView {
    let (id, organization) = (number.id, number.organization_id);
    let toasts = expect_context::<Toasts>();
    let (target, keep) = (RwSignal::new(String::new()), RwSignal::new(true));
    let (asking, error) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Ok(organization_id), false) = (target.get_untracked().parse(), asking.get_untracked()) else {
            return;
        };
        let request = MoveNumber {
            organization_id,
            keep_record: keep.get_untracked(),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::post::<MovedNumber>(&format!("/api/phone-numbers/{id}/move"), &request).await {
                Ok(moved) => {
                    let words = match moved.unanswered {
                        true => "Moved. Nobody answers it until it is given an agent there.",
                        false => "Moved",
                    };
                    toasts.show(Tone::Good, words);
                    list.load();
                    _ = giving.try_set(None);
                }
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    let message = Signal::derive(move || {
        error.with(|error| {
            error
                .as_ref()
                .map(|e| e.field("organization_id").unwrap_or_else(|| e.advice()))
        })
    });
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <OrganizationChoice value=target except=Some(organization) error=message />
            <Checkbox checked=keep label="Keep it listed here as given away" />
            <p class="text-sm text-muted">
                "Calls so far stay with the agents that answered them. If the agent that answers now belongs to another organization, nobody answers until an agent there is chosen."
            </p>
            <div>
                <Button
                    variant=Variant::Primary
                    submit=true
                    loading=asking
                    disabled=Signal::derive(move || target.with(String::is_empty))
                >
                    "Move"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
