//! Orders to erase, newest first, and how far they are.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::Page;
use shared::erasure::Erasure;

use crate::api::{self, ApiError};
use crate::format;
use crate::ui::{
    Badge, ButtonLink, EmptyState, ErrorState, LoadMore, Progress, SkeletonRows, Tone, When, lu,
};

/// Milliseconds between two looks at what is being erased.
const LOOK: u32 = 3_000;

#[derive(Clone, Copy)]
pub(super) struct Erasures {
    rows: RwSignal<Option<Vec<Erasure>>>,
    error: RwSignal<Option<ApiError>>,
    cursor: RwSignal<Option<String>>,
    loading: RwSignal<bool>,
    next: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Erasures {
    pub fn new() -> Self {
        let erasures = Self {
            rows: RwSignal::new(None),
            error: RwSignal::new(None),
            cursor: RwSignal::new(None),
            loading: RwSignal::new(false),
            next: StoredValue::new_local(None),
        };
        erasures.load();
        erasures
    }

    /// Reads the newest, and again for as long as one of them is not done.
    pub fn load(self) {
        leptos::task::spawn_local(async move {
            match api::get::<Page<Erasure>>("/api/erasures").await {
                Ok(page) => {
                    let going = page.items.iter().any(|one| one.finished_at.is_none());
                    _ = self.error.try_set(None);
                    _ = self.cursor.try_set(page.next_cursor);
                    _ = self.rows.try_set(Some(page.items));
                    if going {
                        _ = self
                            .next
                            .try_set_value(Some(Timeout::new(LOOK, move || self.load())));
                    }
                }
                Err(failed) => _ = self.error.try_set(Some(failed)),
            }
        });
    }

    fn load_more(self) {
        let Some(cursor) = self.cursor.get_untracked() else {
            return;
        };
        self.loading.set(true);
        leptos::task::spawn_local(async move {
            match api::get::<Page<Erasure>>(&format!("/api/erasures?cursor={cursor}")).await {
                Ok(page) => {
                    _ = self.cursor.try_set(page.next_cursor);
                    _ = self
                        .rows
                        .try_update(|rows| rows.get_or_insert_default().extend(page.items));
                }
                Err(failed) => _ = self.error.try_set(Some(failed)),
            }
            _ = self.loading.try_set(false);
        });
    }
}

#[component]
pub(super) fn List(erasures: Erasures) -> AnyView {
    let body = move || {
        match (erasures.rows.get(), erasures.error.get()) {
        (_, Some(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| erasures.load()) /> }.into_any()
        }
        (None, None) => view! { <SkeletonRows rows=4 /> }.into_any(),
        (Some(rows), None) if rows.is_empty() => view! {
            <EmptyState
                icon=lu::LuEraser
                title="Nothing was erased yet"
                text="One call is erased on its own page, all of a caller above. A certificate of each stands here."
            />
        }
        .into_any(),
        (Some(rows), None) => view! {
            <ul class="divide-y divide-line">{rows.into_iter().map(line).collect_view()}</ul>
            <LoadMore
                shown=Signal::derive(move || erasures.rows.with(|rows| rows.as_ref().map_or(0, Vec::len)))
                unit="orders"
                has_more=Signal::derive(move || erasures.cursor.with(Option::is_some))
                loading=erasures.loading
                on_more=move |()| erasures.load_more()
            />
        }
        .into_any(),
    }
    };
    body.into_any()
}

fn line(erasure: Erasure) -> AnyView {
    let is_done = erasure.finished_at.is_some();
    let (tone, word) = match (is_done, &erasure.trouble) {
        (true, _) => (Tone::Good, "Erased"),
        (false, Some(_)) => (Tone::Warn, "Waits"),
        (false, None) => (Tone::Info, "Being erased"),
    };
    let calls = format!("{} calls", format::integer(erasure.calls_total as f64));
    let who = erasure.requested_by.map(|member| format!("by {}", member.name));
    view! {
        <li class="grid gap-2 px-4 py-3">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class="num font-medium">{format!("No. {}", erasure.number)}</span>
                <Badge tone>{word}</Badge>
                <span>{erasure.kind.label()}</span>
                <span class="num text-sm text-muted">{calls}</span>
                <span class="text-sm text-muted">
                    <When at=erasure.requested_at />
                    " "
                    {who}
                </span>
                {is_done
                    .then(|| {
                        view! {
                            <span class="ml-auto">
                                <ButtonLink href=format!("/settings/privacy/{}", erasure.id) small=true>
                                    "Certificate"
                                </ButtonLink>
                            </span>
                        }
                    })}
            </div>
            {(!is_done)
                .then(|| {
                    view! {
                        <Progress
                            label="Erased"
                            done=Signal::stored(erasure.calls_done as f64)
                            total=Signal::stored(Some(erasure.calls_total as f64))
                            unit="calls"
                        />
                    }
                })}
            {erasure.trouble.map(|why| view! { <p class="text-sm text-warn">{why} " It is tried again by itself."</p> })}
        </li>
    }
    .into_any()
}
