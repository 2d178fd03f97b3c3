//! The table of roles.

use leptos::prelude::*;
use shared::role_list::{Role, RoleSource};

use crate::ui::{Badge, Column, Row, Table};

const COLUMNS: &[Column] = &[
    Column::new("Role"),
    Column::new("From").with("max-md:hidden"),
    Column::right("Permissions"),
    Column::right("Members"),
];

#[component]
pub(super) fn RoleTable(roles: Vec<Role>, choose: Callback<Option<Role>>) -> AnyView {
    let row = move |role: Role| {
        let shown = role.clone();
        view! { <Row on_open=move |()| choose.run(Some(role.clone()))>{cells(&shown)}</Row> }
    };
    view! {
        <Table caption="Roles, templates first" columns=COLUMNS>
            {roles.into_iter().map(row).collect_view()}
        </Table>
    }
    .into_any()
}

fn cells(role: &Role) -> AnyView {
    let from = match role.source {
        RoleSource::Template => "Template",
        RoleSource::Own => "Own",
        RoleSource::Above => "From above",
    };
    view! {
        <td>
            // For the keyboard; a press on it is one on the row.
            <button type="button" class="font-medium" dir="auto">
                {role.label.clone()}
            </button>
            <div class="text-sm text-muted max-md:hidden" dir="auto">
                {role.description.clone()}
            </div>
        </td>
        <td class="max-md:hidden">
            <Badge>{from}</Badge>
        </td>
        <td class="right num">{role.permissions.len()}</td>
        <td class="right num">{role.holders}</td>
    }
    .into_any()
}
