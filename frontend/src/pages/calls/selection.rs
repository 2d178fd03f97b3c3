//! What can be done with several rows at once.

use leptos::prelude::*;
use shared::call::CallSummary;

use super::log::Log;
use super::more::{Part, more};
use crate::format;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Tone, Variant, lu};

/// Stands at the foot of the window while rows are selected.
#[component]
pub(super) fn Selection(log: Log) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let count = Memo::new(move |_| log.marked.with(|marked| marked.len()));
    let talk = move || {
        log.selection()
            .iter()
            .map(|call| f64::from(call.duration_seconds))
            .sum::<f64>()
    };
    let words = move || {
        let noun = if count.get() == 1 { "call" } else { "calls" };
        format!(
            "{} {noun} selected, {} in all",
            format::integer(count.get() as f64),
            format::duration(talk())
        )
    };
    let copy = move |()| {
        let zone = untrack(|| session.zone());
        let text = untrack(|| table(&log.selection(), &zone));
        let written = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(written).await {
                Ok(_) => toasts.show(Tone::Good, "Copied. Paste it into a spreadsheet."),
                Err(_refused) => toasts.show(Tone::Bad, "The browser does not let this page copy."),
            }
        });
    };
    let clear = move |()| log.marked.update(std::collections::HashSet::clear);
    view! {
        <div aria-live="polite">
            <Show when=move || count.get() != 0>
                <div class="fixed bottom-6 max-md:bottom-20 left-1/2 z-20 flex max-w-[calc(100vw-16px)] flex-wrap -translate-x-1/2 items-center gap-3 rounded-lg bg-panel py-2 pr-2 pl-4 shadow-float">
                    <span class="num text-sm whitespace-nowrap">{words}</span>
                    {move || more(Part::Bulk(log))}
                    <Button small=true icon=lu::LuCopy on_press=copy>
                        "Copy as table"
                    </Button>
                    <Button small=true variant=Variant::Quiet icon=lu::LuX on_press=clear>
                        "Clear"
                    </Button>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Tab-separated with a head, as spreadsheets take it.
fn table(calls: &[CallSummary], zone: &str) -> String {
    let mut text =
        "Started\tAgent\tCall\tWith\tDirection\tSeconds\tStatus\tOutcome\tConversation\n".to_owned();
    for call in calls {
        let cells = [
            format::date_time(call.started_at, zone),
            call.agent.name.clone(),
            call.title.clone().unwrap_or_default(),
            call.counterpart.clone().unwrap_or_default(),
            call.direction.label().to_owned(),
            call.duration_seconds.to_string(),
            call.status.label().to_owned(),
            call.outcome.label().to_owned(),
            call.conversation_id.clone(),
        ];
        text.push_str(&cells.map(|cell| one_line(&cell)).join("\t"));
        text.push('\n');
    }
    text
}

/// A cell must neither end its row nor, for a spreadsheet, begin a formula.
fn one_line(cell: &str) -> String {
    let flat = cell.replace(['\t', '\n', '\r'], " ");
    let formula = flat.starts_with(['=', '@', '-']) || (flat.starts_with('+') && !is_number(&flat));
    if formula { format!("'{flat}") } else { flat }
}

fn is_number(text: &str) -> bool {
    text.chars().skip(1).all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn cells_stay_cells_whatever_a_caller_said() {
        assert_eq!(one_line("a\tb\nc"), "a b c");
        assert_eq!(one_line("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(one_line("+49301234"), "+49301234");
        assert_eq!(one_line("+cmd|x"), "'+cmd|x");
    }
}
