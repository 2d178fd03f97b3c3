//! What one member is granted or denied beside his role.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::Permission;
use shared::member::Member;
use shared::role::possible_in;

use crate::pages::permission_list::PermissionList;
use crate::state::SessionState;
use crate::ui::{Choice, Select};

/// `true`: granted, `false`: denied.
pub(super) type Exceptions = BTreeMap<Permission, bool>;

/// Those of a member.
pub(super) fn of(member: &Member) -> Exceptions {
    let granted = member.grants.iter().map(|permission| (permission, true));
    let denied = member.denials.iter().map(|permission| (permission, false));
    granted.chain(denied).collect()
}

/// Codes of those that are granted, or of those that are denied.
pub(super) fn codes(exceptions: &Exceptions, granted: bool) -> Vec<String> {
    exceptions
        .iter()
        .filter(|(_, is_granted)| **is_granted == granted)
        .map(|(permission, _)| permission.code().to_owned())
        .collect()
}

#[component]
pub(super) fn ExceptionList(exceptions: RwSignal<Exceptions>) -> AnyView {
    let session = SessionState::here();
    let shown = Signal::derive(move || {
        session
            .session()
            .map(|session| possible_in(session.organization.kind))
            .unwrap_or_default()
    });
    let control = move |permission: Permission| {
        let value = exceptions.with_untracked(|all| match all.get(&permission) {
            Some(true) => "grant",
            Some(false) => "deny",
            None => "role",
        });
        let value = RwSignal::new(value.to_owned());
        Effect::new(move |before: Option<()>| {
            let value = value.get();
            if before.is_some() {
                exceptions.update(|all| {
                    match value.as_str() {
                        "grant" => all.insert(permission, true),
                        "deny" => all.insert(permission, false),
                        _ => all.remove(&permission),
                    };
                });
            }
        });
        let choices = move || {
            let mut choices = vec![
                Choice::new("role", "As the role says"),
                Choice::new("deny", "Denied"),
            ];
            // One gives only what one has; what somebody else gave can be kept.
            let given = exceptions.with_untracked(|all| all.get(&permission) == Some(&true));
            if given || session.may(permission) {
                choices.push(Choice::new("grant", "Granted"));
            }
            choices
        };
        view! { <Select choices=Signal::derive(choices) value label=permission.label() /> }.into_any()
    };
    view! { <PermissionList shown control=Callback::new(control) /> }.into_any()
}
