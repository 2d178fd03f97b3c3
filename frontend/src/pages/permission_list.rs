//! Permissions by area, searched by word: the pages about members and roles put a control beside each.

use leptos::prelude::*;
use shared::letters;
use shared::{Permission, PermissionSet};

use crate::state::Memo;
use crate::ui::SearchInput;

/// `control` is drawn beside every permission of `shown`.
#[component]
pub fn PermissionList(
    #[prop(into)] shown: Signal<PermissionSet>,
    #[prop(into)] control: Callback<Permission, AnyView>,
) -> AnyView {
    let wanted = RwSignal::new(String::new());
    let groups = Memo::new(move |_| {
        let wanted = wanted.with(|wanted| letters::lower(wanted.trim()));
        let mut groups: Vec<(&'static str, Vec<Permission>)> = Vec::new();
        shown.with(|shown| {
            for permission in shown.iter().filter(|permission| speaks_of(*permission, &wanted)) {
                match groups.last_mut() {
                    Some((group, of)) if *group == permission.group() => of.push(permission),
                    _ => groups.push((permission.group(), vec![permission])),
                }
            }
        });
        groups
    });
    let row = move |permission: Permission| {
        view! {
            <li class="flex items-start justify-between gap-4 py-2">
                <div class="min-w-0">
                    <div class="font-medium">{permission.label()}</div>
                    <p class="field-hint">{permission.description()}</p>
                </div>
                <div class="flex-none">{control.run(permission)}</div>
            </li>
        }
    };
    let group = move |(name, permissions): (&'static str, Vec<Permission>)| {
        view! {
            <section>
                <h3 class="text-sm font-semibold text-muted">{name}</h3>
                <ul class="divide-y divide-line">{permissions.into_iter().map(row).collect_view()}</ul>
            </section>
        }
    };
    view! {
        <div class="grid gap-4">
            <SearchInput value=wanted label="Find a permission" />
            <For each=move || groups.get() key=Clone::clone children=group />
            <Show when=move || groups.with(Vec::is_empty)>
                <p class="text-sm text-muted">"No permission is called that."</p>
            </Show>
        </div>
    }
    .into_any()
}

fn speaks_of(permission: Permission, wanted: &str) -> bool {
    [
        permission.label(),
        permission.description(),
        permission.group(),
        permission.code(),
    ]
    .iter()
    .any(|text| letters::lower(text).contains(wanted))
}
