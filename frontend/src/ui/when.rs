//! A point in time, relative, with the exact one on hover, in the organization's zone.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::format;
use crate::state::{Clock, SessionState};

#[component]
pub fn When(at: DateTime<Utc>) -> AnyView {
    let (clock, session) = (Clock::here(), SessionState::here());
    let text = move || {
        _ = clock.half_minute();
        format::relative(at, &session.zone())
    };
    view! {
        <time datetime=at.to_rfc3339() title=move || format::exact(at, &session.zone())>
            {text}
        </time>
    }
    .into_any()
}

/// How long something has been going on, ticking.
#[component]
pub fn Elapsed(since: DateTime<Utc>) -> AnyView {
    let clock = Clock::here();
    let begun = since.timestamp_millis() as f64;
    view! { <span class="num">{move || format::duration((clock.second() - begun) / 1_000.0)}</span> }
        .into_any()
}
