//! The sheet of one member: role, agents, grants and denials.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::member::{Member, UpdateMember};
use shared::role::RoleTemplate;
use shared::role_list::Role;

use super::agents::AgentChoice;
use super::exceptions::{self, ExceptionList};
use super::list::MemberList;
use super::remove::RemoveMember;
use super::security::SignInHelp;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::pages::sign_ins::SignIns;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Choice, Field, Select, Switch, Tone, Variant};

const FIELDS: &[&str] = &["role"];

#[component]
pub(super) fn EditMember(member: Member, list: MemberList, open: RwSignal<bool>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let id = member.id;
    let role = RwSignal::new(member.role.clone());
    let only = RwSignal::new(member.only_assigned_agents);
    let agents = RwSignal::new(member.agents.clone());
    let exceptions = RwSignal::new(exceptions::of(&member));
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let may_edit = session.may(Permission::MembersEdit);
    let may_assign = may_edit && session.may(Permission::AgentsAssign);
    let choices = roles_to_give(Some(&member));
    let before = member.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let update = UpdateMember {
            role: Some(role.get_untracked()).filter(|role| *role != before.role),
            grants: Some(exceptions.with_untracked(|all| exceptions::codes(all, true))),
            denials: Some(exceptions.with_untracked(|all| exceptions::codes(all, false))),
            only_assigned_agents: may_assign.then(|| only.get_untracked()),
            agents: may_assign
                .then(|| agents.with_untracked(|agents| agents.iter().map(|agent| agent.id).collect())),
        };
        leptos::task::spawn_local(async move {
            match api::patch::<Member>(&format!("/api/members/{id}"), &update).await {
                Ok(member) => {
                    toasts.show(Tone::Good, format!("{} is changed", member.name));
                    _ = open.try_set(false);
                    list.load();
                    // It may have been oneself.
                    session.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let role_error = Signal::derive(move || error.with(|error| error.as_ref().and_then(|e| e.field("role"))));
    let address = member.email.as_str().to_owned();
    view! {
        <form class="grid gap-5" novalidate on:submit=submit>
            <p class="text-sm text-muted">{address}</p>
            <Field label="Role" error=role_error>
                <Select choices value=role disabled=!may_edit />
            </Field>
            <Show when=move || may_assign>
                <Switch
                    on=only
                    label="Sees only assigned agents"
                    hint="Other agents and their calls are hidden from this member."
                />
                <Show when=move || only.get()>
                    <AgentChoice chosen=agents />
                </Show>
            </Show>
            <Show when=move || may_edit>
                <h2 class="text-lg font-semibold">"Exceptions from the role"</h2>
                <ExceptionList exceptions />
            </Show>
            <Refused error fields=FIELDS />
            <Show when=move || may_edit>
                <div class="flex justify-end gap-2">
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button variant=Variant::Primary submit=true loading=asking>
                        "Save changes"
                    </Button>
                </div>
            </Show>
        </form>
        {session
            .may(Permission::MembersSecurity)
            .then(|| view! { <SignInHelp member=member.clone() list open /> })}
        {session
            .may(Permission::MembersSecurity)
            .then(|| {
                let path = format!("/api/members/{id}/sign-ins");
                view! {
                    <h2 class="mt-6 text-lg font-semibold">"Sign-in history"</h2>
                    <SignIns path />
                }
            })}
        {session
            .may(Permission::MembersRemove)
            .then(|| view! { <RemoveMember member=member.clone() list open /> })}
    }
    .into_any()
}

/// The roles of this organization: all that may be seen, or the templates; and the one that a member has.
pub(super) fn roles_to_give(member: Option<&Member>) -> Signal<Vec<Choice>> {
    let session = SessionState::here();
    let Some(kind) = session.session().map(|session| session.organization.kind) else {
        return Signal::stored(Vec::new());
    };
    let mut templates: Vec<_> = RoleTemplate::of_kind(kind)
        .map(|template| Choice::new(template.key, template.label))
        .collect();
    if let Some(member) = member
        && !templates.iter().any(|choice| choice.value == member.role)
    {
        templates.push(Choice::new(member.role.clone(), member.role_label.clone()));
    }
    let choices = RwSignal::new(templates);
    if session.may(Permission::RolesView) {
        leptos::task::spawn_local(async move {
            // Without it the templates are there to choose from.
            if let Ok(roles) = api::get::<Vec<Role>>("/api/roles").await {
                let givable = roles.into_iter().filter(|role| role.kind == kind);
                _ = choices.try_set(givable.map(|role| Choice::new(role.role, role.label)).collect());
            }
        });
    }
    choices.into()
}
