//! The table of members.

use leptos::prelude::*;
use shared::member::Member;

use super::list::MemberList;
use crate::ui::{Avatar, Badge, Column, LoadMore, Row, Table, Tone, When};

const COLUMNS: &[Column] = &[
    Column::new("Member"),
    Column::new("Role"),
    Column::right("Permissions").with("max-md:hidden"),
    Column::new("Agents").with("max-md:hidden"),
    Column::new("Second factor").with("max-lg:hidden"),
    Column::new("Last sign-in").with("max-md:hidden"),
];

#[component]
pub(super) fn MemberTable(list: MemberList, choose: Callback<Member>) -> AnyView {
    let each = move |member: Member| {
        let shown = member.clone();
        view! { <Row on_open=move |()| choose.run(member.clone())>{cells(&shown)}</Row> }
    };
    view! {
        <Table caption="Members, by name" columns=COLUMNS>
            // Keyed by all that is shown: a changed member is drawn again.
            <For each=move || list.rows.get() key=|member| format!("{member:?}") children=each />
        </Table>
        <LoadMore
            shown=Signal::derive(move || list.rows.with(Vec::len))
            unit="members"
            has_more=Signal::derive(move || list.has_more())
            loading=list.loading_more
            on_more=move |()| list.load_more()
        />
    }
    .into_any()
}

fn cells(member: &Member) -> AnyView {
    let exceptions = member.grants.len() + member.denials.len();
    let agents = if member.only_assigned_agents {
        format!("{} assigned", member.agents.len())
    } else {
        "All".to_owned()
    };
    view! {
        <td>
            <div class="flex min-w-0 items-center gap-3">
                <Avatar name=member.name.clone() />
                <div class="min-w-0">
                    // For the keyboard; a press on it is one on the row.
                    <button type="button" class="block max-w-full truncate font-medium" dir="auto">
                        {member.name.clone()}
                    </button>
                    <div class="truncate text-sm text-muted">{member.email.as_str().to_owned()}</div>
                </div>
            </div>
        </td>
        <td>
            <div class="flex flex-wrap items-center gap-2">
                <span>{member.role_label.clone()}</span>
                {member.locked_until.map(|_| view! { <Badge tone=Tone::Warn>"Locked"</Badge> })}
                {member.disabled.then(|| view! { <Badge tone=Tone::Bad>"Disabled"</Badge> })}
                {(exceptions > 0).then(|| view! { <Badge>{format!("{exceptions} exceptions")}</Badge> })}
            </div>
        </td>
        <td class="right num max-md:hidden">{member.permission_count}</td>
        <td class="max-md:hidden">{agents}</td>
        <td class="max-lg:hidden">{if member.second_factor { "On" } else { "Off" }}</td>
        <td class="max-md:hidden">
            {match member.last_sign_in_at {
                Some(at) => view! { <When at /> }.into_any(),
                None => "Never".into_any(),
            }}
        </td>
    }
    .into_any()
}
