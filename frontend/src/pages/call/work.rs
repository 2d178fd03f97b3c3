//! What people make of the call: tags, who looks after it, how it ended, how good it was.

use leptos::prelude::*;
use serde::Serialize;
use shared::work::{Assign, BEST, CallWork, EditWork, Tag};
use shared::{Permission, TagId};

use super::Surface;
use super::data::CallData;
use super::keys::TAGS;
use crate::api;
use crate::pages::calls::{disposition_choices, members, stars_of};
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Choice, FilterChip, Icon, MenuItem, Popover, TagMark, Tone, lu};

#[component]
pub(super) fn Work(data: CallData) -> AnyView {
    let session = SessionState::here();
    let work = Memo::new(move |_| data.with(|detail| detail.call.work.clone()));
    let may_annotate = untrack(|| session.may(Permission::CallsAnnotate));
    let may_assign = untrack(|| session.may(Permission::CallsAssign));
    read_when_shown(data);
    if !may_annotate && !may_assign {
        return view! { <Shown work /> }.into_any();
    }
    view! {
        <div class="flex flex-wrap items-center gap-2" role="group" aria-label="Work on this call">
            {may_annotate.then(|| view! { <Tags data work /> })}
            {may_assign.then(|| view! { <Assigned data work /> })}
            {may_annotate.then(|| view! { <Closed data work /> })}
            {may_annotate.then(|| view! { <Rated data work /> })}
        </div>
    }
    .into_any()
}

/// Opening a call is reading it.
fn read_when_shown(data: CallData) {
    let surface = expect_context::<Surface>();
    let unread = Memo::new(move |_| data.with(|d| d.call.work.unread.then_some(d.call.id)));
    // Whoever marks it unread while it is open wants it to stay so.
    let read = StoredValue::new(None);
    Effect::new(move |_| {
        let Some(id) = unread.get().filter(|id| read.get_value() != Some(*id)) else {
            return;
        };
        read.set_value(Some(id));
        leptos::task::spawn_local(async move {
            let request = shared::work::SetRead { read: true };
            // Where it can not be noted, it is noted the next time.
            if api::put_empty(&format!("/api/calls/{id}/read"), &request)
                .await
                .is_ok()
            {
                surface.changed.run(id);
            }
        });
    });
}

/// For who may only look.
#[component]
fn Shown(work: Memo<CallWork>) -> AnyView {
    let body = move || {
        let work = work.get();
        let nothing = work.tags.is_empty()
            && work.assignee.is_none()
            && work.disposition.is_none()
            && work.rating.is_none();
        (!nothing).then(|| {
            view! {
                <div class="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-muted">
                    {work.tags.into_iter().map(|tag| view! { <TagMark tag /> }).collect_view()}
                    {work.assignee.map(|member| view! { <span>{format!("Looked after by {}", member.name)}</span> })}
                    {work.disposition.map(|one| view! { <span>{one.name}</span> })}
                    {work.rating.map(|stars| view! { <span>{format!("Rated {}", stars_of(stars))}</span> })}
                </div>
            }
        })
    };
    body.into_any()
}

#[derive(Clone, Copy)]
enum Way {
    Patch,
    Put,
}

/// Sends a change; the reply is what stands there now. What was refused is said, and shown as it was.
fn send(data: CallData, toasts: Toasts, way: Way, what: &'static str, body: impl Serialize + 'static) {
    let Some(id) = data.id.get_untracked() else { return };
    leptos::task::spawn_local(async move {
        let path = format!("/api/calls/{id}/{what}");
        let reply = match way {
            Way::Patch => api::patch::<CallWork>(&path, &body).await,
            Way::Put => api::put::<CallWork>(&path, &body).await,
        };
        match reply {
            Ok(work) => data.set_work(id, work),
            Err(error) => {
                toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice()));
                data.load();
            }
        }
    });
}

/// A signal for a chip that holds what stands on the server; another choice is sent.
fn chip(shown: Memo<Option<String>>, send: impl Fn(Option<String>) + 'static) -> RwSignal<Option<String>> {
    let value = RwSignal::new(shown.get_untracked());
    Effect::new(move |_| {
        let now = shown.get();
        if value.with_untracked(|value| *value != now) {
            value.set(now);
        }
    });
    Effect::new(move |before: Option<()>| {
        let wanted = value.get();
        if before.is_some() && shown.with_untracked(|shown| *shown != wanted) {
            send(wanted);
        }
    });
    value
}

