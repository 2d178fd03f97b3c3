//! The own account: name, password, second factor, sessions, sign-ins. Everybody who is signed in has it.

mod codes;
mod enrol;
mod password;
mod profile;
mod second_factor;
mod sessions;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::account::Account;

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::pages::sign_ins::SignIns;
use crate::state::{Memo, SessionState};
use crate::ui::{Card, ErrorState, Icon, SkeletonRows, lu};

/// `/account`.
pub struct AccountPage;

#[lazy_route]
impl LazyRoute for AccountPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <OwnAccount /> }.into_any()
    }
}

/// The account and how it is read.
#[derive(Clone, Copy)]
struct Shown {
    account: RwSignal<Option<Account>>,
    error: RwSignal<Option<ApiError>>,
}

impl Shown {
    fn load(self) {
        // Only where there was one: the cards are made anew with it, and what they have just shown would be gone.
        if self.error.with_untracked(Option::is_some) {
            self.error.set(None);
        }
        leptos::task::spawn_local(async move {
            match api::get::<Account>("/api/account").await {
                Ok(account) => _ = self.account.try_set(Some(account)),
                Err(error) => _ = self.error.try_set(Some(error)),
            }
        });
    }
}

#[component]
fn OwnAccount() -> AnyView {
    let session = SessionState::here();
    let shown = Shown {
        account: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    shown.load();
    let is_there = Memo::new(move |_| shown.account.with(Option::is_some));
    let missing = move || {
        session
            .session()
            .is_some_and(|session| session.second_factor_missing)
            .then(|| {
                view! {
                    <p class="flex items-start gap-2" role="status">
                        <Icon glyph=lu::LuShieldAlert class="text-warn" />
                        "Your role asks for a second factor. Set one up to go on; nothing else can be opened until then."
                    </p>
                }
            })
    };
    let body = move || match (is_there.get(), shown.error.get()) {
        (_, Some(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| shown.load()) /> }.into_any()
        }
        (false, None) => view! { <SkeletonRows rows=6 /> }.into_any(),
        (true, None) => view! {
            <div class="grid gap-4 lg:grid-cols-2 lg:items-start">
                <second_factor::SecondFactor shown />
                <password::ChangePasswordCard />
                <profile::Profile shown />
                <sessions::Sessions />
            </div>
            <Card title="Sign-in history" class="mt-4 overflow-clip">
                <SignIns path="/api/account/sign-ins" />
            </Card>
        }
        .into_any(),
    };
    view! {
        <Page title="Your account">
            <div class="grid gap-4">{missing} <div>{body}</div></div>
        </Page>
    }
    .into_any()
}
