//! Organizations directly below: an agency's customers, the platform's agencies. `?organization=` opens one in a sheet.

mod allowed;
mod danger;
mod detail;
mod limits;
mod list;
mod overview;
mod table;
mod wizard;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::{LazyRoute, NavigateOptions, lazy_route};
use shared::organization::OrganizationKind;
use shared::{OrganizationId, Permission};

use crate::frame::Page;
use crate::pages::invitations::{InvitationCard, Invitations, InviteAgency};
use crate::state::{Memo, SessionState};
use crate::ui::{
    Button, Card, Choice, EmptyState, ErrorState, FilterChip, SearchInput, Sheet, SkeletonRows, Variant, lu,
};
use detail::CustomerSheet;
use list::{CustomerList, Phase};
use table::CustomerTable;
use wizard::Wizard;

/// `/customers`.
pub struct CustomersPage;

#[lazy_route]
impl LazyRoute for CustomersPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Customers /> }.into_any()
    }
}

/// What those below are called, in the plural and alone.
pub(super) fn words(session: SessionState) -> (&'static str, &'static str) {
    let kind = session.session().map(|session| session.organization.kind);
    if kind == Some(OrganizationKind::Platform) {
        ("agencies", "agency")
    } else {
        ("customers", "customer")
    }
}

#[component]
fn Customers() -> AnyView {
    let session = SessionState::here();
    let list = CustomerList::follow();
    let making = RwSignal::new(false);
    let navigate = use_navigate();
    let query = use_query_map();
    let chosen = Memo::new(move |_| {
        let id = query.with(|map| map.get("organization"));
        id.and_then(|id| id.parse::<OrganizationId>().ok())
    });
    let choose = Callback::new(move |id: Option<OrganizationId>| {
        let target = id.map_or_else(
            || "/customers".to_owned(),
            |id| format!("/customers?organization={id}"),
        );
        let options = NavigateOptions {
            scroll: false,
            ..Default::default()
        };
        navigate(&target, options);
    });
    let may_create = Memo::new(move |_| session.may(Permission::OrganizationsCreate));
    let may_invite = untrack(|| session.may(Permission::AgenciesInvite) && words(session).1 == "agency");
    let invitations = may_invite.then(Invitations::of_agencies);
    let inviting = RwSignal::new(false);
    let title = Signal::derive(move || match words(session).0 {
        "agencies" => "Agencies".to_owned(),
        _ => "Customers".to_owned(),
    });
    let actions = move || {
        let invite = may_invite.then(|| {
            view! {
                <Button icon=lu::LuMail on_press=move |()| inviting.set(true)>
                    "Invite agency"
                </Button>
            }
        });
        view! {
            {invite}
            <Show when=move || may_create.get()>
                <Button variant=Variant::Primary icon=lu::LuPlus on_press=move |()| making.set(true)>
                    {move || format!("New {}", words(session).1)}
                </Button>
            </Show>
        }
    };
    let body = move || match list.phase.get() {
        Phase::First => view! { <SkeletonRows rows=8 /> }.into_any(),
        Phase::Failed(error) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        Phase::Ready if list.rows.with(Vec::is_empty) => nothing(list, session),
        Phase::Ready => view! { <CustomerTable list chosen choose /> }.into_any(),
    };
    let states = vec![
        Choice::new("active", "Active"),
        Choice::new("suspended", "Suspended"),
        Choice::new("archived", "Archived"),
    ];
    let wizard_title = Signal::derive(move || format!("New {}", words(session).1));
    view! {
        <Page title actions>
            <div class="mb-3 flex flex-wrap items-center gap-2">
                <div class="w-80 max-w-full">
                    <SearchInput value=list.wanted label="Find by name or address" />
                </div>
                <FilterChip label="Status" choices=Signal::stored(states) value=list.status />
            </div>
            <Card class="overflow-clip">{body}</Card>
            {invitations.map(|invitations| view! { <InvitationCard invitations /> })}
            <CustomerSheet list chosen choose />
            <Sheet open=inviting title="Invite an agency">
                {invitations.map(|invitations| view! { <InviteAgency invitations open=inviting /> })}
            </Sheet>
            <Sheet open=making title=wizard_title>
                <Wizard list open=making />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn nothing(list: CustomerList, session: SessionState) -> AnyView {
    let filtered = untrack(|| list.is_filtered());
    let plural = untrack(|| words(session).0);
    if filtered {
        view! {
            <EmptyState icon=lu::LuSearch title="Nothing matches" text="Search for another name or clear the filter.">
                <Button on_press=move |()| list.clear()>"Clear filter"</Button>
            </EmptyState>
        }
    } else {
        view! {
            <EmptyState
                icon=lu::LuBuilding2
                title=format!("No {plural} yet")
                text="Each gets members, agents and calls of its own, apart from all others."
            />
        }
    }
    .into_any()
}
