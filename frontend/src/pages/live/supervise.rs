//! How far the chosen call can be followed, what can be done to it, and what was.

use leptos::prelude::*;
use shared::CallId;
use shared::live::LiveEvent;
use shared::live_command::{CallControls, CommandKind, CommandRecord, CommandState, Following};

use super::command::{Asked, CommandDialog};
use crate::api::{self, ApiError};
use crate::live::{Live, News};
use crate::ui::{Badge, Button, Glyph, Icon, Tone, Variant, When, lu};

#[component]
pub(super) fn Supervise(id: CallId) -> AnyView {
    let controls = RwSignal::new(None::<Result<CallControls, ApiError>>);
    let load = move || {
        leptos::task::spawn_local(async move {
            let reply = api::get::<CallControls>(&format!("/api/live/calls/{id}")).await;
            _ = controls.try_set(Some(reply));
        });
    };
    load();
    Live::here().listen(move |news| match news {
        News::Missed => load(),
        News::Event(event) => match &*event {
            LiveEvent::CallCommand { call_id, .. }
            | LiveEvent::CallStatus { call_id, .. }
            | LiveEvent::CallEnded { call_id, .. }
                if *call_id == id =>
            {
                load();
            }
            _ => {}
        },
    });
    let asked = RwSignal::new(None::<Asked>);
    let body = move || match controls.get() {
        None => ().into_any(),
        Some(Err(error)) => view! {
            <p class="text-sm text-muted" role="status">
                {error.title()} ". " {error.advice()}
            </p>
        }
        .into_any(),
        Some(Ok(controls)) => view! {
            <Grades controls=controls.clone() />
            <Bar controls=controls.clone() asked />
            <History commands=controls.commands />
        }
        .into_any(),
    };
    view! {
        <section class="grid gap-3 border-b border-line px-4 py-3" aria-label="Following and commands">
            {body}
            <CommandDialog id asked done=Callback::new(move |()| load()) />
        </section>
    }
    .into_any()
}

/// The three grades, and why one is missing.
#[component]
fn Grades(controls: CallControls) -> AnyView {
    let reads = controls.words == Following::Open;
    let (icon, tone) = match controls.words {
        Following::Open => (lu::LuCircleCheck, Tone::Good),
        Following::NotYet | Following::Opening => (lu::LuHourglass, Tone::Plain),
        _ => (lu::LuCircleMinus, Tone::Plain),
    };
    let detail = controls
        .words_detail
        .clone()
        .filter(|_| !reads)
        .map(|detail| view! { <span class="break-words">" It said: " {detail}</span> });
    view! {
        <ol class="grid gap-1.5 text-sm">
            <Grade icon=lu::LuCircleCheck tone=Tone::Good name="Presence">
                "That it runs, since when and with whom."
            </Grade>
            <Grade icon tone name="Words and commands">
                {controls.words.explanation()}
                {detail}
            </Grade>
            <Grade icon=lu::LuCircleMinus tone=Tone::Plain name="Sound">
                {controls.sound.explanation()}
            </Grade>
        </ol>
    }
    .into_any()
}

#[component]
fn Grade(icon: Glyph, tone: Tone, name: &'static str, children: Children) -> AnyView {
    view! {
        <li class="flex items-start gap-2">
            <span class=format!("flex h-5 items-center text-(--tone) {}", tone.class())>
                <Icon glyph=icon />
            </span>
            <span class="min-w-0">
                <span class="font-medium">{name}</span>
                " "
                <span class="text-muted">{children()}</span>
            </span>
        </li>
    }
    .into_any()
}

/// What can be done now; nothing stands here that would not work.
#[component]
fn Bar(controls: CallControls, asked: RwSignal<Option<Asked>>) -> AnyView {
    if controls.words != Following::Open || controls.controls.is_empty() {
        return ().into_any();
    }
    let can: Vec<CommandKind> = controls
        .controls
        .iter()
        .filter(|control| control.why_not.is_none())
        .map(|control| control.kind)
        .collect();
    let missing = [CommandKind::Transfer, CommandKind::TakeOver]
        .into_iter()
        .filter_map(|kind| {
            let control = controls.controls.iter().find(|control| control.kind == kind)?;
            let why = control.why_not.clone()?;
            let told = !(kind == CommandKind::TakeOver && controls.taken_over);
            told.then(|| view! { <p class="text-sm text-muted">{why}</p> })
        })
        .collect_view();
    let buttons = can
        .into_iter()
        .map(|kind| {
            let (icon, words, variant) = face(kind);
            view! {
                <Button small=true icon variant on_press=move |()| asked.set(Some(Asked::new(kind)))>
                    {words}
                </Button>
            }
        })
        .collect_view();
    let taken = controls.taken_over.then(|| {
        view! {
            <Badge tone=Tone::Warn icon=lu::LuUserRound>
                "A person answers"
            </Badge>
        }
    });
    view! {
        <div class="flex flex-wrap items-center gap-2">{taken} {buttons}</div>
        {missing}
    }
    .into_any()
}

fn face(kind: CommandKind) -> (Glyph, &'static str, Variant) {
    match kind {
        CommandKind::End => (lu::LuPhoneOff, "End call", Variant::Danger),
        CommandKind::Transfer => (lu::LuPhoneForwarded, "Transfer", Variant::Secondary),
        CommandKind::Hint => (lu::LuLightbulb, "Hint", Variant::Secondary),
        CommandKind::TakeOver => (lu::LuUserRound, "Take over", Variant::Secondary),
        CommandKind::Say => (lu::LuMessageSquare, "Write", Variant::Primary),
        CommandKind::GiveBack => (lu::LuBot, "Give back", Variant::Secondary),
    }
}

#[component]
fn History(commands: Vec<CommandRecord>) -> AnyView {
    if commands.is_empty() {
        return ().into_any();
    }
    let count = match commands.len() {
        1 => "1 command".to_owned(),
        count => format!("{count} commands"),
    };
    view! {
        <details>
            <summary class="cursor-pointer text-sm text-muted">{count}</summary>
            <ul class="mt-2 grid gap-2 text-sm">{commands.into_iter().map(entry).collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn entry(command: CommandRecord) -> AnyView {
    let tone = match command.state {
        CommandState::Confirmed | CommandState::Sent => Tone::Good,
        CommandState::Waiting | CommandState::Taken => Tone::Plain,
        CommandState::Unconfirmed => Tone::Warn,
        CommandState::Refused | CommandState::Failed => Tone::Bad,
    };
    view! {
        <li class="grid gap-0.5">
            <span class="flex flex-wrap items-center gap-x-2 gap-y-1">
                <span class="font-medium">{command.kind.label()}</span>
                <Badge tone>{command.state.label()}</Badge>
                <span class="text-muted">
                    {command.by.unwrap_or_else(|| "Somebody who is gone".to_owned())} ", "
                    <When at=command.at />
                </span>
            </span>
            {command
                .argument
                .map(|words| view! { <span class="break-words" dir="auto">{words}</span> })}
            {command.detail.map(|detail| view! { <span class="text-muted">{detail} "."</span> })}
        </li>
    }
    .into_any()
}
