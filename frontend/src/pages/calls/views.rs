//! Saved views: a name for the filters of the log, one's own or the organization's.

use leptos::prelude::*;
use shared::call::CallFilter;
use shared::call_view::{CallView, UpdateView};
use shared::{CallViewId, Permission};

use super::filter::UrlFilter;
use super::view_dialog::{Naming, ViewDialog};
use crate::api;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Icon, Menu, MenuItem, MenuLine, Tone, Variant, lu};

#[derive(Clone, Copy)]
pub(super) struct Views {
    all: RwSignal<Vec<CallView>>,
    /// Opened last; its filters may have been changed since.
    pub chosen: RwSignal<Option<CallViewId>>,
    toasts: Toasts,
}

impl Views {
    fn here() -> Self {
        let views = Self {
            all: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            toasts: expect_context::<Toasts>(),
        };
        views.load();
        views
    }

    pub fn load(self) {
        leptos::task::spawn_local(async move {
            // The log works without them.
            if let Ok(all) = api::get::<Vec<CallView>>("/api/calls/views").await {
                _ = self.all.try_set(all);
            }
        });
    }

    /// The one whose filters are in use, else the one that was opened last.
    fn current(self, filter: &CallFilter) -> Option<CallView> {
        self.all.with(|all| {
            let same = all
                .iter()
                .find(|view| view.filter == *filter && view.missing.is_empty());
            let opened = || all.iter().find(|view| Some(view.id) == self.chosen.get());
            same.or_else(opened).cloned()
        })
    }

    fn open(self, view: &CallView, filter: UrlFilter) {
        let label = |code: &String| {
            Permission::from_code(code).map_or_else(|| code.clone(), |known| known.label().to_owned())
        };
        let lacks: Vec<String> = view.missing.iter().map(label).collect();
        if !lacks.is_empty() {
            let text = format!(
                "“{}” can not be opened: your role lacks the permission {}",
                view.name,
                lacks.join(", ")
            );
            self.toasts.show(Tone::Bad, text);
            return;
        }
        self.chosen.set(Some(view.id));
        let wanted = view.filter.clone();
        filter.change(false, |filter| *filter = wanted);
    }

    fn change(self, id: CallViewId, update: UpdateView, done: &'static str) {
        leptos::task::spawn_local(async move {
            match api::patch::<CallView>(&format!("/api/calls/views/{id}"), &update).await {
                Ok(_view) => self.toasts.show(Tone::Good, done),
                Err(error) => {
                    let text = error.field("shared").or_else(|| error.field("name"));
                    self.toasts.show(
                        Tone::Bad,
                        text.unwrap_or_else(|| format!("{}. {}", error.title(), error.advice())),
                    );
                }
            }
            self.load();
        });
    }

    fn remove(self, view: CallView) {
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/api/calls/views/{}", view.id)).await {
                Ok(()) => self
                    .toasts
                    .show(Tone::Good, format!("The view “{}” is removed", view.name)),
                Err(error) => self
                    .toasts
                    .show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = self.chosen.try_set(None);
            self.load();
        });
    }
}

/// The views in a row above the filters; on a narrow window it scrolls sideways.
#[component]
pub(super) fn ViewBar(filter: UrlFilter) -> AnyView {
    let views = Views::here();
    let naming = RwSignal::new(None::<Naming>);
    let any = Memo::new(move |_| filter.any());
    let current = Memo::new(move |_| views.current(&filter.get()).filter(|_| any.get()));
    let id = move || current.with(|view| view.as_ref().map(|view| view.id));
    let all = move |()| {
        views.chosen.set(None);
        filter.clear();
    };
    let chips = move || {
        let tip = |view: &CallView| match (&view.missing[..], view.shared, &view.author) {
            ([], true, Some(author)) => format!("Shared by {author}"),
            ([], true, None) => "Shared in the organization".to_owned(),
            ([], false, _) => "Only you see this view".to_owned(),
            _ => "Your role lacks a permission that this view needs".to_owned(),
        };
        views
            .all
            .get()
            .into_iter()
            .map(|view| {
                let own = view.id;
                let locked = !view.missing.is_empty();
                let glyph = match (locked, view.shared) {
                    (true, _) => lu::LuLock,
                    (false, true) => lu::LuUsers,
                    (false, false) => lu::LuBookmark,
                };
                view! {
                    <button
                        type="button"
                        class="chip shrink-0"
                        title=tip(&view)
                        data-set=move || (id() == Some(own)).then_some("true")
                        aria-pressed=move || (id() == Some(own)).to_string()
                        on:click={
                            let view = view.clone();
                            move |_| views.open(&view, filter)
                        }
                    >
                        <Icon glyph />
                        <span class="max-w-48 truncate" dir="auto">{view.name.clone()}</span>
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <div class="flex items-center gap-2 overflow-x-auto pb-2" role="group" aria-label="Saved views">
            <button
                type="button"
                class="chip shrink-0"
                data-set=move || (!any.get()).then_some("true")
                aria-pressed=move || (!any.get()).to_string()
                on:click=move |_| all(())
            >
                "All calls"
            </button>
            {chips}
            {move || current.get().filter(|view| view.editable).map(|view| commands(views, filter, view, naming))}
            <Show when=move || any.get() && current.with(|c| c.as_ref().is_none_or(|view| view.filter != filter.get()))>
                <Button
                    small=true
                    variant=Variant::Quiet
                    icon=lu::LuPlus
                    class="shrink-0"
                    on_press=move |()| naming.set(Some(Naming::New))
                >
                    "Save view"
                </Button>
            </Show>
        </div>
        <ViewDialog naming views filter />
    }
    .into_any()
}

/// What can be done with the view in use.
fn commands(views: Views, filter: UrlFilter, view: CallView, naming: RwSignal<Option<Naming>>) -> AnyView {
    let may_share = untrack(|| SessionState::here().may(Permission::CallsShareViews));
    let (id, shared) = (view.id, view.shared);
    let changed = view.filter != filter.get();
    let view = StoredValue::new(view);
    let take = move |()| {
        let update = UpdateView {
            filter: Some(filter.get_untracked()),
            ..UpdateView::default()
        };
        views.change(id, update, "The view has these filters now");
    };
    let share = move |()| {
        let update = UpdateView {
            shared: Some(!shared),
            ..UpdateView::default()
        };
        let done = if shared {
            "Only you see the view now"
        } else {
            "Everybody here sees the view now"
        };
        views.change(id, update, done);
    };
    let (glyph, label) = if shared {
        (lu::LuLock, "Keep for myself")
    } else {
        (lu::LuUsers, "Share with everybody here")
    };
    view! {
        <Menu
            trigger=Box::new(|| view! { <Icon glyph=lu::LuEllipsis /> }.into_any())
            trigger_class="btn btn-quiet btn-sm btn-icon shrink-0"
            label="Change this view"
        >
            {changed.then(|| view! { <MenuItem label="Save these filters" icon=lu::LuCheck on_press=take /> })}
            <MenuItem
                label="Rename"
                icon=lu::LuPencil
                on_press=move |()| {
                    let name = view.with_value(|view| view.name.clone());
                    naming.set(Some(Naming::Rename(id, name)));
                }
            />
            {may_share.then(|| view! { <MenuItem label icon=glyph on_press=share /> })}
            <MenuLine />
            <MenuItem label="Delete view" icon=lu::LuTrash2 danger=true on_press=move |()| views.remove(view.get_value()) />
        </Menu>
    }
    .into_any()
}
