//! One domain: its records, what was found, and when it is looked at again.

use leptos::prelude::*;
use shared::domain::{DnsRecord, Domain, DomainState};

use super::State;
use super::remove::RemoveDialog;
use crate::api;
use crate::state::Toasts;
use crate::ui::{Button, Card, CopyField, StatusDot, Tone, When, lu};

#[component]
pub(super) fn DomainCard(state: State, domain: Domain) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let (asking, removing) = (RwSignal::new(false), RwSignal::new(false));
    let id = domain.id;
    let check = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            match api::post::<Domain>(&format!("/api/domains/{id}/check"), &()).await {
                Ok(checked) => state.put(checked),
                Err(refused) => toasts.show(Tone::Bad, format!("{}. {}", refused.title(), refused.advice())),
            }
            _ = asking.try_set(false);
        });
    };
    let (tone, label) = match domain.state {
        DomainState::Pending => (Tone::Warn, "Not proved yet"),
        DomainState::Verified => (Tone::Good, "Verified"),
        DomainState::Broken => (Tone::Bad, "Leads here no longer"),
    };
    let actions = move || {
        view! {
            <div class="flex gap-2">
                <Button small=true icon=lu::LuRefreshCw loading=asking on_press=check>
                    "Check now"
                </Button>
                <Button small=true on_press=move |()| removing.set(true)>"Remove"</Button>
            </div>
        }
    };
    let name = domain.domain.clone();
    view! {
        <Card title=domain.shown.clone() actions padded=true>
            <div class="grid gap-4">
                <div class="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
                    <StatusDot tone label />
                    <span class="text-muted">
                        {match domain.checked_at {
                            Some(at) => view! { "Checked " <When at /> }.into_any(),
                            None => "Not checked yet".into_any(),
                        }}
                    </span>
                    <span class="text-muted">"Next check " <When at=domain.next_check_at /></span>
                </div>
                {domain.reason.clone().map(|reason| view! { <p class="max-w-[75ch] text-sm">{reason}</p> })}
                {domain.records.into_iter().map(record).collect_view()}
            </div>
        </Card>
        <RemoveDialog state id name open=removing />
    }
    .into_any()
}

fn record(record: DnsRecord) -> AnyView {
    let (tone, label) = match (&record.seen, record.ok) {
        (_, true) => (Tone::Good, "Right"),
        (None, false) => (Tone::Plain, "Not seen yet"),
        (Some(seen), false) if seen.is_empty() => (Tone::Warn, "Missing"),
        (Some(_), false) => (Tone::Bad, "Something else is there"),
    };
    let region = format!("{} record", record.kind);
    let found = record.seen.filter(|seen| !seen.is_empty() && !record.ok);
    view! {
        <section class="grid gap-2 border-t border-line pt-3" aria-label=region>
            <div class="flex items-center gap-3">
                <h3 class="font-medium">{record.kind}</h3>
                <StatusDot tone label />
            </div>
            <div class="grid gap-2 sm:grid-cols-2">
                <div class="grid min-w-0 gap-1">
                    <span class="text-sm text-muted">"Name"</span>
                    <CopyField value=record.name />
                </div>
                <div class="grid min-w-0 gap-1">
                    <span class="text-sm text-muted">"Value"</span>
                    <CopyField value=record.value />
                </div>
            </div>
            {found.map(|seen| view! { <p class="text-sm break-all text-muted">"Found: " {seen.join(", ")}</p> })}
        </section>
    }
    .into_any()
}
