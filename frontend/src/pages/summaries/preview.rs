//! How a call would be summarized with what is typed, before it is saved.

use leptos::prelude::*;
use shared::Page as Paging;
use shared::call::CallSummary;
use shared::letters;
use shared::summary::{PreviewSummary, SummaryPreview};

use super::Draft;
use crate::api::{self, ApiError};
use crate::format;
use crate::pages::refused::Refused;
use crate::state::SessionState;
use crate::ui::{Badge, Button, Card, Choice, Field, Select};

#[component]
pub(super) fn Preview(draft: Draft) -> AnyView {
    let zone = SessionState::here().zone();
    let calls = RwSignal::new(Vec::<Choice>::new());
    let chosen = RwSignal::new(String::new());
    leptos::task::spawn_local(async move {
        let path = "/api/calls?status=done&limit=25";
        if let Ok(page) = api::get::<Paging<CallSummary>>(path).await {
            let spoken = page.items.into_iter().filter(|call| call.message_count > 1);
            let choices: Vec<Choice> = spoken.map(|call| choice(&call, &zone)).collect();
            _ = chosen.try_set(
                choices
                    .first()
                    .map(|choice| choice.value.clone())
                    .unwrap_or_default(),
            );
            _ = calls.try_set(choices);
        }
    });
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let preview = RwSignal::new(None::<SummaryPreview>);
    let ask = move |()| {
        let Ok(call_id) = chosen.get_untracked().parse() else {
            return;
        };
        asking.set(true);
        error.set(None);
        let body = PreviewSummary {
            call_id,
            prompt: Draft::chosen(draft.prompt),
            language: Draft::chosen(draft.language),
        };
        leptos::task::spawn_local(async move {
            match api::post::<SummaryPreview>("/api/summaries/preview", &body).await {
                Ok(made) => _ = preview.try_set(Some(made)),
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let none = Signal::derive(move || chosen.with(String::is_empty));
    view! {
        <Card title="Try it on a call" padded=true>
            <div class="grid gap-4">
                <p class="max-w-prose text-sm text-muted">
                    "Uses what stands above, saved or not. The call itself keeps its summary. The transcript is sent, and costs as much as a summary does."
                </p>
                <div class="flex flex-wrap items-end gap-2">
                    <div class="min-w-0 flex-1">
                        <Field label="Call">
                            <Select choices=calls value=chosen />
                        </Field>
                    </div>
                    <Button loading=asking disabled=none on_press=ask>
                        "Show the summary"
                    </Button>
                </div>
                <Refused error fields=&[] />
                <div aria-live="polite">{move || preview.get().map(result)}</div>
            </div>
        </Card>
    }
    .into_any()
}

fn choice(call: &CallSummary, zone: &str) -> Choice {
    let title = call
        .title
        .clone()
        .unwrap_or_else(|| format!("Call with {}", call.agent.name));
    Choice::new(
        call.id.to_string(),
        format!("{} · {title}", format::date_time(call.started_at, zone)),
    )
}

fn result(preview: SummaryPreview) -> AnyView {
    let SummaryPreview {
        summary, model, cost, ..
    } = preview;
    let took = cost.and_then(|cost| cost.usd_micros).map(format::usd_micros);
    let todo = summary
        .action_items
        .into_iter()
        .map(|item| view! { <li dir="auto">{item}</li> });
    view! {
        <div class="grid gap-2 rounded-md border border-line p-4">
            <h3 class="font-medium" dir="auto">
                {summary.title}
            </h3>
            <p class="max-w-[75ch] text-pretty" dir="auto">
                {summary.summary}
            </p>
            <ul class="list-disc pl-5 text-sm">{todo.collect_view()}</ul>
            <div class="flex flex-wrap gap-1.5">
                <Badge>{format!("Caller: {}", letters::lower(summary.sentiment.label()))}</Badge>
                {summary.topics.into_iter().map(|topic| view! { <Badge>{topic}</Badge> }).collect_view()}
            </div>
            <p class="text-xs text-muted">
                {format!("By {model}")} {took.map(|took| format!(", {took}"))}
            </p>
        </div>
    }
    .into_any()
}
