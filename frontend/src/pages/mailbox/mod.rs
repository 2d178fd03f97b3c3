//! The mailbox of a machine that sends no mail: what would have been sent, and the links in it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::MailId;
use shared::branding::PRODUCT;
use shared::mail::{KeptMail, KeptMailDetail};

use crate::address;
use crate::api::{self, ApiError};

use crate::ui::{Button, Card, CopyField, EmptyState, ErrorState, Fact, Facts, SkeletonRows, lu};

const PATH: &str = "/api/dev/mail";

/// `/dev/mail`.
pub struct MailboxPage;

#[lazy_route]
impl LazyRoute for MailboxPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Mailbox /> }.into_any()
    }
}

#[component]
fn Mailbox() -> AnyView {
    address::set_title("Mailbox", PRODUCT);
    let mails = RwSignal::new(None::<Result<Vec<KeptMail>, ApiError>>);
    let chosen = RwSignal::new(None::<MailId>);
    let load = move || {
        leptos::task::spawn_local(async move {
            let reply = api::get::<Vec<KeptMail>>(PATH).await;
            if let (Ok(found), None) = (&reply, chosen.get_untracked()) {
                _ = chosen.try_set(found.first().map(|mail| mail.id));
            }
            _ = mails.try_set(Some(reply));
        });
    };
    load();
    let list = move || match mails.get() {
        None => view! { <SkeletonRows rows=6 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load()) /> }.into_any(),
        Some(Ok(found)) if found.is_empty() => view! {
            <EmptyState
                icon=lu::LuMail
                title="No mail yet"
                text="This machine sends none: invitations and links appear here instead."
            />
        }
        .into_any(),
        Some(Ok(found)) => view! {
            <ul class="divide-y divide-line">
                {found.into_iter().map(|mail| view! { <Line mail chosen /> }).collect_view()}
            </ul>
        }
        .into_any(),
    };
    view! {
        <main class="mx-auto grid w-full max-w-[1200px] gap-4 px-4 py-6">
            <div class="flex items-center justify-between gap-4">
                <h1 class="text-xl font-semibold">"Mailbox"</h1>
                <Button icon=lu::LuRefreshCw on_press=move |()| load()>
                    "Look again"
                </Button>
            </div>
            <div class="grid items-start gap-4 lg:grid-cols-[340px_1fr]">
                <Card class="overflow-clip">{list}</Card>
                {move || chosen.get().map(|id| view! { <Opened id /> })}
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn Line(mail: KeptMail, chosen: RwSignal<Option<MailId>>) -> AnyView {
    let id = mail.id;
    view! {
        <li>
            <button
                type="button"
                class="block w-full px-4 py-2.5 text-left aria-[current=true]:bg-selected"
                aria-current=move || (chosen.get() == Some(id)).then_some("true")
                on:click=move |_| chosen.set(Some(id))
            >
                <span class="block truncate font-medium" dir="auto">
                    {mail.subject}
                </span>
                <span class="block truncate text-sm text-muted">{mail.recipient}</span>
            </button>
        </li>
    }
    .into_any()
}

#[component]
fn Opened(id: MailId) -> AnyView {
    let mail = RwSignal::new(None::<Result<KeptMailDetail, ApiError>>);
    leptos::task::spawn_local(async move {
        let reply = api::get(&format!("{PATH}/{id}")).await;
        _ = mail.try_set(Some(reply));
    });
    let body = move || match mail.get() {
        None => view! { <SkeletonRows rows=6 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error /> }.into_any(),
        Some(Ok(mail)) => shown(mail),
    };
    view! { <Card padded=true>{body}</Card> }.into_any()
}

fn shown(mail: KeptMailDetail) -> AnyView {
    let link = mail.link.map(|link| {
        view! {
            <div class="grid gap-2">
                <div>
                    // Not the router's: it may lead to a page that knows none.
                    <a href=link.clone() class="btn btn-primary" target="_blank" rel="external">
                        "Follow its link"
                    </a>
                </div>
                <CopyField value=link />
            </div>
        }
    });
    view! {
        <div class="grid gap-4">
            <h2 class="text-lg font-semibold" dir="auto">
                {mail.subject}
            </h2>
            <Facts>
                <Fact name="From">{mail.sender}</Fact>
                <Fact name="To">{mail.recipient}</Fact>
            </Facts>
            {link}
            // Nothing in it runs or leads anywhere.
            <iframe
                title="The message as HTML"
                sandbox=""
                srcdoc=mail.html
                class="h-[560px] w-full rounded border border-line"
            ></iframe>
            <details>
                <summary>"As text"</summary>
                <pre class="mt-2 text-sm break-words whitespace-pre-wrap">{mail.text}</pre>
            </details>
        </div>
    }
    .into_any()
}
