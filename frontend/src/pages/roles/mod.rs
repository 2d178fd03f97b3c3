//! Roles that can be given here: the product's templates and the organization's own.

mod edit;
mod preview;
mod table;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;
use shared::role_list::Role;

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::state::SessionState;
use crate::ui::{Button, Card, ErrorState, Sheet, SkeletonRows, Variant, lu};
use edit::EditRole;
use table::RoleTable;

/// `/settings/roles`.
pub struct RolesPage;

#[lazy_route]
impl LazyRoute for RolesPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Roles /> }.into_any()
    }
}

/// The list and how it is read.
#[derive(Clone, Copy)]
struct RoleList {
    roles: RwSignal<Option<Vec<Role>>>,
    error: RwSignal<Option<ApiError>>,
}

impl RoleList {
    fn load(self) {
        self.error.set(None);
        leptos::task::spawn_local(async move {
            match api::get::<Vec<Role>>("/api/roles").await {
                Ok(roles) => _ = self.roles.try_set(Some(roles)),
                Err(error) => _ = self.error.try_set(Some(error)),
            }
        });
    }
}

#[component]
fn Roles() -> AnyView {
    let session = SessionState::here();
    let list = RoleList {
        roles: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    list.load();
    // `None`: a new one.
    let chosen = RwSignal::new(None::<Role>);
    let open = RwSignal::new(false);
    let choose = Callback::new(move |role: Option<Role>| {
        chosen.set(role);
        open.set(true);
    });
    let body = move || match (list.roles.get(), list.error.get()) {
        (_, Some(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        (None, None) => view! { <SkeletonRows rows=6 /> }.into_any(),
        (Some(roles), None) => view! { <RoleTable roles choose /> }.into_any(),
    };
    let actions = move || {
        view! {
            <Show when=move || session.may(Permission::RolesManage)>
                <Button variant=Variant::Primary icon=lu::LuPlus on_press=move |()| choose.run(None)>
                    "New role"
                </Button>
            </Show>
        }
    };
    let title = Signal::derive(move || {
        chosen.with(|role| {
            role.as_ref()
                .map_or_else(|| "New role".to_owned(), |role| role.label.clone())
        })
    });
    view! {
        <Page title="Roles" actions>
            <Card class="overflow-clip">{body}</Card>
            <Sheet open title>
                {move || view! { <EditRole role=chosen.get() list open /> }}
            </Sheet>
        </Page>
    }
    .into_any()
}
