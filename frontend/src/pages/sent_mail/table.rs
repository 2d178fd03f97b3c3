//! The table of sent mail.

use leptos::prelude::*;
use shared::mail::{MailState, SentMail};

use crate::api::{self, Paged};
use crate::state::Toasts;
use crate::ui::{Badge, Button, Column, LoadMore, Table, Tone, When};

const COLUMNS: &[Column] = &[
    Column::new("Recipient"),
    Column::new("Subject").with("max-md:hidden"),
    Column::new("For").with("max-lg:hidden"),
    Column::new("State"),
    Column::new("Written").with("max-md:hidden"),
    Column::actions(),
];

#[component]
pub(super) fn MailTable(list: Paged<SentMail>) -> AnyView {
    let each = move |mail: SentMail| view! { <MailRow mail list /> };
    view! {
        <Table caption="Mail, newest first" columns=COLUMNS>
            // Keyed by all that is shown: a changed one is drawn again.
            <For each=move || list.rows.get() key=|mail| format!("{mail:?}") children=each />
        </Table>
        <LoadMore
            shown=Signal::derive(move || list.rows.with(Vec::len))
            unit="mails"
            has_more=Signal::derive(move || list.has_more())
            loading=list.loading_more
            on_more=move |()| list.load_more()
        />
    }
    .into_any()
}

fn state(mail: &SentMail) -> (Tone, &'static str) {
    match mail.state {
        MailState::Waiting if mail.attempts > 0 => (Tone::Warn, "Tried again"),
        MailState::Waiting => (Tone::Info, "On its way"),
        MailState::Sent => (Tone::Good, "Sent"),
        MailState::Failed => (Tone::Bad, "Failed"),
        MailState::Kept => (Tone::Plain, "Kept here"),
    }
}

#[component]
fn MailRow(mail: SentMail, list: Paged<SentMail>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let id = mail.id;
    let retry = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::send_json(&format!("/api/platform/mail/{id}/retry"), &()).await {
                Ok(()) => toasts.show(Tone::Good, "It is on its way again"),
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = busy.try_set(false);
            list.load();
        });
    };
    let (tone, label) = state(&mail);
    let error = mail.last_error.clone();
    let error =
        error.map(|error| view! { <div class="max-w-80 text-sm break-words whitespace-normal text-muted">{error}</div> });
    let action = mail.can_retry.then(|| {
        view! {
            <Button small=true loading=busy on_press=retry>
                "Send again"
            </Button>
        }
    });
    view! {
        <tr>
            <td>
                <div class="font-medium break-all whitespace-normal">{mail.recipient.clone()}</div>
                <div class="text-sm whitespace-normal text-muted md:hidden" dir="auto">
                    {mail.subject.clone()}
                </div>
            </td>
            <td class="whitespace-normal max-md:hidden" dir="auto">
                {mail.subject.clone()}
            </td>
            <td class="max-lg:hidden" dir="auto">
                {mail.organization.clone()}
            </td>
            <td>
                <Badge tone>{label}</Badge>
                {error}
            </td>
            <td class="max-md:hidden">
                <When at=mail.created_at />
            </td>
            <td class="right">{action}</td>
        </tr>
    }
    .into_any()
}
