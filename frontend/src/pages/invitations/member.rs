//! Inviting a member.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::agent::AgentRef;
use shared::invitation::{CreateInvitation, MESSAGE_MAX};

use super::Invitations;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::SessionState;
use crate::ui::{Button, Choice, Field, Input, Select, Switch, Textarea, Variant};

const FIELDS: &[&str] = &["email", "role", "message"];

/// `agents` shows the choice of agents of who is to see some only.
#[component]
pub fn InviteMember(
    roles: Signal<Vec<Choice>>,
    invitations: Invitations,
    open: RwSignal<bool>,
    agents: Callback<RwSignal<Vec<AgentRef>>, AnyView>,
) -> AnyView {
    let session = SessionState::here();
    let form = Form::new();
    let (email, message) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The lowest: more is given on purpose.
    let role = RwSignal::new(roles.with_untracked(|roles| {
        roles
            .last()
            .map(|choice| choice.value.clone())
            .unwrap_or_default()
    }));
    let only = RwSignal::new(false);
    let chosen = RwSignal::new(Vec::<AgentRef>::new());
    let may_assign = session.may(Permission::AgentsAssign);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = CreateInvitation {
            email: email.get_untracked(),
            role: role.get_untracked(),
            message: message.get_untracked(),
            only_assigned_agents: only.get_untracked(),
            agents: chosen.with_untracked(|chosen| chosen.iter().map(|agent| agent.id).collect()),
        };
        if form.begins(request.validate()) {
            invitations.send(request, form, open);
        }
    };
    view! {
        <form class="grid gap-5" novalidate on:submit=submit>
            <Field label="E-mail" error=form.field("email")>
                <Input value=email kind="email" autocomplete="off" autofocus=true placeholder="name@example.com" />
            </Field>
            <Field label="Role" error=form.field("role")>
                <Select choices=roles value=role />
            </Field>
            <Show when=move || may_assign>
                <Switch
                    on=only
                    label="Sees only assigned agents"
                    hint="Other agents and their calls are hidden from this member."
                />
                <Show when=move || only.get()>{move || agents.run(chosen)}</Show>
            </Show>
            <Field
                label="Message"
                optional=true
                error=form.field("message")
                counter=Signal::derive(move || (message.with(|text| text.chars().count()), MESSAGE_MAX))
            >
                <Textarea value=message />
            </Field>
            <Refused error=form.error fields=FIELDS />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true loading=form.busy>
                    "Send invitation"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
