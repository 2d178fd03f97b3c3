//! What is made of several calls at once.

use leptos::prelude::*;
use serde::Serialize;
use shared::work::{AssignCalls, Changed, MAX_CALLS, ReadCalls, TagCalls};
use shared::{CallId, Permission};

use super::log::Log;
use super::work_filters::{members, tag_choices};
use crate::api;
use crate::format;
use crate::state::{SessionState, Toasts};
use crate::ui::{Choice, Icon, Menu, MenuItem, Tone, lu};

/// Menus of the selection bar.
#[component]
pub(super) fn Bulk(log: Log) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let may_tag = untrack(|| session.may(Permission::CallsAnnotate));
    let may_assign = untrack(|| session.may(Permission::CallsAssign));
    let read = move |read: bool| {
        let calls = chosen(log);
        send(log, toasts, "/api/calls/bulk/read", ReadCalls { calls, read });
    };
    view! {
        {may_tag.then(|| view! { <Tagging log /> })}
        {may_assign.then(|| view! { <Assigning log /> })}
        <Menu
            trigger=Box::new(|| view! { <Icon glyph=lu::LuMailOpen /> "Read" }.into_any())
            trigger_class="btn btn-secondary btn-sm"
            align_end=true
        >
            <MenuItem label="Mark as read" icon=lu::LuMailOpen on_press=move |()| read(true) />
            <MenuItem label="Mark as unread" icon=lu::LuMail on_press=move |()| read(false) />
        </Menu>
    }
    .into_any()
}

#[component]
fn Tagging(log: Log) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let tags = tag_choices();
    let change = move |choice: &Choice, add: bool| {
        let Ok(tag) = choice.value.parse() else { return };
        let (add, remove) = if add {
            (vec![tag], Vec::new())
        } else {
            (Vec::new(), vec![tag])
        };
        let calls = chosen(log);
        send(
            log,
            toasts,
            "/api/calls/bulk/tags",
            TagCalls { calls, add, remove },
        );
    };
    let items = move |add: bool| {
        let word = if add { "Add" } else { "Take off" };
        tags.get()
            .into_iter()
            .map(|choice| {
                let label = format!("{word} {}", choice.label);
                view! { <MenuItem label on_press=move |()| change(&choice, add) /> }
            })
            .collect_view()
    };
    view! {
        <Menu
            trigger=Box::new(|| view! { <Icon glyph=lu::LuTag /> "Tag" }.into_any())
            trigger_class="btn btn-secondary btn-sm"
            align_end=true
        >
            {move || items(true)}
            {move || items(false)}
            {move || {
                tags.with(Vec::is_empty)
                    .then(|| view! { <p class="px-3 py-2 text-sm text-muted">"There are no tags yet."</p> })
            }}
        </Menu>
    }
    .into_any()
}

#[component]
fn Assigning(log: Log) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let people = members(vec![Choice::new("", "Nobody")]);
    let assign = move |choice: &Choice| {
        let user = choice.value.parse().ok();
        let calls = chosen(log);
        send(
            log,
            toasts,
            "/api/calls/bulk/assignee",
            AssignCalls { calls, user },
        );
    };
    view! {
        <Menu
            trigger=Box::new(|| view! { <Icon glyph=lu::LuUserCheck /> "Assign" }.into_any())
            trigger_class="btn btn-secondary btn-sm"
            align_end=true
        >
            {move || {
                people
                    .get()
                    .into_iter()
                    .map(|choice| {
                        let label = choice.label.clone();
                        view! { <MenuItem label on_press=move |()| assign(&choice) /> }
                    })
                    .collect_view()
            }}
        </Menu>
    }
    .into_any()
}

/// As many as one request takes.
fn chosen(log: Log) -> Vec<CallId> {
    let all = untrack(|| log.selection());
    all.into_iter().map(|call| call.id).take(MAX_CALLS).collect()
}

fn send(log: Log, toasts: Toasts, path: &'static str, body: impl Serialize + 'static) {
    leptos::task::spawn_local(async move {
        match api::post::<Changed>(path, &body).await {
            Ok(done) => {
                let noun = if done.changed == 1 { "call is" } else { "calls are" };
                toasts.show(
                    Tone::Good,
                    format!("{} {noun} changed", format::integer(done.changed as f64)),
                );
                log.look_again();
            }
            Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
        }
    });
}
