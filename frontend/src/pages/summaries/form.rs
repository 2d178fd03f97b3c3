//! The settings. What is left open is as the organization above has it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::summary::{
    LANGUAGE_OF_CALL, LANGUAGES, MAX_PROMPT, SummaryChoice, SummarySettings, language_name,
};

use super::Draft;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{Button, Card, Choice, Field, Select, Textarea, Tone, Variant};

#[component]
pub(super) fn Form(
    found: SummarySettings,
    settings: RwSignal<Option<SummarySettings>>,
    draft: Draft,
) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let field = move |name: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field(name))))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let automatic = match draft.automatic.get_untracked().as_str() {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        };
        let choice = SummaryChoice {
            automatic,
            prompt: Draft::chosen(draft.prompt),
            language: Draft::chosen(draft.language),
        };
        leptos::task::spawn_local(async move {
            match api::put::<SummarySettings>("/api/summaries/settings", &choice).await {
                Ok(saved) => {
                    toasts.show(Tone::Good, "Saved. It holds for calls that end from now on");
                    _ = settings.try_set(Some(saved));
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let counter = Signal::derive(move || (draft.prompt.with(|text| text.chars().count()), MAX_PROMPT));
    let inherited = found.above.prompt.as_ref().map(|prompt| {
        view! {
            <div class="grid gap-1 text-sm">
                <span class="label-caps">"From above, used while the field is empty"</span>
                <p class="max-w-[75ch] whitespace-pre-wrap text-muted" dir="auto">
                    {prompt.clone()}
                </p>
            </div>
        }
    });
    let sent = format!(
        "Transcripts are sent to {} to be summarized by {}. Who may not send them there switches the feature off.",
        found.host, found.model
    );
    let (occasions, all) = (when(&found), languages(&found));
    view! {
        <Card title="How calls are summarized" padded=true>
            <form class="grid gap-4" novalidate on:submit=submit>
                <p class="max-w-prose text-sm text-muted">{sent}</p>
                <div class="grid gap-4 md:grid-cols-2">
                    <Field label="When a call has ended">
                        <Select choices=occasions value=draft.automatic />
                    </Field>
                    <Field label="Language" error=field("language")>
                        <Select choices=all value=draft.language />
                    </Field>
                </div>
                <Field
                    label="What you want to know"
                    optional=true
                    hint="In your words, such as: name the product, and say whether a refund was promised."
                    error=field("prompt")
                    counter
                >
                    <Textarea value=draft.prompt />
                </Field>
                {inherited} <Refused error fields=&["prompt", "language"] />
                <div>
                    <Button variant=Variant::Primary submit=true loading=asking>
                        "Save"
                    </Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

fn when(found: &SummarySettings) -> Vec<Choice> {
    let above = if found.above.automatic {
        "As above: summarize it"
    } else {
        "As above: only when somebody asks"
    };
    vec![
        Choice::new("", above),
        Choice::new("on", "Summarize it"),
        Choice::new("off", "Only when somebody asks"),
    ]
}

fn languages(found: &SummarySettings) -> Vec<Choice> {
    let name = |code: &str| match code {
        LANGUAGE_OF_CALL => "the language of the call".to_owned(),
        code => language_name(code).unwrap_or(code).to_owned(),
    };
    let above = Choice::new("", format!("As above: {}", name(&found.above.language)));
    let of_call = Choice::new(LANGUAGE_OF_CALL, "The language of the call");
    let all = LANGUAGES.iter().map(|(code, name)| Choice::new(*code, *name));
    [above, of_call].into_iter().chain(all).collect()
}
