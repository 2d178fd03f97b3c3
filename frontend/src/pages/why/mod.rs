//! Why somebody may or may not do something: the rules in their order, with the place where each is set.

mod chain;
mod member;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use serde::Serialize;
use shared::Permission;
use shared::explain::Explanation;

use crate::api::{self, ApiError, Latest};
use crate::frame::Page;
use crate::state::SessionState;
use crate::ui::{Card, Choice, ErrorState, Field, Select, SkeletonRows};
use chain::Chain;
use member::MemberChoice;

/// `/settings/why`.
pub struct WhyPage;

#[lazy_route]
impl LazyRoute for WhyPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Why /> }.into_any()
    }
}

#[derive(Serialize)]
struct Query {
    user: String,
    permission: String,
}

#[component]
fn Why() -> AnyView {
    let session = SessionState::here();
    let Some(me) = session.session() else {
        return ().into_any();
    };
    let user = RwSignal::new(me.user.id.to_string());
    let permission = RwSignal::new(Permission::CallsRecording.code().to_owned());
    let permissions = Signal::stored(
        Permission::ALL
            .iter()
            .map(|p| Choice::new(p.code(), format!("{}: {}", p.group(), p.label())))
            .collect::<Vec<_>>(),
    );
    let answer = RwSignal::new(None::<Result<Explanation, ApiError>>);
    let latest = Latest::new();
    let ask = move || {
        let query = Query {
            user: user.get(),
            permission: permission.get(),
        };
        leptos::task::spawn_local(async move {
            let path = api::with_query("/api/permissions/explain", &query);
            match api::get_latest(&path, latest).await {
                Err(ApiError::Superseded) => {}
                reply => _ = answer.try_set(Some(reply)),
            }
        });
    };
    Effect::new(move |_| ask());
    let body = move || match answer.get() {
        None => view! { <SkeletonRows rows=6 /> }.into_any(),
        Some(Err(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| untrack(ask)) /> }.into_any()
        }
        Some(Ok(explanation)) => view! { <Chain explanation /> }.into_any(),
    };
    view! {
        <Page title="Why can't I?">
            <div class="mx-auto grid max-w-[960px] gap-4">
                <Card padded=true>
                    <div class="grid gap-4 md:grid-cols-2">
                        <MemberChoice user />
                        <Field label="Permission">
                            <Select choices=permissions value=permission />
                        </Field>
                    </div>
                </Card>
                <Card>
                    <div aria-live="polite">{body}</div>
                </Card>
            </div>
        </Page>
    }
    .into_any()
}
