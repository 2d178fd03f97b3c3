//! Under which addresses the organization is reached.

mod add;
mod card;
mod remove;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::domain::{Domain, Domains};

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::ui::{Card, CopyField, EmptyState, ErrorState, SkeletonRows, lu};
use add::Add;
use card::DomainCard;

/// `/settings/domains`.
pub struct DomainsPage;

#[lazy_route]
impl LazyRoute for DomainsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <OwnDomains /> }.into_any()
    }
}

/// What the page shows.
#[derive(Clone, Copy)]
pub(super) struct State {
    read: RwSignal<Option<Domains>>,
    error: RwSignal<Option<ApiError>>,
}

impl State {
    fn load(self) {
        leptos::task::spawn_local(async move {
            match api::get::<Domains>("/api/domains").await {
                Ok(read) => {
                    _ = self.error.try_set(None);
                    _ = self.read.try_set(Some(read));
                }
                Err(failed) => _ = self.error.try_set(Some(failed)),
            }
        });
    }

    /// In the place of what was known of it, or as a new one.
    fn put(self, domain: Domain) {
        _ = self.read.try_update(|read| {
            let Some(read) = read else { return };
            match read.domains.iter_mut().find(|known| known.id == domain.id) {
                Some(known) => *known = domain,
                None => read.domains.push(domain),
            }
        });
    }
}

#[component]
fn OwnDomains() -> AnyView {
    let state = State {
        read: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    state.load();
    let body = move || {
        if let Some(error) = state.error.get() {
            return view! {
                <Card>
                    <ErrorState error retry=Callback::new(move |()| state.load()) />
                </Card>
            }
            .into_any();
        }
        match state.read.get() {
            Some(read) => shown(state, read),
            None => view! {
                <Card>
                    <SkeletonRows rows=6 />
                </Card>
            }
            .into_any(),
        }
    };
    view! {
        <Page title="Domains">
            <div class="mx-auto grid max-w-[860px] gap-4">{body}</div>
        </Page>
    }
    .into_any()
}

fn shown(state: State, read: Domains) -> AnyView {
    let full = read.domains.len() >= read.most;
    let has_target = read.target.is_some();
    let line = |label: &'static str, value: Option<String>| {
        value.map(|value| {
            view! {
                <div class="grid gap-1">
                    <span class="text-sm text-muted">{label}</span>
                    <CopyField value />
                </div>
            }
        })
    };
    let none = read.domains.is_empty();
    view! {
        <Card title="Addresses you have already" padded=true>
            <div class="grid gap-3">
                {line("Below the platform’s domain", read.subdomain)}
                {line("Sign-in page in your look, where nothing else is possible", read.path)}
            </div>
        </Card>
        {if has_target {
            view! { <Add state full most=read.most /> }.into_any()
        } else {
            view! {
                <Card>
                    <EmptyState
                        icon=lu::LuGlobe
                        title="Own domains can not be used here yet"
                        text="The platform has no name to which a domain could lead. Its operator sets PUBLIC_URL or BASE_DOMAIN."
                    />
                </Card>
            }
                .into_any()
        }}
        {(none && has_target)
            .then(|| {
                view! {
                    <Card>
                        <EmptyState
                            icon=lu::LuGlobe
                            title="No domain of your own yet"
                            text="Add one above, set two records at your DNS provider, and your people sign in there in your look."
                        />
                    </Card>
                }
            })}
        {read.domains.into_iter().map(|domain| view! { <DomainCard state domain /> }).collect_view()}
    }
    .into_any()
}
