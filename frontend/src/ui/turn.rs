//! One turn of a transcript with the tools that the agent used.

use leptos::prelude::*;
use shared::call::{Speaker, ToolUse, Turn};
use shared::call_search::Piece;

use super::badge::Badge;
use super::found_text::found_text;
use super::icon::{Icon, lu};
use super::playback::Playback;
use super::tone::Tone;
use crate::format;

/// With `playback` a press on the turn plays from there.
#[component]
pub(super) fn TurnView(
    turn: Turn,
    #[prop(into)] now: Signal<bool>,
    playback: Option<Playback>,
    /// It came while the reader watched.
    fresh: bool,
    /// Its text where a search found something in it.
    #[prop(into)]
    found: Signal<Option<Vec<Piece>>>,
) -> AnyView {
    let (at, position) = (turn.at_seconds, turn.position);
    let who = match turn.speaker {
        Speaker::Agent => "turn turn-agent",
        Speaker::Caller => "turn",
    };
    let class = if fresh {
        format!("{who} turn-new")
    } else {
        who.to_owned()
    };
    let words = turn.message.filter(|message| !message.is_empty()).map(|message| {
        let body = view! {
            <span class="turn-time">{format::clock(at)}</span>
            <span class="block">
                <span class="turn-who">{turn.speaker.label()}</span>
                {turn
                    .interrupted
                    .then(|| view! { <span class="ml-2 text-xs text-muted">"interrupted"</span> })}
                <span class="turn-text block" dir="auto">
                    {move || match found.get() {
                        Some(pieces) => found_text(pieces),
                        None => message.clone().into_any(),
                    }}
                </span>
            </span>
        };
        let now = move || now.get().then_some("true");
        match playback {
            Some(playback) => view! {
                <button type="button" class=class data-now=now on:click=move |_| playback.seek(at)>{body}</button>
            }
            .into_any(),
            None => view! { <div class=class data-now=now>{body}</div> }.into_any(),
        }
    });
    view! { <li data-turn=position.to_string()>{words} {turn.tools.into_iter().map(tool).collect_view()}</li> }.into_any()
}

fn tool(tool: ToolUse) -> AnyView {
    let result = tool.result.is_some();
    view! {
        <details class="tool">
            <summary>
                <Icon glyph=lu::LuChevronRight class="tool-arrow" />
                <Icon glyph=lu::LuWrench />
                <code>{tool.name}</code>
                {tool.failed.then(|| view! { <Badge tone=Tone::Bad>"Failed"</Badge> })}
                <span class="num ml-auto text-xs">{tool.latency_seconds.map(format::seconds)}</span>
            </summary>
            {tool.parameters.map(|text| view! { <pre>{pretty(&text)}</pre> })}
            {tool.result.map(|text| view! { <pre>{pretty(&text)}</pre> })}
            {(!result).then(|| view! { <pre>"No result was recorded."</pre> })}
        </details>
    }
    .into_any()
}

/// JSON with line breaks; anything else as it is.
fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_not_json| text.to_owned())
}
