//! Mail that was sent or could not be, of every organization; what it says is not shown.

mod table;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use serde::Serialize;
use shared::mail::SentMail;

use crate::api::{Paged, Phase, with_query};
use crate::frame::Page;
use crate::ui::{Card, Choice, EmptyState, ErrorState, FilterChip, SearchInput, SkeletonRows, lu};
use table::MailTable;

/// `/platform/mail`.
pub struct SentMailPage;

#[lazy_route]
impl LazyRoute for SentMailPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Sent /> }.into_any()
    }
}

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

#[component]
fn Sent() -> AnyView {
    let wanted = RwSignal::new(String::new());
    let state = RwSignal::new(None::<String>);
    let list = Paged::<SentMail>::follow(move || {
        let query = Query {
            limit: 50,
            q: wanted.get().trim().to_owned(),
            state: state.get(),
        };
        with_query("/api/platform/mail", &query)
    });
    let body = move || match list.phase.get() {
        Phase::First => view! { <SkeletonRows rows=8 /> }.into_any(),
        Phase::Failed(error) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        _ if list.rows.with(Vec::is_empty) => view! {
            <EmptyState
                icon=lu::LuMail
                title="No mail"
                text="Invitations, links to choose a new password and notices appear here as they are sent."
            />
        }
        .into_any(),
        _ => view! { <MailTable list /> }.into_any(),
    };
    let states = vec![
        Choice::new("waiting", "On its way"),
        Choice::new("sent", "Sent"),
        Choice::new("failed", "Failed"),
        Choice::new("kept", "Kept here"),
    ];
    view! {
        <Page title="Sent mail">
            <div class="mb-3 flex flex-wrap items-center gap-2">
                <div class="w-80 max-w-full">
                    <SearchInput value=wanted label="Find by recipient or subject" />
                </div>
                <FilterChip label="State" choices=Signal::stored(states) value=state />
            </div>
            <Card class="overflow-clip">{body}</Card>
        </Page>
    }
    .into_any()
}
