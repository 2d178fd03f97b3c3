//! The sheet of one role: what it gives, and changing it where it is an own one.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::role::possible_in;
use shared::role_list::{CreateRole, Role, RoleSource, UpdateRole};
use shared::{Permission, PermissionSet};

use super::RoleList;
use super::preview::PreviewButton;
use crate::api::{self, ApiError};
use crate::pages::permission_list::PermissionList;
use crate::pages::refused::Refused;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Choice, Field, Input, Select, Textarea, Tone, Variant};
use shared::organization::OrganizationKind;

const FIELDS: &[&str] = &["name", "description", "kind", "permissions"];

#[component]
pub(super) fn EditRole(role: Option<Role>, list: RoleList, open: RwSignal<bool>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let Some(own_kind) = session.session().map(|session| session.organization.kind) else {
        return ().into_any();
    };
    let is_own = role.as_ref().is_none_or(|role| role.source == RoleSource::Own);
    let may_edit = is_own && session.may(Permission::RolesManage);
    let text =
        |read: fn(&Role) -> &str| RwSignal::new(role.as_ref().map(read).unwrap_or_default().to_owned());
    let (name, description) = (text(|role| &role.label), text(|role| &role.description));
    let kind = RwSignal::new(
        role.as_ref()
            .map_or(own_kind, |role| role.kind)
            .as_str()
            .to_owned(),
    );
    let chosen = RwSignal::new(
        role.as_ref()
            .map(|role| role.permissions.clone())
            .unwrap_or_default(),
    );
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let id = role.as_ref().and_then(Role::id);
    let is_new = role.is_none();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let kind = kind.with_untracked(|kind| OrganizationKind::parse(kind));
        let (Some(kind), false) = (kind, asking.get_untracked()) else {
            return;
        };
        asking.set(true);
        error.set(None);
        let codes = chosen.with_untracked(|set| set.iter().map(|p| p.code().to_owned()).collect());
        let (name, description) = (name.get_untracked(), description.get_untracked());
        leptos::task::spawn_local(async move {
            let reply = match id {
                Some(id) => {
                    let update = UpdateRole {
                        name: Some(name),
                        description: Some(description),
                        permissions: Some(codes),
                    };
                    api::patch::<Role>(&format!("/api/roles/{id}"), &update).await
                }
                None => {
                    let create = CreateRole {
                        name,
                        description,
                        kind,
                        permissions: codes,
                    };
                    api::post::<Role>("/api/roles", &create).await
                }
            };
            match reply {
                Ok(role) => {
                    toasts.show(Tone::Good, format!("The role {} is saved", role.label));
                    _ = open.try_set(false);
                    list.load();
                    session.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let remove = move |()| {
        let Some(id) = id else { return };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/api/roles/{id}")).await {
                Ok(()) => {
                    toasts.show(Tone::Good, "The role is removed");
                    _ = open.try_set(false);
                    list.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let field = move |field: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field(field))))
    };
    // Of a role that can not be changed, what it gives; else all that it could give.
    let given = role
        .as_ref()
        .map(|role| role.permissions.clone())
        .unwrap_or_default();
    let shown = Signal::derive(move || {
        if may_edit {
            kind.with(|kind| OrganizationKind::parse(kind))
                .map(possible_in)
                .unwrap_or_default()
        } else {
            given.clone()
        }
    });
    let control = move |permission: Permission| {
        // One gives only what one has; what somebody else gave can be kept.
        let can =
            may_edit && (session.may(permission) || chosen.with_untracked(|set| set.contains(permission)));
        view! {
            <input
                type="checkbox"
                aria-label=permission.label()
                title=(may_edit && !can).then_some("You do not have this permission yourself")
                prop:checked=move || chosen.with(|set| set.contains(permission))
                disabled=!can
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    let one: PermissionSet = std::iter::once(permission).collect();
                    chosen.update(|set| *set = if on { set.union(&one) } else { set.difference(&one) });
                }
            />
        }
        .into_any()
    };
    let kinds: Vec<_> = [
        (OrganizationKind::Platform, "The platform"),
        (OrganizationKind::Agency, "Agencies"),
        (OrganizationKind::Customer, "Customers"),
    ]
    .into_iter()
    .filter(|(kind, _)| *kind >= own_kind)
    .map(|(kind, label)| Choice::new(kind.as_str(), label))
    .collect();
    let kinds = Signal::stored(kinds);
    // Where it is a field, it stands there.
    let about = role.as_ref().map(|role| role.description.clone());
    let about = about.filter(|text| !may_edit && !text.is_empty());
    let about = about.map(|text| view! { <p dir="auto">{text}</p> });
    let preview = role
        .filter(|role| role.kind == own_kind && session.may(Permission::PermissionsPreview))
        .map(|role| view! { <PreviewButton role=role.role /> });
    view! {
        <div class="grid gap-5">
            {about} {preview}
            <form class="grid gap-5" novalidate on:submit=submit>
                <Show when=move || may_edit>
                    <Field label="Name" error=field("name")>
                        <Input value=name />
                    </Field>
                    <Field label="Description" optional=true error=field("description")>
                        <Textarea value=description />
                    </Field>
                    <Show when=move || is_new>
                        <Field label="For members of" error=field("kind")>
                            <Select choices=kinds value=kind />
                        </Field>
                    </Show>
                </Show>
                <PermissionList shown control=Callback::new(control) />
                <p class="field-error" role="alert">{field("permissions")}</p>
                <Refused error fields=FIELDS />
                <Show when=move || may_edit>
                    <div class="flex flex-wrap justify-end gap-2">
                        <Show when=move || id.is_some()>
                            <Button variant=Variant::Danger disabled=asking on_press=remove>
                                "Remove role"
                            </Button>
                        </Show>
                        <Button variant=Variant::Primary submit=true loading=asking>
                            "Save role"
                        </Button>
                    </div>
                </Show>
            </form>
        </div>
    }
    .into_any()
}
