//! The table of invitations: who, as what, how far; sending again and revoking.

use leptos::prelude::*;
use shared::invitation::{Invitation, InvitationState};

use super::Invitations;
use crate::api;
use crate::format::{self, hundredths};
use crate::state::SessionState;
use crate::ui::{Badge, Button, Column, LoadMore, Table, Tone, Variant, When};

const COLUMNS: &[Column] = &[
    Column::new("Invited"),
    Column::new("As").with("max-md:hidden"),
    Column::new("State"),
    Column::new("Sent").with("max-md:hidden"),
    Column::new("By").with("max-lg:hidden"),
    Column::actions().with("max-md:hidden"),
];

#[component]
pub(super) fn InvitationTable(invitations: Invitations) -> AnyView {
    let list = invitations.list;
    let each = move |invitation: Invitation| view! { <InvitationRow invitation invitations /> };
    view! {
        <Table caption="Invitations, newest first" columns=COLUMNS>
            // Keyed by all that is shown: a changed one is drawn again.
            <For each=move || list.rows.get() key=|row| format!("{row:?}") children=each />
        </Table>
        <Show when=move || list.has_more()>
            <LoadMore
                shown=Signal::derive(move || list.rows.with(Vec::len))
                unit="invitations"
                has_more=Signal::derive(move || list.has_more())
                loading=list.loading_more
                on_more=move |()| list.load_more()
            />
        </Show>
    }
    .into_any()
}

fn state(state: InvitationState) -> (Tone, &'static str) {
    match state {
        InvitationState::Open => (Tone::Info, "Open"),
        InvitationState::Expired => (Tone::Warn, "Expired"),
        InvitationState::Accepted => (Tone::Good, "Accepted"),
        InvitationState::Revoked => (Tone::Plain, "Revoked"),
    }
}

/// As what: a role, or a company and its terms.
fn what(invitation: &Invitation) -> String {
    match (&invitation.role_label, &invitation.terms) {
        (Some(role), _) if invitation.only_assigned_agents => format!("{role}, some agents"),
        (Some(role), _) => role.clone(),
        (None, Some(terms)) => {
            let rate = hundredths::show(i64::from(terms.commission_basis_points));
            let credits = terms
                .currency
                .as_ref()
                .filter(|_| terms.opening_credits_minor > 0);
            let credits = credits.map(|currency| {
                format!(
                    ", {} {currency} to begin with",
                    hundredths::show(terms.opening_credits_minor)
                )
            });
            format!("{}, {rate} %{}", terms.company, credits.unwrap_or_default())
        }
        (None, None) => String::new(),
    }
}

#[component]
fn InvitationRow(invitation: Invitation, invitations: Invitations) -> AnyView {
    let toasts = invitations.toasts;
    let busy = RwSignal::new(false);
    let (id, path, list) = (invitation.id, invitations.path, invitations.list);
    let email = StoredValue::new(invitation.email.to_string());
    let told = move |outcome: Result<(), api::ApiError>, done: &str| {
        match outcome {
            Ok(()) => toasts.show(Tone::Good, done.to_owned()),
            Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
        }
        _ = busy.try_set(false);
        list.load();
    };
    let again = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let reply = api::post::<Invitation>(&format!("{path}/{id}/resend"), &()).await;
            let email = email.try_get_value().unwrap_or_default();
            told(reply.map(drop), &format!("A new link is on its way to {email}"));
        });
    };
    let revoke = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let reply = api::delete(&format!("{path}/{id}")).await;
            told(reply, "The invitation is revoked");
        });
    };
    let (tone, label) = state(invitation.state);
    let ends = (invitation.state == InvitationState::Open).then(|| {
        let until = format::date_time(invitation.expires_at, &SessionState::here().zone());
        view! { <div class="text-sm text-muted">{format!("until {until}")}</div> }
    });
    let is_open = matches!(invitation.state, InvitationState::Open | InvitationState::Expired);
    // On a phone they stand below the address.
    let actions = move |class: &'static str| {
        is_open.then(|| {
            view! {
                <div class=format!("flex flex-wrap gap-1 {class}")>
                    <Button small=true variant=Variant::Quiet disabled=busy on_press=again>
                        "Send again"
                    </Button>
                    <Button small=true variant=Variant::Quiet disabled=busy on_press=revoke>
                        "Revoke"
                    </Button>
                </div>
            }
        })
    };
    let what = what(&invitation);
    view! {
        <tr>
            <td>
                <div class="font-medium break-all whitespace-normal">{invitation.email.to_string()}</div>
                <div class="text-sm text-muted md:hidden" dir="auto">
                    {what.clone()}
                </div>
                {actions("-ml-2 md:hidden")}
            </td>
            <td class="max-md:hidden" dir="auto">
                {what}
            </td>
            <td>
                <Badge tone>{label}</Badge>
                {ends}
            </td>
            <td class="max-md:hidden">
                <When at=invitation.sent_at />
                {(invitation.sends > 1).then(|| format!(" ({} times)", invitation.sends))}
            </td>
            <td class="max-lg:hidden" dir="auto">
                {invitation.invited_by.clone().unwrap_or_else(|| "Himself".to_owned())}
            </td>
            <td class="right max-md:hidden">{actions("justify-end")}</td>
        </tr>
    }
    .into_any()
}
