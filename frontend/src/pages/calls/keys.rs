//! The keys of the log, and what they do to the row that has the focus.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use shared::CallId;
use shared::work::SetRead;

use super::log::Log;
use crate::api;
use crate::ui::{Dialog, KeyHint, is_typing};

const KEYS: [(&str, &str); 10] = [
    ("J", "Next call"),
    ("K", "Previous call"),
    ("Enter", "Open the call"),
    ("Space", "Play or pause the recording of the open call"),
    ("U", "Mark as unread, or as read"),
    ("T", "Tags of the open call"),
    ("N", "Write a note on the open call"),
    ("X", "Select the call, or no longer"),
    ("Esc", "Close the call"),
    ("?", "Show these keys"),
];

/// Listens for the whole log; says what it did to who can not see it.
#[component]
pub(super) fn LogKeys(
    log: Log,
    #[prop(into)] open: Signal<Option<CallId>>,
    on_open: Callback<CallId>,
) -> AnyView {
    let shown = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing() {
            return;
        }
        let current = open.get_untracked().or_else(focused);
        match (event.key().as_str(), current) {
            ("?", _) => shown.set(true),
            ("u", Some(id)) => toggle_read(log, id, said),
            // These work on the open call, so it is opened first.
            (" " | "t" | "n", Some(id)) if open.get_untracked().is_none() => on_open.run(id),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    view! {
        <div class="sr-only" role="status" aria-live="polite">
            {move || said.get()}
        </div>
        <Dialog open=shown title="Keys">
            <dl class="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
                {KEYS
                    .into_iter()
                    .map(|(key, what)| {
                        view! {
                            <dt>
                                <KeyHint keys=key />
                                <span class="sr-only">{key}</span>
                            </dt>
                            <dd>{what}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
        </Dialog>
    }
    .into_any()
}

/// The call whose row has the focus.
fn focused() -> Option<CallId> {
    let row = document().active_element()?.closest("tr[data-row]").ok()??;
    let link = row.query_selector("a[href^='/calls/']").ok()??;
    link.get_attribute("href")?.strip_prefix("/calls/")?.parse().ok()
}

fn toggle_read(log: Log, id: CallId, said: RwSignal<String>) {
    let Some(unread) = log.with_call(id, |call| call.work.unread) else {
        return;
    };
    leptos::task::spawn_local(async move {
        let request = SetRead { read: unread };
        if api::put_empty(&format!("/api/calls/{id}/read"), &request)
            .await
            .is_ok()
        {
            let word = if unread {
                "Marked as read"
            } else {
                "Marked as unread"
            };
            _ = said.try_set(word.to_owned());
            log.change(id, |call| call.work.unread = !unread);
        }
    });
}
