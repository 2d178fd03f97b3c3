//! Erasing all of a caller, and what was erased so far.

mod certificate;
mod list;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::{LazyRoute, lazy_route};
use shared::ErasureId;
use shared::erasure::Subject;

use crate::frame::Page;
use crate::pages::erasing::EraseForm;
use crate::state::Memo;
use crate::ui::{Button, Card, Choice, Dialog, Field, Input, Select, Variant};
use certificate::CertificateView;
use list::{Erasures, List};

/// `/settings/privacy`, and `/settings/privacy/{id}` for one certificate.
pub struct PrivacyPage;

#[lazy_route]
impl LazyRoute for PrivacyPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Privacy /> }.into_any()
    }
}

#[component]
fn Privacy() -> AnyView {
    let path = use_location().pathname;
    let one = Memo::new(move |_| {
        path.with(|path| path.strip_prefix("/settings/privacy/")?.parse::<ErasureId>().ok())
    });
    let body = move || match one.get() {
        Some(id) => view! { <CertificateView id /> }.into_any(),
        None => view! { <Overview /> }.into_any(),
    };
    body.into_any()
}

#[component]
fn Overview() -> AnyView {
    let erasures = Erasures::new();
    view! {
        <Page title="Erasing calls">
            <div class="mx-auto grid max-w-[860px] gap-4">
                <Caller erasures />
                <Card title="What was erased">
                    <List erasures />
                </Card>
            </div>
        </Page>
    }
    .into_any()
}

const PHONE: &str = "phone";

#[component]
fn Caller(erasures: Erasures) -> AnyView {
    let kind = RwSignal::new(PHONE.to_owned());
    let text = RwSignal::new(String::new());
    let asked = RwSignal::new(None::<Subject>);
    let open = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let kinds = vec![
        Choice::new(PHONE, "Telephone number"),
        Choice::new("email", "Mail address"),
    ];
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked();
        let subject = match kind.with_untracked(|kind| kind == PHONE) {
            true => Subject::Phone(typed),
            false => Subject::Email(typed),
        };
        match subject.normalized() {
            Ok(subject) => {
                error.set(None);
                asked.set(Some(subject));
                open.set(true);
            }
            Err(wrong) => error.set(Some(wrong.message)),
        }
    };
    let done = Callback::new(move |_| {
        open.set(false);
        text.set(String::new());
        erasures.load();
    });
    view! {
        <Card title="Erase all calls of one caller" padded=true>
            <form class="grid gap-3 sm:grid-cols-[180px_1fr_auto] sm:items-start" novalidate on:submit=submit>
                <Field label="By">
                    <Select choices=Signal::stored(kinds) value=kind />
                </Field>
                <Field
                    label="Number or address"
                    hint="A number with its country code, in any notation. An address is found where an agent collected it or somebody said it."
                    error
                >
                    <Input value=text autocomplete="off" />
                </Field>
                <div class="sm:pt-6">
                    <Button variant=Variant::Danger submit=true>
                        "Show what would go"
                    </Button>
                </div>
            </form>
            <Dialog open title="Erase all calls of this caller for good?">
                {move || {
                    asked
                        .get()
                        .map(|subject| {
                            view! { <EraseForm subject done cancel=Callback::new(move |()| open.set(false)) /> }
                        })
                }}
            </Dialog>
        </Card>
    }
    .into_any()
}
