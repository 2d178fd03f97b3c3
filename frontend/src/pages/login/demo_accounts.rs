//! On a demo machine: the accounts to try, filled in by one press.

use leptos::prelude::*;
use shared::public::PublicInfo;

use crate::ui::{Avatar, Icon, lu};

#[component]
pub(super) fn DemoAccounts(
    public: RwSignal<Option<PublicInfo>>,
    email: RwSignal<String>,
    password: RwSignal<String>,
) -> AnyView {
    let accounts = move || {
        public
            .get()
            .map(|public| public.demo_accounts)
            .unwrap_or_default()
    };
    view! {
        <Show when=move || !accounts().is_empty()>
            <section aria-label="Demo accounts" class="grid gap-1">
                <p class="px-2 text-sm text-muted">"Demo accounts. Choose one, then sign in."</p>
                {move || {
                    accounts()
                        .into_iter()
                        .map(|account| {
                            let fill = {
                                let account = account.clone();
                                move |_| {
                                    email.set(account.email.clone());
                                    password.set(account.password.clone());
                                }
                            };
                            view! {
                                <button type="button" class="menu-item" on:click=fill>
                                    <Avatar name=account.label.clone() />
                                    <span class="flex-1">{account.label}</span>
                                    <span class="text-sm text-muted">{account.email}</span>
                                    <Icon glyph=lu::LuChevronRight />
                                </button>
                            }
                        })
                        .collect_view()
                }}
            </section>
        </Show>
    }
    .into_any()
}
