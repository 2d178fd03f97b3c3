//! What the call was about: title's summary, intent, topics, what is left to do, and who says so.

use leptos::prelude::*;
use shared::letters;
use shared::summary::{CallSummaryDetail, Sentiment, Summary, SummaryCost, SummaryState, language_name};
use shared::{CallId, Permission};

use super::data::CallData;
use crate::api::{self, ApiError, Latest};
use crate::format;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Badge, Button, Card, Icon, Tone, When, lu};

#[component]
pub(super) fn Digest(id: CallId, data: CallData) -> AnyView {
    let readable = untrack(|| SessionState::here().may(Permission::CallsTranscript));
    let digest = RwSignal::new(None::<CallSummaryDetail>);
    let latest = Latest::new();
    // With each reading of the call: it is read again when its summary has changed.
    Effect::new(move |_| {
        let is_over = data.with(|detail| detail.call.status.is_final());
        data.detail.track();
        if !(readable && is_over) {
            return;
        }
        leptos::task::spawn_local(async move {
            let path = format!("/api/calls/{id}/summary");
            // Until it is there, and should it not come, the call's own text is shown.
            if let Ok(read) = api::get_latest::<CallSummaryDetail>(&path, latest).await {
                _ = digest.try_set(Some(read));
            }
        });
    });
    let text = Memo::new(move |_| {
        let text = data.with(|detail| detail.summary.clone());
        text.filter(|text| !text.trim().is_empty())
    });
    let body = move || match (digest.get(), text.get()) {
        (Some(digest), _) => shown(id, digest, data),
        (None, Some(text)) => view! { <Card padded=true>{paragraph(text)}</Card> }.into_any(),
        (None, None) => ().into_any(),
    };
    body.into_any()
}

fn shown(id: CallId, digest: CallSummaryDetail, data: CallData) -> AnyView {
    let by = author(&digest);
    let nothing = digest.ours.is_none() && digest.provider.is_none();
    if nothing && digest.error.is_none() && !digest.can_make {
        return ().into_any();
    }
    let text = match (&digest.ours, &digest.provider) {
        (Some(ours), _) => Some(ours.summary.clone()),
        (None, provider) => provider.clone(),
    };
    let (state, made) = (digest.state, digest.ours.is_some());
    let note = note(&digest);
    let left_out = (digest.turns_left_out > 0 && made).then(|| {
        let turns = format::integer(f64::from(digest.turns_left_out));
        format!("The call is very long: {turns} turns in its middle were not read for this.")
    });
    let again = digest
        .can_make
        .then(|| view! { <Again id made pending={state == SummaryState::Pending} data /> });
    view! {
        <Card padded=true>
            <div class="grid gap-3">
                {text.map(paragraph)} {digest.ours.map(parts)} {note}
                {left_out.map(|text| view! { <p class="text-xs text-muted">{text}</p> })}
                <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 text-xs text-muted">
                    <span class="flex flex-wrap items-center gap-x-2">
                        {by} {digest.made_at.filter(|_| made).map(|at| view! { <When at /> })}
                        {digest.cost.map(cost)}
                    </span>
                    {again}
                </div>
            </div>
        </Card>
    }
    .into_any()
}

fn paragraph(text: String) -> AnyView {
    view! {
        <p class="max-w-[75ch] text-pretty" dir="auto">
            {text}
        </p>
    }
    .into_any()
}

/// Whose words these are.
fn author(digest: &CallSummaryDetail) -> String {
    match (&digest.ours, &digest.provider) {
        (Some(_), _) => {
            let model = digest
                .model
                .clone()
                .unwrap_or_else(|| "a language model".to_owned());
            let language = digest.language.as_deref().and_then(language_name);
            match language {
                Some(language) => format!("Summary by {model}, in {language}"),
                None => format!("Summary by {model}"),
            }
        }
        (None, Some(_)) => "Summary by the provider".to_owned(),
        (None, None) => String::new(),
    }
}

fn parts(ours: Summary) -> AnyView {
    let tone = match ours.sentiment {
        Sentiment::Positive => Tone::Good,
        Sentiment::Negative => Tone::Bad,
        Sentiment::Mixed => Tone::Warn,
        Sentiment::Neutral => Tone::Plain,
    };
    let intent = (!ours.intent.is_empty()).then(|| {
        view! {
            <p class="text-sm">
                <span class="text-muted">"Why they called: "</span>
                <span dir="auto">{ours.intent}</span>
            </p>
        }
    });
    let todo = (!ours.action_items.is_empty()).then(|| {
        let items = ours.action_items.into_iter().map(|item| {
            view! {
                <li class="flex gap-2" dir="auto">
                    <span class="flex h-5 items-center text-muted">
                        <Icon glyph=lu::LuArrowRight />
                    </span>
                    {item}
                </li>
            }
        });
        view! {
            <div class="grid gap-1 text-sm">
                <h2 class="label-caps">"To do"</h2>
                <ul class="grid gap-1">{items.collect_view()}</ul>
            </div>
        }
    });
    let topics = ours.topics.into_iter().map(|topic| {
        view! {
            <li dir="auto">
                <Badge>{topic}</Badge>
            </li>
        }
    });
    view! {
        {intent}
        {todo}
        <ul class="flex flex-wrap gap-1.5" aria-label="Mood and topics">
            <li>
                <Badge tone>{format!("Caller: {}", letters::lower(ours.sentiment.label()))}</Badge>
            </li>
            {topics.collect_view()}
        </ul>
    }
    .into_any()
}

/// Why there is none, or no newer one.
fn note(digest: &CallSummaryDetail) -> Option<AnyView> {
    let (glyph, colour, text) = match (digest.state, &digest.error) {
        (SummaryState::Pending, None) => (lu::LuClock, "text-muted", "A summary is being made.".to_owned()),
        (SummaryState::Pending, Some(error)) => (
            lu::LuClock,
            "text-warn",
            format!("The summary is late and tried again by itself. {error}."),
        ),
        (SummaryState::Failed, error) => {
            let why = error.clone().unwrap_or_default();
            (
                lu::LuTriangleAlert,
                "text-bad",
                format!("The summary could not be made. {why}"),
            )
        }
        (SummaryState::NotWanted, Some(error)) => (lu::LuInfo, "text-muted", error.clone()),
        _ => return None,
    };
    let view = view! {
        <p class="flex gap-2 text-sm break-words" role="status">
            <span class=format!("flex h-5 items-center {colour}")>
                <Icon glyph />
            </span>
            {text}
        </p>
    };
    Some(view.into_any())
}

fn cost(cost: SummaryCost) -> String {
    let tokens = format::integer((cost.input_tokens + cost.output_tokens) as f64);
    match cost.usd_micros {
        Some(micros) => format!("· {} for {tokens} tokens", format::usd_micros(micros)),
        None => format!("· {tokens} tokens"),
    }
}

#[component]
fn Again(id: CallId, made: bool, pending: bool, data: CallData) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let ask = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            match api::post_empty(&format!("/api/calls/{id}/summary")).await {
                Ok(()) => data.load(),
                Err(ApiError::Superseded) => {}
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = asking.try_set(false);
        });
    };
    let label = if made { "Summarize again" } else { "Summarize" };
    let busy = Signal::derive(move || asking.get() || pending);
    view! {
        <Button small=true loading=busy icon=lu::LuRefreshCw on_press=ask>
            {label}
        </Button>
    }
    .into_any()
}
