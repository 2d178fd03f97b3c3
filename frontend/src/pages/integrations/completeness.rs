//! "12,431 of 12,431 calls accounted for": what the provider's list has, what of it is here, and why the rest is not.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use shared::connection::Connection;
use shared::ledger::{Completeness, Gap, WebhookHealth};
use shared::letters;
use shared::{ConnectionId, Permission};

use super::connections::Connections;
use crate::api::{self, Latest};
use crate::format;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Icon, StatusDot, Tone, When, lu};

/// Milliseconds between looks: the server compares once a minute.
const LOOK: u32 = 20_000;

#[derive(Clone, Copy)]
struct Data {
    shown: RwSignal<Option<Completeness>>,
    latest: Latest,
    id: ConnectionId,
}

impl Data {
    fn load(self) {
        leptos::task::spawn_local(async move {
            let path = format!("/api/connections/{}/completeness", self.id);
            // What is shown stays where the next look fails.
            if let Ok(read) = api::get_latest::<Completeness>(&path, self.latest).await {
                _ = self.shown.try_set(Some(read));
            }
        });
    }
}

#[component]
pub(super) fn CompletenessBox(
    id: ConnectionId,
    connection: Memo<Option<Connection>>,
    connections: Connections,
) -> AnyView {
    let data = Data {
        shown: RwSignal::new(None),
        latest: Latest::new(),
        id,
    };
    // Whatever changes about the connection may change this.
    Effect::new(move |_| {
        connection.track();
        connections.list.track();
        data.load();
    });
    let looks = StoredValue::new_local(Some(Interval::new(LOOK, move || data.load())));
    on_cleanup(move || looks.set_value(None));
    let line = move || data.shown.get().map(counted);
    let trouble = move || {
        data.shown
            .with(|shown| shown.as_ref().and_then(|s| s.trouble.clone()))
            .map(warning)
    };
    let webhook = move || {
        data.shown
            .with(|shown| shown.as_ref().and_then(webhook_trouble))
            .map(warning)
    };
    let gaps = Memo::new(move |_| {
        data.shown
            .with(|shown| shown.as_ref().map(|s| s.gaps.clone()).unwrap_or_default())
    });
    let list = move || {
        let gaps = gaps.get();
        (!gaps.is_empty()).then(|| view! { <Gaps data gaps /> })
    };
    let novelties = move || {
        let count = data.shown.with(|shown| shown.as_ref().map_or(0, |s| s.novelties));
        (count > 0).then(|| view! { <Novelties count /> })
    };
    view! {
        <div class="grid gap-3">
            <div class="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 text-sm">
                <div class="grid min-w-0 gap-1">
                    <h3 class="font-semibold">"Completeness"</h3>
                    {line}
                </div>
                <CheckNow data />
            </div>
            {trouble}
            {webhook}
            {list}
            {novelties}
        </div>
    }
    .into_any()
}

fn counted(shown: Completeness) -> AnyView {
    let count = |count: i64| format::integer(count as f64);
    let Some(at) = shown.checked_at else {
        return view! { <span class="text-muted">"Compared with ElevenLabs' list when the first sync has ended"</span> }
            .into_any();
    };
    let (tone, is_whole) = match shown.accounted == shown.listed {
        true => (Tone::Good, true),
        false => (Tone::Warn, false),
    };
    let text = format!(
        "{} of {} calls accounted for",
        count(shown.accounted),
        count(shown.listed)
    );
    let walked = shown.walked_at.filter(|_| is_whole).map(|at| {
        view! {
            <span class="text-muted">
                "whole list " <When at />
            </span>
        }
    });
    view! {
        <span class="flex flex-wrap gap-x-2">
            <span class="num font-medium">
                <StatusDot tone label=text />
            </span>
            <span class="text-muted">
                "checked " <When at />
            </span>
            {walked}
            {shown.walking.then(|| view! { <span class="text-muted">"walking through the whole list"</span> })}
        </span>
    }
    .into_any()
}

fn warning(text: String) -> AnyView {
    view! {
        <p class="tone-warn flex gap-2 text-sm break-words">
            <span class="flex h-5 items-center text-warn">
                <Icon glyph=lu::LuTriangleAlert />
            </span>
            {text}
        </p>
    }
    .into_any()
}

