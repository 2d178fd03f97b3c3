//! API keys: which there are, making one, revoking one.

mod create;
mod list;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;
use shared::api_key::ApiKey;

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::state::SessionState;
use crate::ui::{Button, Card, EmptyState, ErrorState, Sheet, SkeletonRows, Variant, lu};

/// `/settings/api-keys`.
pub struct ApiKeysPage;

#[lazy_route]
impl LazyRoute for ApiKeysPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <ApiKeys /> }.into_any()
    }
}

/// The list and how it is read.
#[derive(Clone, Copy)]
struct KeyList {
    keys: RwSignal<Option<Vec<ApiKey>>>,
    error: RwSignal<Option<ApiError>>,
}

impl KeyList {
    fn load(self) {
        self.error.set(None);
        leptos::task::spawn_local(async move {
            match api::get::<Vec<ApiKey>>("/api/api-keys").await {
                Ok(keys) => _ = self.keys.try_set(Some(keys)),
                Err(error) => _ = self.error.try_set(Some(error)),
            }
        });
    }
}

#[component]
fn ApiKeys() -> AnyView {
    let session = SessionState::here();
    let list = KeyList {
        keys: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    list.load();
    let open = RwSignal::new(false);
    let body = move || {
        match (list.keys.get(), list.error.get()) {
        (_, Some(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        (None, None) => view! { <SkeletonRows rows=4 /> }.into_any(),
        (Some(keys), None) if keys.is_empty() => view! {
            <EmptyState
                icon=lu::LuKeyRound
                title="No API keys"
                text="With a key a program of yours reads calls or manages agents, with the permissions that you choose for it."
            />
        }
        .into_any(),
        (Some(keys), None) => view! { <list::Keys keys list /> }.into_any(),
    }
    };
    // A visit ends and a key does not, so visitors make none.
    let may_make = move || {
        let is_visitor = session.session().is_some_and(|session| session.from_above);
        session.may(Permission::ApiKeysManage) && !is_visitor
    };
    let actions = move || {
        view! {
            <Show when=may_make>
                <Button variant=Variant::Primary icon=lu::LuPlus on_press=move |()| open.set(true)>
                    "New key"
                </Button>
            </Show>
        }
    };
    view! {
        <Page title="API keys" actions>
            <Card class="overflow-clip">{body}</Card>
            <Sheet open title="New API key">
                <create::CreateKey list open />
            </Sheet>
        </Page>
    }
    .into_any()
}
