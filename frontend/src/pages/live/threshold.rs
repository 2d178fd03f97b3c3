//! From when a call counts as too long: asked for on the live page and on the wall.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::FieldError;
use shared::live_wall::{LONG_AFTER, LiveSettings};

use crate::api;
use crate::live::Live;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{Button, Dialog, Field, Input, Tone, Variant};

const SECONDS: &str = "long_after_seconds";

/// `saved` is called with the new seconds.
#[component]
pub fn ThresholdDialog(open: RwSignal<bool>, saved: Callback<i32>) -> AnyView {
    let body = move || open.get().then(|| view! { <ThresholdForm open saved /> });
    view! {
        <Dialog open title="When a call is too long">
            {body}
        </Dialog>
    }
    .into_any()
}

#[component]
fn ThresholdForm(open: RwSignal<bool>, saved: Callback<i32>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let live = Live::here();
    let form = Form::new();
    let seconds = untrack(|| live.long_after()).unwrap_or(LONG_AFTER);
    let minutes = RwSignal::new(match seconds % 60 {
        0 => (seconds / 60).to_string(),
        _ => format!("{:.1}", f64::from(seconds) / 60.0),
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let checked = read(&minutes.get_untracked());
        let request = checked.clone().ok();
        if !form.begins(checked) {
            return;
        }
        leptos::task::spawn_local(async move {
            let Some(request) = request else { return };
            match api::put::<LiveSettings>("/api/live/settings", &request).await {
                Ok(settings) => {
                    live.set_long_after(settings.long_after_seconds);
                    saved.run(settings.long_after_seconds);
                    toasts.show(Tone::Good, "Saved");
                    form.end();
                    _ = open.try_set(false);
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <Field
                label="Minutes"
                hint="Calls that run for longer are marked, for everybody in this organization."
                error=form.field(SECONDS)
            >
                <Input value=minutes autocomplete="off" autofocus=true />
            </Field>
            <Refused error=form.error fields=&[SECONDS] />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true loading=form.busy>
                    "Save"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn read(minutes: &str) -> Result<LiveSettings, Vec<FieldError>> {
    let minutes = minutes
        .trim()
        .replace(',', ".")
        .parse::<f64>()
        .ok()
        .filter(|minutes| minutes.is_finite())
        .ok_or_else(|| vec![FieldError::new(SECONDS, "Enter minutes, such as 15")])?;
    let settings = LiveSettings {
        long_after_seconds: (minutes * 60.0).round() as i32,
    };
    settings.validate().map(|()| settings)
}
