//! Members of the organization; one opens in a sheet, where what he may do is changed.

mod agents;
mod edit;
mod exceptions;
mod list;
mod remove;
mod security;
mod table;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::member::Member;

use crate::frame::Page;
use crate::ui::{Card, EmptyState, ErrorState, SearchInput, Sheet, SkeletonRows, lu};
use edit::EditMember;
use list::{MemberList, Phase};
use table::MemberTable;

/// `/settings/members`.
pub struct MembersPage;

#[lazy_route]
impl LazyRoute for MembersPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Members /> }.into_any()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Waiting,
    Failed,
    Nothing,
    Rows,
}

#[component]
fn Members() -> AnyView {
    let list = MemberList::follow();
    let chosen = RwSignal::new(None::<Member>);
    let open = RwSignal::new(false);
    let choose = Callback::new(move |member: Member| {
        chosen.set(Some(member));
        open.set(true);
    });
    let shown = Memo::new(move |_| match list.phase.get() {
        Phase::First => Shown::Waiting,
        Phase::Failed(_) => Shown::Failed,
        Phase::Ready if list.rows.with(Vec::is_empty) => Shown::Nothing,
        Phase::Ready => Shown::Rows,
    });
    let body = move || match shown.get() {
        Shown::Waiting => view! { <SkeletonRows rows=6 /> }.into_any(),
        Shown::Failed => untrack(|| list.error())
            .map(|error| view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> })
            .into_any(),
        Shown::Nothing => view! {
            <EmptyState
                icon=lu::LuSearch
                title="No member goes by that name"
                text="Search for another part of the name or of the e-mail address."
            />
        }
        .into_any(),
        Shown::Rows => view! { <MemberTable list choose /> }.into_any(),
    };
    let title = Signal::derive(move || {
        chosen.with(|member| member.as_ref().map(|m| m.name.clone()).unwrap_or_default())
    });
    view! {
        <Page title="Members">
            <div class="mb-3 max-w-80">
                <SearchInput value=list.wanted label="Find a member by name or e-mail" />
            </div>
            <Card class="overflow-clip">{body}</Card>
            <Sheet open title>
                {move || chosen.get().map(|member| view! { <EditMember member list open /> })}
            </Sheet>
        </Page>
    }
    .into_any()
}