#[component]
fn Assigned(data: CallData, work: Memo<CallWork>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let shown =
        Memo::new(move |_| work.with(|work| work.assignee.as_ref().map(|member| member.id.to_string())));
    let value = chip(shown, move |wanted| {
        let user = wanted.and_then(|id| id.parse().ok());
        send(data, toasts, Way::Put, "assignee", Assign { user });
    });
    view! { <FilterChip label="Assigned to" choices=members(Vec::new()) value /> }.into_any()
}

#[component]
fn Closed(data: CallData, work: Memo<CallWork>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let shown = Memo::new(move |_| work.with(|work| work.disposition.as_ref().map(|one| one.id.to_string())));
    let value = chip(shown, move |wanted| {
        let disposition = Some(wanted.and_then(|id| id.parse().ok()));
        send(
            data,
            toasts,
            Way::Patch,
            "work",
            EditWork {
                disposition,
                ..EditWork::default()
            },
        );
    });
    let listed = disposition_choices();
    // One that is off the list is shown where it stands.
    let choices = Signal::derive(move || {
        let mut all = listed.get();
        if let Some(one) = work.with(|work| work.disposition.clone())
            && !all.iter().any(|choice| choice.value == one.id.to_string())
        {
            all.push(Choice::new(one.id.to_string(), one.name));
        }
        all
    });
    view! { <FilterChip label="Disposition" choices value /> }.into_any()
}

#[component]
fn Rated(data: CallData, work: Memo<CallWork>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let shown = Memo::new(move |_| work.with(|work| work.rating.map(|stars| stars.to_string())));
    let value = chip(shown, move |wanted| {
        let rating = Some(wanted.and_then(|stars| stars.parse().ok()));
        send(
            data,
            toasts,
            Way::Patch,
            "work",
            EditWork {
                rating,
                ..EditWork::default()
            },
        );
    });
    let all = (1..=BEST)
        .rev()
        .map(|stars| Choice::new(stars.to_string(), stars_of(stars)));
    view! { <FilterChip label="Rating" choices=Signal::stored(all.collect()) value /> }.into_any()
}

#[component]
fn Tags(data: CallData, work: Memo<CallWork>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let known = RwSignal::new(Vec::<Tag>::new());
    leptos::task::spawn_local(async move {
        if let Ok(tags) = api::get::<Vec<Tag>>("/api/tags").await {
            _ = known.try_set(tags);
        }
    });
    let own = Memo::new(move |_| work.with(|work| work.tags.clone()));
    let toggle = move |id: TagId| {
        let mut tags: Vec<TagId> = own.with_untracked(|own| own.iter().map(|tag| tag.id).collect());
        if tags.contains(&id) {
            tags.retain(|tag| *tag != id);
        } else {
            tags.push(id);
        }
        send(
            data,
            toasts,
            Way::Patch,
            "work",
            EditWork {
                tags: Some(tags),
                ..EditWork::default()
            },
        );
    };
    let items = move || {
        known
            .get()
            .into_iter()
            .map(|tag| {
                let id = tag.id;
                let chosen = Signal::derive(move || own.with(|own| own.iter().any(|tag| tag.id == id)));
                view! { <MenuItem label=tag.name chosen on_press=move |()| toggle(id) /> }
            })
            .collect_view()
    };
    view! {
        {move || own.get().into_iter().map(|tag| view! { <TagMark tag /> }).collect_view()}
        <span id=TAGS>
            <Popover
                trigger=Box::new(|| view! { <Icon glyph=lu::LuTag /> "Tags" }.into_any())
                trigger_class="chip"
            >
                {items}
                <Show when=move || known.with(Vec::is_empty)>
                    <p class="px-3 py-2 text-sm text-muted">
                        "There are no tags yet. Who manages tags makes them under Settings, Tags."
                    </p>
                </Show>
            </Popover>
        </span>
    }
    .into_any()
}
