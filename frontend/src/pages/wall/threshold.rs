//! From when a call counts as too long.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::FieldError;
use shared::live_wall::{LiveSettings, LiveWall};

use crate::api;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{Button, Dialog, Field, Input, Tone, Variant};

const SECONDS: &str = "long_after_seconds";

#[component]
pub(super) fn Threshold(wall: RwSignal<Option<LiveWall>>) -> AnyView {
    let open = RwSignal::new(false);
    let now = Memo::new(move |_| wall.with(|wall| wall.as_ref().map_or(0, |wall| wall.long_after_seconds)));
    let body = move || open.get().then(|| view! { <ThresholdForm wall open /> });
    view! {
        <div class="card stat">
            <div class="label-caps">"Too long after"</div>
            <div class="flex flex-wrap items-center gap-2">
                <span class="stat-value whitespace-nowrap">
                    {move || crate::format::duration(f64::from(now.get()))}
                </span>
                <Button small=true variant=Variant::Quiet on_press=move |()| open.set(true)>
                    "Change"
                </Button>
            </div>
            <Dialog open title="When a call is too long">
                {body}
            </Dialog>
        </div>
    }
    .into_any()
}

#[component]
fn ThresholdForm(wall: RwSignal<Option<LiveWall>>, open: RwSignal<bool>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let seconds = wall.with_untracked(|wall| wall.as_ref().map_or(900, |wall| wall.long_after_seconds));
    let minutes = RwSignal::new(match seconds % 60 {
        0 => (seconds / 60).to_string(),
        _ => format!("{:.1}", f64::from(seconds) / 60.0),
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let parsed = minutes.get_untracked().trim().replace(',', ".").parse::<f64>();
        let checked = match parsed {
            Ok(minutes) if minutes.is_finite() => {
                let settings = LiveSettings {
                    long_after_seconds: (minutes * 60.0).round() as i32,
                };
                settings.validate().map(|()| settings)
            }
            _ => Err(vec![FieldError::new(SECONDS, "Enter minutes, such as 15")]),
        };
        let request = checked.clone().ok();
        if !form.begins(checked) {
            return;
        }
        leptos::task::spawn_local(async move {
            let Some(request) = request else { return };
            match api::put::<LiveSettings>("/api/live/settings", &request).await {
                Ok(saved) => {
                    wall.update(|wall| {
                        if let Some(wall) = wall {
                            wall.long_after_seconds = saved.long_after_seconds;
                        }
                    });
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
                hint="Longer calls are marked on the wall and on the live page of this organization, for everybody in it."
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
