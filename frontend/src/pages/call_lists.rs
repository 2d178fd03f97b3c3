//! The tags and dispositions that the organization's calls can get.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::work::{Disposition, EditDisposition, EditTag, SetDispositions, Tag, TagColour};

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{
    Button, Card, Choice, ErrorState, Field, IconButton, Input, Select, SkeletonRows, TagMark, Tone, Variant,
    lu,
};

/// `/settings/call-lists`.
pub struct CallListsPage;

#[lazy_route]
impl LazyRoute for CallListsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Page title="Tags and dispositions">
                <div class="mx-auto grid max-w-[860px] gap-4">
                    <Tags />
                    <Dispositions />
                </div>
            </Page>
        }
        .into_any()
    }
}

#[derive(Clone, Copy)]
struct TagList {
    read: RwSignal<Option<Result<Vec<Tag>, ApiError>>>,
    /// The one that is being changed; `None`: a new one.
    edited: RwSignal<Option<Tag>>,
}

impl TagList {
    fn load(self) {
        leptos::task::spawn_local(async move {
            let reply = api::get::<Vec<Tag>>("/api/tags").await;
            _ = self.read.try_set(Some(reply));
        });
    }
}

#[component]
fn Tags() -> AnyView {
    let toasts = expect_context::<Toasts>();
    let list = TagList {
        read: RwSignal::new(None),
        edited: RwSignal::new(None),
    };
    list.load();
    let remove = move |tag: Tag| {
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/api/tags/{}", tag.id)).await {
                Ok(()) => toasts.show(Tone::Good, format!("{} is taken off every call", tag.name)),
                Err(error) => toasts.show(Tone::Bad, error.title()),
            }
            list.load();
        });
    };
    let row = move |tag: Tag| {
        let (own, gone) = (tag.clone(), tag.clone());
        view! {
            <li class="flex items-center gap-2 py-1.5">
                <TagMark tag />
                <span class="ml-auto flex gap-1">
                    <IconButton
                        glyph=lu::LuPencil
                        label="Change tag"
                        small=true
                        on_press=move |()| list.edited.set(Some(own.clone()))
                    />
                    <IconButton
                        glyph=lu::LuTrash2
                        label="Remove tag"
                        tip_side="left"
                        small=true
                        on_press=move |()| remove(gone.clone())
                    />
                </span>
            </li>
        }
    };
    let body = move || match list.read.get() {
        None => view! { <SkeletonRows rows=3 /> }.into_any(),
        Some(Err(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        Some(Ok(tags)) if tags.is_empty() => {
            view! { <p class="text-sm text-muted">"No tags yet. Make the first one below."</p> }.into_any()
        }
        Some(Ok(tags)) => {
            view! { <ul class="divide-y divide-line">{tags.into_iter().map(row).collect_view()}</ul> }
                .into_any()
        }
    };
    view! {
        <Card title="Tags" padded=true>
            <div class="grid gap-4">{body} {move || view! { <TagForm list edited=list.edited.get() /> }}</div>
        </Card>
    }
    .into_any()
}

#[component]
fn TagForm(list: TagList, edited: Option<Tag>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let is_new = edited.is_none();
    let (id, name, colour) = match edited {
        Some(tag) => (Some(tag.id), tag.name, tag.colour),
        None => (None, String::new(), TagColour::default()),
    };
    let name = RwSignal::new(name);
    let colour = RwSignal::new(colour.as_str().to_owned());
    let colours = TagColour::ALL
        .iter()
        .map(|one| Choice::new(one.as_str(), one.label()));
    let colours: Vec<Choice> = colours.collect();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = EditTag {
            name: name.get_untracked(),
            colour: TagColour::parse(&colour.get_untracked()).unwrap_or_default(),
        };
        if !form.begins(request.validate().map_err(|error| vec![error])) {
            return;
        }
        leptos::task::spawn_local(async move {
            let reply = match id {
                None => api::post::<Tag>("/api/tags", &request).await,
                Some(id) => api::patch::<Tag>(&format!("/api/tags/{id}"), &request).await,
            };
            match reply {
                Ok(tag) => {
                    toasts.show(Tone::Good, format!("{} is saved", tag.name));
                    form.end();
                    _ = name.try_set(String::new());
                    list.load();
                    if !is_new {
                        _ = list.edited.try_set(None);
                    }
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    view! {
        <form class="grid gap-3 sm:grid-cols-[1fr_160px_auto] sm:items-start" novalidate on:submit=submit>
            <Field label=if is_new { "New tag" } else { "Name" } error=form.field("name")>
                <Input value=name autocomplete="off" />
            </Field>
            <Field label="Colour">
                <Select choices=Signal::stored(colours) value=colour />
            </Field>
            <div class="flex gap-2 sm:pt-6">
                <Button variant=Variant::Primary submit=true loading=form.busy>
                    {if is_new { "Add tag" } else { "Save tag" }}
                </Button>
                {(!is_new).then(|| view! { <Button on_press=move |()| list.edited.set(None)>"Cancel"</Button> })}
            </div>
            <Refused error=form.error fields=&["name"] />
        </form>
    }
    .into_any()
}

/// One line of the list while it is edited.
#[derive(Clone, Copy)]
struct Line {
    key: usize,
    id: Option<shared::DispositionId>,
    name: RwSignal<String>,
}

#[component]
fn Dispositions() -> AnyView {
    let read = RwSignal::new(None::<Result<Vec<Disposition>, ApiError>>);
    let load = move || {
        leptos::task::spawn_local(async move {
            let reply = api::get::<Vec<Disposition>>("/api/dispositions").await;
            _ = read.try_set(Some(reply));
        });
    };
    load();
    let body = move || match read.get() {
        None => view! { <SkeletonRows rows=4 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load()) /> }.into_any(),
        Some(Ok(found)) => view! { <DispositionForm found read /> }.into_any(),
    };
    view! {
        <Card title="Dispositions" padded=true>
            <p class="pb-3 text-sm text-muted">
                "How a call ended, in your own words and order. One that you take off the list stays with the calls that have it."
            </p>
            {body}
        </Card>
    }
    .into_any()
}

#[component]
fn DispositionForm(
    found: Vec<Disposition>,
    read: RwSignal<Option<Result<Vec<Disposition>, ApiError>>>,
) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let lines: Vec<Line> = found
        .into_iter()
        .enumerate()
        .map(|(key, one)| Line {
            key,
            id: Some(one.id),
            name: RwSignal::new(one.name),
        })
        .collect();
    let next = StoredValue::new(lines.len());
    let lines = RwSignal::new(lines);
    let move_line = move |key: usize, step: isize| {
        lines.update(|lines| {
            let place = lines.iter().position(|line| line.key == key);
            let other = place.and_then(|place| place.checked_add_signed(step));
            if let (Some(place), Some(other)) = (place, other.filter(|other| *other < lines.len())) {
                lines.swap(place, other);
            }
        });
    };
    let add = move |()| {
        let key = next.get_value();
        next.set_value(key + 1);
        lines.update(|lines| {
            lines.push(Line {
                key,
                id: None,
                name: RwSignal::new(String::new()),
            });
        });
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let items = lines.with_untracked(|lines| {
            let item = |line: &Line| EditDisposition {
                id: line.id,
                name: line.name.get_untracked(),
            };
            lines.iter().map(item).collect()
        });
        let request = SetDispositions { items };
        let checked = request.validate();
        if let Err(errors) = &checked
            && let Some(first) = errors.first()
        {
            toasts.show(Tone::Bad, first.message.clone());
        }
        if !form.begins(checked) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::put::<Vec<Disposition>>("/api/dispositions", &request).await {
                Ok(saved) => {
                    toasts.show(Tone::Good, "The dispositions are saved");
                    form.end();
                    _ = read.try_set(Some(Ok(saved)));
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    let row = move |line: Line| {
        let key = line.key;
        view! {
            <li class="flex items-end gap-1 py-1">
                <div class="flex-1">
                    <Field label="Disposition">
                        <Input value=line.name autocomplete="off" />
                    </Field>
                </div>
                <IconButton glyph=lu::LuChevronUp label="Up" on_press=move |()| move_line(key, -1) />
                <IconButton glyph=lu::LuChevronDown label="Down" on_press=move |()| move_line(key, 1) />
                <IconButton
                    glyph=lu::LuX
                    label="Take off the list"
                    tip_side="left"
                    on_press=move |()| lines.update(|lines| lines.retain(|line| line.key != key))
                />
            </li>
        }
    };
    view! {
        <form class="grid gap-3" novalidate on:submit=save>
            <ul>
                <For each=move || lines.get() key=|line| line.key children=row />
            </ul>
            <Refused error=form.error fields=&[] />
            <div class="flex gap-2">
                <Button icon=lu::LuPlus on_press=add>
                    "Add disposition"
                </Button>
                <Button variant=Variant::Primary submit=true loading=form.busy>
                    "Save list"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