fn webhook_trouble(shown: &Completeness) -> Option<String> {
    let words = match shown.webhook {
        WebhookHealth::Unknown | WebhookHealth::Working => return None,
        WebhookHealth::Failing => {
            "ElevenLabs can not deliver to the webhook. After ten failures in a row it switches the webhook off."
        }
        WebhookHealth::AutoDisabled => {
            "ElevenLabs has switched the webhook off after too many failures. Register it again."
        }
        WebhookHealth::Disabled => {
            "The webhook is switched off at ElevenLabs. Register it again to switch it on."
        }
        WebhookHealth::Missing => "The webhook was removed at ElevenLabs. Register it again.",
        WebhookHealth::Replaced => {
            "The workspace sends its calls to another webhook, or to none. Register it again."
        }
    };
    let last = match shown.webhook_error_code {
        Some(0) => " The last delivery got no answer.".to_owned(),
        Some(code) => format!(" The last delivery that failed got the status {code}."),
        None => String::new(),
    };
    Some(format!(
        "{words}{last} Until then calls are found by looking, up to a minute later."
    ))
}

#[component]
fn CheckNow(data: Data) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let check = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::post_empty(&format!("/api/connections/{}/check", data.id)).await {
                Ok(()) => toasts.show(Tone::Good, "ElevenLabs' list is being compared"),
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = busy.try_set(false);
            data.load();
        });
    };
    view! {
        <Show when=move || session.may(Permission::ConnectionsSync)>
            <Button small=true icon=lu::LuRefreshCw loading=busy on_press=check>
                "Check now"
            </Button>
        </Show>
    }
    .into_any()
}

#[component]
fn Gaps(data: Data, gaps: Vec<Gap>) -> AnyView {
    let rows = gaps
        .into_iter()
        .map(|gap| view! { <GapRow data gap /> })
        .collect_view();
    view! { <ul class="grid divide-y divide-line rounded-md border border-line text-sm">{rows}</ul> }
        .into_any()
}

#[component]
fn GapRow(data: Data, gap: Gap) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let path = format!("/api/connections/{}/gaps/{}/retry", data.id, gap.conversation_id);
    let retry = move |()| {
        let path = path.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::post_empty(&path).await {
                Ok(()) => toasts.show(Tone::Good, "It is asked for again"),
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = busy.try_set(false);
            data.load();
        });
    };
    let name = match gap.call_id {
        Some(call) => {
            view! { <a class="link" href=format!("/calls/{call}")>{gap.conversation_id.clone()}</a> }
                .into_any()
        }
        None => view! { <span>{gap.conversation_id.clone()}</span> }.into_any(),
    };
    let parts: Vec<&str> = gap.missing.iter().map(|part| part.artefact.label()).collect();
    let reason = gap.missing.iter().find_map(|part| part.reason.clone());
    let attempts = gap.missing.iter().map(|part| part.attempts).max().unwrap_or(0);
    let next = gap.missing.iter().filter_map(|part| part.next_try_at).min();
    view! {
        <li class="flex flex-wrap items-start gap-x-4 gap-y-1 px-3 py-2">
            <div class="grid min-w-0 flex-1 basis-64 gap-0.5">
                <span class="flex flex-wrap gap-x-2">
                    <span class="break-all">{name}</span>
                    <span class="text-muted">
                        <When at=gap.started_at />
                    </span>
                </span>
                <span>{format!("Missing: {}", letters::lower(&parts.join(", ")))}</span>
                {reason.map(|reason| view! { <span class="break-words text-muted">{reason}</span> })}
                <span class="text-xs text-muted">
                    {(attempts > 0).then(|| format!("{attempts} tries so far. "))}
                    {next.map(|at| format!("Next try {}", format::exact(at, &session.zone())))}
                </span>
            </div>
            <Show when=move || session.may(Permission::ConnectionsSync)>
                <Button small=true loading=busy on_press=retry.clone()>
                    "Try again"
                </Button>
            </Show>
        </li>
    }
    .into_any()
}

#[component]
fn Novelties(count: i64) -> AnyView {
    let session = SessionState::here();
    let text = match count {
        1 => "ElevenLabs sends 1 field or value that this version does not know.".to_owned(),
        count => format!("ElevenLabs sends {count} fields or values that this version does not know."),
    };
    view! {
        <p class="text-sm text-muted">
            {text} " Nothing is lost by it. "
            <Show when=move || session.may(Permission::FailuresView)>
                <a class="link" href="/settings/failed-work?part=new">
                    "See which"
                </a>
            </Show>
        </p>
    }
    .into_any()
}
