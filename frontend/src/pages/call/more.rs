//! What people do with a call, and what was made of it: a file of its own, fetched beside the call's words (crates/wasm-build).

use leptos::prelude::*;
use shared::CallId;

use super::data::CallData;
use super::digest::Digest;
use super::erase::Erase;
use super::notes::Notes;
use super::work::Work;
use crate::frame::later;

#[derive(Clone, Copy)]
pub(super) enum Part {
    Work,
    Digest,
    Notes,
    Erase,
}

#[component]
pub(super) fn More(part: Part, id: CallId, data: CallData) -> AnyView {
    later(Box::pin(call_more(part, id, data)))
}

// One function for all, so that they are one file.
#[leptos::lazy]
fn call_more(part: Part, id: CallId, data: CallData) -> AnyView {
    match part {
        Part::Work => view! { <Work data /> }.into_any(),
        Part::Digest => view! { <Digest id data /> }.into_any(),
        Part::Notes => view! { <Notes id data /> }.into_any(),
        Part::Erase => view! { <Erase id /> }.into_any(),
    }
}
