//! Calls as files: what was ordered, how far it is, and where the file is.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;
use shared::export::{CreateExport, Export, ExportFormat, ExportState, KEPT_HOURS};

use crate::api::{self, ApiError};
use crate::format;
use crate::frame::{Crumb, Page};
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{
    Badge, Button, Card, Checkbox, Choice, EmptyState, ErrorState, Field, Icon, Progress, Select,
    SkeletonRows, Tone, Variant, When, lu,
};

/// Milliseconds between two looks at what is being written.
const LOOK: u32 = 2_000;

/// `/exports`; its query is that of the log.
pub struct ExportsPage;

#[lazy_route]
impl LazyRoute for ExportsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Exports /> }.into_any()
    }
}

#[derive(Clone, Copy)]
struct State {
    read: RwSignal<Option<Vec<Export>>>,
    error: RwSignal<Option<ApiError>>,
    next: StoredValue<Option<Timeout>, LocalStorage>,
}

impl State {
    /// Reads the list, and again for as long as something is being written.
    fn load(self) {
        leptos::task::spawn_local(async move {
            match api::get::<Vec<Export>>("/api/exports").await {
                Ok(found) => {
                    let going = found.iter().any(|one| !one.state.is_over());
                    _ = self.error.try_set(None);
                    _ = self.read.try_set(Some(found));
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
}

#[component]
fn Exports() -> AnyView {
    let state = State {
        read: RwSignal::new(None),
        error: RwSignal::new(None),
        next: StoredValue::new_local(None),
    };
    state.load();
    let body = move || match (state.read.get(), state.error.get()) {
        (_, Some(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| state.load()) /> }.into_any()
        }
        (None, None) => view! { <SkeletonRows rows=4 /> }.into_any(),
        (Some(all), None) if all.is_empty() => view! {
            <EmptyState
                icon=lu::LuFileDown
                title="No exports yet"
                text="Order one above, or filter the call log first and press Export there."
            />
        }
        .into_any(),
        (Some(all), None) => view! {
            <ul class="divide-y divide-line">
                {all.into_iter().map(|export| view! { <Line state export /> }).collect_view()}
            </ul>
        }
        .into_any(),
    };
    view! {
        <Page title="Exports" crumbs=vec![Crumb::new("Calls", "/calls")]>
            <div class="mx-auto grid max-w-[860px] gap-4">
                <Order state />
                <Card title="Your exports">{body}</Card>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn Order(state: State) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|search| search.trim_start_matches('?').to_owned()));
    let reads = untrack(|| session.may(Permission::CallsTranscript));
    let form = Form::new();
    let format = RwSignal::new(ExportFormat::Csv.as_str().to_owned());
    let transcripts = RwSignal::new(false);
    let formats = ExportFormat::ALL
        .iter()
        .map(|one| Choice::new(one.as_str(), one.label()));
    let formats: Vec<Choice> = formats.collect();
    let order = move |()| {
        if !form.begins(Ok(())) {
            return;
        }
        let request = CreateExport {
            format: ExportFormat::parse(&format.get_untracked()).unwrap_or_default(),
            query: query.get_untracked(),
            transcripts: transcripts.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::post::<Export>("/api/exports", &request).await {
                Ok(_) => {
                    toasts.show(Tone::Good, "The file is being written");
                    form.end();
                    state.load();
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    view! {
        <Card title="Export calls" padded=true>
            <div class="grid gap-4">
                <p class="text-sm text-muted">
                    {move || {
                        if query.with(String::is_empty) {
                            "All calls that you see. Filter the call log first to export some of them."
                        } else {
                            "The calls that the filters of the log leave."
                        }
                    }}
                    " The file has the fields that you may see, with times on your organization’s clock, and can be fetched for "
                    {KEPT_HOURS} " hours, by you alone."
                </p>
                <Field label="Format">
                    <Select choices=Signal::stored(formats) value=format />
                </Field>
                {reads.then(|| view! { <Checkbox checked=transcripts label="With what was said" /> })}
                <Refused error=form.error fields=&[] />
                <div>
                    <Button variant=Variant::Primary icon=lu::LuFileDown loading=form.busy on_press=order>
                        "Export"
                    </Button>
                </div>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Line(state: State, export: Export) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let id = export.id;
    let remove = move |()| {
        leptos::task::spawn_local(async move {
            if let Err(error) = api::delete(&format!("/api/exports/{id}")).await {
                toasts.show(Tone::Bad, error.title());
            }
            state.load();
        });
    };
    let words = match export.state {
        ExportState::Queued => (Tone::Plain, "Waits"),
        ExportState::Running => (Tone::Info, "Being written"),
        ExportState::Done => (Tone::Good, "Ready"),
        ExportState::Failed => (Tone::Bad, "Failed"),
        ExportState::Cancelled => (Tone::Plain, "Cancelled"),
        ExportState::Expired => (Tone::Plain, "No longer kept"),
    };
    let size = export
        .bytes
        .map(|bytes| format!(", {} kB", format::integer((bytes as f64 / 1_000.0).ceil())));
    let done = export.calls_done as f64;
    let total = export.calls_total.map(|total| total as f64);
    let facts = format!(
        "{}, {} calls{}",
        export.format.label(),
        format::integer(done),
        size.unwrap_or_default()
    );
    let is_ready = export.state == ExportState::Done;
    let is_going = !export.state.is_over();
    view! {
        <li class="grid gap-2 px-4 py-3">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-2">
                <Badge tone=words.0>{words.1}</Badge>
                <span>{facts}</span>
                <span class="text-sm text-muted">
                    <When at=export.created_at />
                </span>
                <span class="ml-auto flex gap-2">
                    {is_ready
                        .then(|| {
                            view! {
                                <a
                                    class="btn btn-secondary btn-sm"
                                    href=format!("/api/exports/{id}/file")
                                    rel="external"
                                    download=""
                                >
                                    <Icon glyph=lu::LuDownload />
                                    "Download"
                                </a>
                            }
                        })}
                    {(is_ready || is_going)
                        .then(|| {
                            let word = if is_going { "Cancel" } else { "Remove" };
                            view! {
                                <Button small=true variant=Variant::Quiet on_press=remove>
                                    {word}
                                </Button>
                            }
                        })}
                </span>
            </div>
            {is_going
                .then(|| {
                    view! {
                        <Progress
                            label="Written"
                            done=Signal::stored(done)
                            total=Signal::stored(total)
                            unit="calls"
                            started_ms=Signal::stored(Some(export.created_at.timestamp_millis() as f64))
                        />
                    }
                })}
            {export.error.map(|error| view! { <p class="text-sm text-bad">{error}</p> })}
            {export
                .expires_at
                .filter(|_| is_ready)
                .map(|at| view! { <p class="text-sm text-muted">"Will be removed " <When at /></p> })}
        </li>
    }
    .into_any()
}
