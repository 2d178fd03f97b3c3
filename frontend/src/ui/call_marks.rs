//! How a call is marked wherever calls are listed.

use leptos::prelude::*;
use shared::call::{CallStatus, Direction, Outcome};

use super::badge::Badge;
use super::icon::{Glyph, Icon, lu};
use super::status_dot::StatusDot;
use super::tone::Tone;

/// Where a call stands or, once it is over, how it was judged.
#[component]
pub fn CallMark(status: CallStatus, outcome: Outcome) -> AnyView {
    match status {
        CallStatus::Done => view! { <OutcomeMark outcome /> }.into_any(),
        status => view! { <StatusMark status /> }.into_any(),
    }
}

#[component]
pub fn StatusMark(status: CallStatus) -> AnyView {
    let tone = match status {
        CallStatus::Initiated | CallStatus::Processing => Tone::Info,
        CallStatus::InProgress => Tone::Good,
        CallStatus::Done => Tone::Plain,
        CallStatus::Failed => Tone::Bad,
    };
    view! { <StatusDot tone live=status.is_running() label=status.label() /> }.into_any()
}

#[component]
pub fn OutcomeMark(outcome: Outcome) -> AnyView {
    match outcome {
        Outcome::Success => view! {
            <Badge tone=Tone::Good icon=lu::LuCheck>
                {outcome.label()}
            </Badge>
        }
        .into_any(),
        Outcome::Failure => view! {
            <Badge tone=Tone::Bad icon=lu::LuX>
                {outcome.label()}
            </Badge>
        }
        .into_any(),
        Outcome::Unknown => view! { <span class="text-muted">{outcome.label()}</span> }.into_any(),
    }
}

/// The way of a call as an icon with its word for assistive technology.
#[component]
pub fn DirectionMark(direction: Direction) -> AnyView {
    view! {
        <span class="inline-flex align-middle text-faint" title=direction.label()>
            <Icon glyph=direction_glyph(direction) />
            <span class="sr-only">{direction.label()}</span>
        </span>
    }
    .into_any()
}

fn direction_glyph(direction: Direction) -> Glyph {
    match direction {
        Direction::Inbound => lu::LuPhoneIncoming,
        Direction::Outbound => lu::LuPhoneOutgoing,
        Direction::Web => lu::LuGlobe,
    }
}
