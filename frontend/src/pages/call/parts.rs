//! Which parts of a call are not here, and why. Nothing is shown of a call that is whole.

use leptos::prelude::*;
use shared::ledger::{Artefact, ArtefactState, ArtefactStatus, CallLedger};
use shared::letters;

use super::data::CallData;
use crate::api::{self, Latest};
use crate::format;
use crate::state::SessionState;
use crate::ui::{Icon, lu};

#[component]
pub(super) fn MissingParts(data: CallData) -> AnyView {
    let session = SessionState::here();
    let ledger = RwSignal::new(None::<CallLedger>);
    let latest = Latest::new();
    // Read again whenever the call is.
    Effect::new(move |_| {
        let id = data.with(|detail| Some((detail.call.id, detail.updated_at)));
        let Some((id, _)) = id else { return };
        leptos::task::spawn_local(async move {
            if let Ok(read) = api::get_latest::<CallLedger>(&format!("/api/calls/{id}/ledger"), latest).await
            {
                _ = ledger.try_set(Some(read));
            }
        });
    });
    let body = move || {
        let ledger = ledger.get().filter(|ledger| ledger.is_over)?;
        let missing: Vec<_> = ledger.artefacts.into_iter().filter(is_told).collect();
        (!missing.is_empty()).then(|| {
            let zone = session.zone();
            let rows = missing.into_iter().map(|part| row(part, &zone)).collect_view();
            view! {
                <ul class="grid gap-1 rounded-md bg-hover px-3 py-2.5 text-sm" aria-label="What is missing of this call">
                    {rows}
                </ul>
            }
        })
    };
    body.into_any()
}

/// The recording tells its own state where it would play; billing is not a part that anybody misses yet.
fn is_told(part: &ArtefactStatus) -> bool {
    match part.artefact {
        Artefact::Audio | Artefact::Billed | Artefact::Announced => false,
        Artefact::Detail | Artefact::Transcript | Artefact::Summary => {
            part.is_missing() || part.state == ArtefactState::None
        }
    }
}

fn row(part: ArtefactStatus, zone: &str) -> AnyView {
    let label = match part.state {
        ArtefactState::Waiting => format!("{} on its way", part.artefact.label()),
        ArtefactState::None => format!("No {}", letters::lower(part.artefact.label())),
        _ => format!("{} could not be had", part.artefact.label()),
    };
    let reason = part.reason.map(|reason| format!(": {reason}"));
    view! {
        <li class="flex gap-2">
            <span class="flex h-5 items-center text-muted">
                <Icon glyph=lu::LuCircleAlert />
            </span>
            <span class="min-w-0 break-words">
                <span class="font-medium">{label}</span>
                <span class="text-muted">{reason}</span>
                <span class="text-muted">
                    {part.next_try_at.map(|at| format!(". Next try {}", format::exact(at, zone)))}
                </span>
            </span>
        </li>
    }
    .into_any()
}
