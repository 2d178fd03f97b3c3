//! One entry, as a row and in full.

use leptos::prelude::*;
use shared::audit::{AuditEntry, action_label};

use crate::format;
use crate::ui::{Column, CopyField, Fact, Facts, When};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("What"),
    Column::new("Who").with("max-sm:hidden"),
    Column::new("From").with("max-lg:hidden"),
    Column::right("When"),
    Column::right("Number").with("max-md:hidden"),
];

pub(super) fn cells(entry: &AuditEntry) -> AnyView {
    view! {
        <td class="w-full max-w-0">
            <span class="block truncate font-medium">{action_label(&entry.action).to_owned()}</span>
            <span class="block truncate text-xs text-muted sm:hidden">{who(entry)}</span>
        </td>
        <td class="truncate max-sm:hidden">{who(entry)}</td>
        <td class="truncate max-lg:hidden">{entry.ip.clone().unwrap_or_else(|| "–".to_owned())}</td>
        <td class="right">
            <When at=entry.at />
        </td>
        <td class="right num max-md:hidden">{format::integer(entry.sequence as f64)}</td>
    }
    .into_any()
}

fn who(entry: &AuditEntry) -> String {
    match &entry.user {
        None => "The program".to_owned(),
        Some(user) if user.name.is_empty() => user.email.clone(),
        Some(user) => user.name.clone(),
    }
}

pub(super) fn detail(entry: &AuditEntry) -> AnyView {
    let fact =
        |name: &'static str, value: Option<String>| value.map(|value| view! { <Fact name>{value}</Fact> });
    let details = serde_json::to_string_pretty(&entry.details).unwrap_or_default();
    let subject = entry.subject.clone().map(|id| {
        view! {
            <Fact name="Subject">
                <CopyField value=id />
            </Fact>
        }
    });
    let at = entry.at;
    let known = (
        fact("Who", Some(who(entry))),
        fact("E-mail", entry.user.as_ref().map(|user| user.email.clone())),
        fact("From", entry.ip.clone()),
        fact("Action", Some(entry.action.clone())),
        fact("Number", Some(format::integer(entry.sequence as f64))),
    );
    view! {
        <div class="grid gap-6">
            <Facts>
                <Fact name="When">
                    <When at />
                </Fact>
                {known}
                {subject}
            </Facts>
            <section class="grid gap-2">
                <h3 class="text-sm font-semibold">"Details"</h3>
                <pre class="overflow-x-auto rounded-md border border-line bg-page px-3 py-2 text-xs" tabindex="0">
                    {details}
                </pre>
            </section>
        </div>
    }
    .into_any()
}
