//! `/verify#…`: shows that an address is one's own. By a press, so that a program that looks at links confirms nothing.

use leptos::prelude::*;
use shared::account_email::LinkAccount;
use shared::invitation::LinkToken;

use super::column::{Column, DeadEnd, Done, app_name, public_info};
use crate::address;
use crate::api::{self, ApiError};
use crate::ui::{Button, Variant};

#[component]
pub(super) fn Verify() -> AnyView {
    let public = public_info();
    let outcome = RwSignal::new(None::<Result<LinkAccount, ApiError>>);
    let busy = RwSignal::new(false);
    let confirm = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let token = address::fragment();
            outcome.set(Some(api::post("/api/auth/verify", &LinkToken { token }).await));
        });
    };
    let body = move || {
        match outcome.get() {
        None => view! {
            <p class="text-muted">"Confirm that you read the mail that is sent to this address."</p>
            <div>
                <Button variant=Variant::Primary loading=busy on_press=confirm>
                    "Confirm the address"
                </Button>
            </div>
        }
        .into_any(),
        Some(Ok(account)) => {
            view! { <Done text=format!("The address {} is confirmed.", account.email) href="/" label="Go on" /> }
                .into_any()
        }
        Some(Err(error)) => {
            view! { <DeadEnd error href="/account/email" label="Go to your e-mail address" /> }.into_any()
        }
    }
    };
    view! {
        <Column title="Confirm your e-mail address" name=app_name(public)>
            {body}
        </Column>
    }
    .into_any()
}
