//! Work, emptiness and failure.

use leptos::prelude::*;
use shared::{ErrorCode, Problem};

use crate::api::ApiError;
use crate::format;
use crate::ui::*;

#[component]
pub(super) fn Work() -> AnyView {
    view! {
        <Card title="Progress, Skeleton" padded=true>
            <div class="grid gap-4">
                <Progress
                    label="Fetching calls"
                    done=4_210.0
                    total=Signal::stored(Some(12_408.0))
                    unit="calls"
                    started_ms=Signal::stored(Some(format::now_ms() - 42_000.0))
                />
                <Progress label="Listing calls" done=300.0 total={Signal::stored(None)} unit="calls" />
                <Skeleton class="h-5 w-40" />
                <SkeletonRows rows=3 />
            </div>
        </Card>
    }
    .into_any()
}

#[component]
pub(super) fn Nothing() -> AnyView {
    view! {
        <Card title="EmptyState">
            <EmptyState
                icon=lu::LuPlug
                title="No workspace is connected"
                text="Connect an ElevenLabs workspace to see its agents and every call they take."
            >
                <Button variant=Variant::Primary>"Connect workspace"</Button>
            </EmptyState>
        </Card>
    }
    .into_any()
}

#[component]
pub(super) fn Trouble() -> AnyView {
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: "The calls could not be loaded".to_owned(),
        status: 503,
        code: ErrorCode::Unavailable,
        detail: Some(
            "The database does not answer. It is being restarted; try again in a minute.".to_owned(),
        ),
        errors: Vec::new(),
        request_id: Some("0198c2f4-7a1d".to_owned()),
    };
    view! {
        <Card title="ErrorState">
            <ErrorState error=ApiError::Problem(Box::new(problem)) retry=Callback::new(|()| ()) />
        </Card>
    }
    .into_any()
}
