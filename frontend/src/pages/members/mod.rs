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
use shared::Permission;
use shared::agent::AgentRef;
use shared::member::Member;

use crate::frame::Page;
use crate::pages::invitations::{InvitationCard, Invitations, InviteMember};
use crate::state::{Memo, SessionState};
use crate::ui::{Button, Card, EmptyState, ErrorState, SearchInput, Sheet, SkeletonRows, Variant, lu};
use agents::AgentChoice;
use edit::{EditMember, roles_to_give};
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
    // Which of them may invite does not change while the page is open.
    let may_invite = untrack(|| SessionState::here().may(Permission::MembersInvite));
    let invitations = may_invite.then(Invitations::of_members);
    let inviting = RwSignal::new(false);
    let actions = move || {
        may_invite.then(|| {
            view! {
                <Button variant=Variant::Primary icon=lu::LuPlus on_press=move |()| inviting.set(true)>
                    "Invite member"
                </Button>
            }
        })
    };
    view! {
        <Page title="Members" actions>
            <div class="mb-3 max-w-80">
                <SearchInput value=list.wanted label="Find a member by name or e-mail" />
            </div>
            <Card class="overflow-clip">{body}</Card>
            {invitations.map(|invitations| view! { <InvitationCard invitations /> })}
            <Sheet open=inviting title="Invite a member">
                {invitations.map(|invitations| view! { <Inviting invitations open=inviting /> })}
            </Sheet>
            <Sheet open title>
                {move || chosen.get().map(|member| view! { <EditMember member list open /> })}
            </Sheet>
        </Page>
    }
    .into_any()
}

#[component]
fn Inviting(invitations: Invitations, open: RwSignal<bool>) -> AnyView {
    let agents = |chosen: RwSignal<Vec<AgentRef>>| view! { <AgentChoice chosen /> }.into_any();
    view! { <InviteMember roles=roles_to_give(None) invitations open agents=Callback::new(agents) /> }
        .into_any()
}
