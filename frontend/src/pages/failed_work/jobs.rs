//! Work that was given up after all its tries.

use leptos::prelude::*;
use serde::Serialize;
use shared::Permission;
use shared::failure::{Affected, Chosen, FailedJob};

use crate::api::{self, Paged, Phase, with_query};
use crate::state::{SessionState, Toasts};
use crate::ui::{
    Button, Card, Column, EmptyState, ErrorState, LoadMore, SkeletonRows, Table, Tone, When, lu,
};

const COLUMNS: &[Column] = &[
    Column::new("What"),
    Column::new("Why"),
    Column::right("Tries").with("max-md:hidden"),
    Column::new("Given up").with("max-md:hidden"),
    Column::actions(),
];

#[derive(Serialize)]
struct Query {
    limit: u32,
}

#[component]
pub(super) fn Jobs() -> AnyView {
    let list = Paged::<FailedJob>::follow(|| with_query("/api/failures", &Query { limit: 50 }));
    let body = move || {
        match list.phase.get() {
        Phase::First => view! { <SkeletonRows rows=6 /> }.into_any(),
        Phase::Failed(error) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        _ if list.rows.with(Vec::is_empty) => view! {
            <EmptyState
                icon=lu::LuCheck
                title="Nothing was given up"
                text="Work that fails is tried again by itself. What fails for good appears here with its reason."
            />
        }
        .into_any(),
        _ => view! { <Rows list /> }.into_any(),
    }
    };
    view! { <Card class="overflow-clip">{body}</Card> }.into_any()
}

#[component]
fn Rows(list: Paged<FailedJob>) -> AnyView {
    let each = move |job: FailedJob| view! { <JobRow job list /> };
    view! {
        <Table caption="Failed work, newest first" columns=COLUMNS>
            <For each=move || list.rows.get() key=|job| job.id children=each />
        </Table>
        <LoadMore
            shown=Signal::derive(move || list.rows.with(Vec::len))
            unit="failures"
            has_more=Signal::derive(move || list.has_more())
            loading=list.loading_more
            on_more=move |()| list.load_more()
        />
    }
    .into_any()
}

#[component]
fn JobRow(job: FailedJob, list: Paged<FailedJob>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let id = job.id;
    let act = move |deed: &'static str, done: &'static str| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let chosen = Chosen {
                ids: vec![id],
                ..Chosen::default()
            };
            match api::post::<Affected>(&format!("/api/failures/{deed}"), &chosen).await {
                Ok(Affected {
                    already_waiting: 1.., ..
                }) => toasts.show(Tone::Info, "The same waits already"),
                Ok(_) => toasts.show(Tone::Good, done),
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = busy.try_set(false);
            list.load();
        });
    };
    let call = job.call_id.filter(|_| job.organization.is_none()).map(|call| {
        view! {
            <a class="link" href=format!("/calls/{call}")>
                "Open the call"
            </a>
        }
    });
    view! {
        <tr>
            <td class="whitespace-normal">
                <div class="font-medium">{job.label.clone()}</div>
                <div class="flex flex-wrap gap-x-2 text-sm text-muted">{job.organization.clone()} {call}</div>
            </td>
            <td class="max-w-96 text-sm break-words whitespace-normal text-muted">
                {job.error.clone().unwrap_or_else(|| "No reason is known".to_owned())}
            </td>
            <td class="right num max-md:hidden">{job.attempts}</td>
            <td class="max-md:hidden">
                <When at=job.failed_at />
            </td>
            <td class="right">
                <Show when=move || session.may(Permission::FailuresReplay)>
                    <div class="flex justify-end gap-2">
                        <Button small=true loading=busy on_press=move |()| act("replay", "It is tried again")>
                            "Try again"
                        </Button>
                        <Button small=true on_press=move |()| act("discard", "It is gone")>
                            "Let go"
                        </Button>
                    </div>
                </Show>
            </td>
        </tr>
    }
    .into_any()
}
