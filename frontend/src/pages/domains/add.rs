//! A new domain.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::domain::{AddDomain, Domain};

use super::State;
use crate::api::{self, ApiError};
use crate::state::Toasts;
use crate::ui::{Button, Card, Field, Input, Tone, Variant};

#[component]
pub(super) fn Add(state: State, full: bool, most: usize) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let domain = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let request = AddDomain {
            domain: domain.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::post::<Domain>("/api/domains", &request).await {
                Ok(added) => {
                    state.put(added);
                    toasts.show(Tone::Good, "Now set its two records");
                }
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    let wrong = Signal::derive(move || {
        error.with(|error| {
            let error = error.as_ref()?;
            error.field("domain").or_else(|| Some(error.advice()))
        })
    });
    let hint = if full {
        format!("{most} domains at most. Remove one first.")
    } else {
        "A name that is yours, such as voice.example.com".to_owned()
    };
    view! {
        <Card title="Add a domain" padded=true>
            <form class="flex flex-wrap items-start gap-2" novalidate on:submit=submit>
                <div class="min-w-60 flex-1">
                    <Field label="Domain" hint error=wrong>
                        <Input value=domain disabled=Signal::stored(full) placeholder="voice.example.com" />
                    </Field>
                </div>
                <div class="pt-6">
                    <Button variant=Variant::Primary submit=true loading=asking disabled=Signal::stored(full)>
                        "Add domain"
                    </Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
