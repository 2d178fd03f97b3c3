//! Telephone numbers: who answers each, and to whom it belongs. `?number=` opens one in a sheet.

mod answer;
mod give;
mod sheet;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::{LazyRoute, NavigateOptions, lazy_route};
use serde::Serialize;
use shared::PhoneNumberId;
use shared::connection::SyncState;
use shared::live::LiveEvent;
use shared::number::{Assignment, PhoneNumber};

use super::typed::settled;
use crate::api::{self, Paged, Phase};
use crate::frame::Page;
use crate::live::{Live, News};
use crate::state::Memo;
use crate::ui::{Badge, Card, ErrorState, SearchInput, SkeletonRows, Tone, lu};
use give::GiveDialog;
use sheet::NumberSheet;
use table::{Nothing, NumberTable};

/// `/phone-numbers`.
pub struct NumbersPage;

#[lazy_route]
impl LazyRoute for NumbersPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Numbers /> }.into_any()
    }
}

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
}

#[component]
fn Numbers() -> AnyView {
    let typed = RwSignal::new(String::new());
    let wanted = settled(typed);
    let list = Paged::<PhoneNumber>::follow(move || {
        let query = Query {
            limit: 50,
            q: wanted.get().trim().to_owned(),
        };
        api::with_query("/api/phone-numbers", &query)
    });
    Live::here().listen(move |news| {
        if changes_numbers(&news) {
            list.load();
        }
    });
    let query = use_query_map();
    let navigate = use_navigate();
    let chosen = Memo::new(move |_| {
        query
            .with(|map| map.get("number"))
            .and_then(|id| id.parse::<PhoneNumberId>().ok())
    });
    let choose = Callback::new(move |id: Option<PhoneNumberId>| {
        let target = id.map_or_else(
            || "/phone-numbers".to_owned(),
            |id| format!("/phone-numbers?number={id}"),
        );
        let options = NavigateOptions {
            scroll: false,
            ..Default::default()
        };
        navigate(&target, options);
    });
    let giving = RwSignal::new(None::<PhoneNumber>);
    let body = move || match list.phase.get() {
        Phase::First => view! { <SkeletonRows rows=10 /> }.into_any(),
        Phase::Failed(error) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        Phase::Loading | Phase::Ready if list.rows.with(Vec::is_empty) => {
            view! { <Nothing typed searched=wanted /> }.into_any()
        }
        Phase::Loading | Phase::Ready => view! { <NumberTable list chosen choose /> }.into_any(),
    };
    view! {
        <Page title="Phone numbers">
            <div class="mb-3 max-w-80">
                <SearchInput value=typed label="Find a number, label or agent" />
            </div>
            <Card class="overflow-clip">{body}</Card>
            <NumberSheet list chosen choose giving />
            <GiveDialog giving list />
        </Page>
    }
    .into_any()
}

/// Numbers change with a sync, and when the provider was told who answers.
fn changes_numbers(news: &News) -> bool {
    match news {
        News::Missed => true,
        News::Event(event) => match &**event {
            LiveEvent::ConnectionsChanged => true,
            LiveEvent::SyncProgress { progress } => {
                progress.state == SyncState::Done
                    || progress.state == SyncState::Calls && progress.calls_seen == 0
            }
            _ => false,
        },
    }
}

/// Who answers, in words.
fn answering(number: &PhoneNumber) -> String {
    match (&number.agent, number.answered) {
        (Some(agent), _) => agent.name.clone(),
        (None, true) => "An agent of another organization".to_owned(),
        (None, false) => "Nobody".to_owned(),
    }
}

/// What is not as it should be, or no longer.
fn state(number: &PhoneNumber) -> Option<AnyView> {
    let badge = match (number.archived, number.moved_at.is_some(), number.assignment) {
        (_, true, _) => view! { <Badge icon=lu::LuArchive>"Given away"</Badge> }.into_any(),
        (true, ..) => view! { <Badge icon=lu::LuArchive>"Not at ElevenLabs"</Badge> }.into_any(),
        (.., Assignment::Pending) => {
            view! { <Badge tone=Tone::Info icon=lu::LuHourglass>"Being assigned"</Badge> }.into_any()
        }
        (.., Assignment::Failed) => {
            view! { <Badge tone=Tone::Bad icon=lu::LuTriangleAlert>"Not assigned"</Badge> }.into_any()
        }
        (.., Assignment::Settled) => return None,
    };
    Some(badge)
}

/// The carrier as people write it.
fn carrier(provider: &str) -> String {
    match provider {
        "twilio" => "Twilio".to_owned(),
        "sip_trunk" => "SIP trunk".to_owned(),
        "exotel" => "Exotel".to_owned(),
        "" => "–".to_owned(),
        other => other.to_owned(),
    }
}
