//! How calls are summarized: instructions and language, a look at what comes of them, and many calls at once.

mod form;
mod preview;
mod run;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;
use shared::summary::SummarySettings;

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::state::SessionState;
use crate::ui::{Card, EmptyState, ErrorState, SkeletonRows, lu};
use form::Form;
use preview::Preview;
use run::Runs;

/// `/settings/summaries`.
pub struct SummariesPage;

#[lazy_route]
impl LazyRoute for SummariesPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Summaries /> }.into_any()
    }
}

/// What is typed and not saved yet; the preview uses it too.
#[derive(Clone, Copy)]
struct Draft {
    /// `""`: as above, `on`, `off`.
    automatic: RwSignal<String>,
    prompt: RwSignal<String>,
    /// `""`: as above.
    language: RwSignal<String>,
}

impl Draft {
    fn of(settings: &SummarySettings) -> Self {
        let automatic = match settings.own.automatic {
            None => "",
            Some(true) => "on",
            Some(false) => "off",
        };
        Self {
            automatic: RwSignal::new(automatic.to_owned()),
            prompt: RwSignal::new(settings.own.prompt.clone().unwrap_or_default()),
            language: RwSignal::new(settings.own.language.clone().unwrap_or_default()),
        }
    }

    /// `None` where nothing is typed or chosen.
    fn chosen(text: RwSignal<String>) -> Option<String> {
        let text = text.get_untracked().trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }
}

#[component]
fn Summaries() -> AnyView {
    let settings = RwSignal::new(None::<SummarySettings>);
    let error = RwSignal::new(None::<ApiError>);
    let load = move || {
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::get::<SummarySettings>("/api/summaries/settings").await {
                Ok(found) => _ = settings.try_set(Some(found)),
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    load();
    let body = move || match (settings.get(), error.get()) {
        (_, Some(error)) => view! {
            <Card>
                <ErrorState error retry=Callback::new(move |()| load()) />
            </Card>
        }
        .into_any(),
        (None, None) => view! {
            <Card padded=true>
                <SkeletonRows rows=5 />
            </Card>
        }
        .into_any(),
        (Some(found), None) => view! { <Parts found settings /> }.into_any(),
    };
    view! {
        <Page title="Summaries">
            <div class="mx-auto max-w-[960px]">{body}</div>
        </Page>
    }
    .into_any()
}

#[component]
fn Parts(found: SummarySettings, settings: RwSignal<Option<SummarySettings>>) -> AnyView {
    let session = SessionState::here();
    let draft = Draft::of(&found);
    let available = found.available;
    let unavailable = (!available).then(|| {
        view! {
            <Card>
                <EmptyState
                    icon=lu::LuSparkles
                    title="The provider's own summaries are shown"
                    text="This server has no key for Mistral, so nothing is sent there. What you set here holds once whoever runs the server has set one."
                />
            </Card>
        }
    });
    let reads = session.may(Permission::CallsTranscript);
    let asks = session.may(Permission::CallsSummarize);
    view! {
        <div class="grid gap-4">
            {unavailable} <Form found settings draft />
            {(available && reads).then(|| view! { <Preview draft /> })}
            {(available && asks).then(|| view! { <Runs /> })}
        </div>
    }
    .into_any()
}
