//! How far a long work has come: counts, rate and time left where the total is known.

use leptos::prelude::*;

use crate::format::fixed;

use crate::format;

/// `done` and `total` count `unit` (plural, such as `calls`); `started_ms` is the epoch of the start.
#[component]
pub fn Progress(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] done: Signal<f64>,
    #[prop(into)] total: Signal<Option<f64>>,
    #[prop(into)] unit: String,
    #[prop(optional, into)] started_ms: Signal<Option<f64>>,
) -> AnyView {
    let share = move || {
        total
            .get()
            .filter(|total| *total > 0.0)
            .map(|total| (done.get() / total).clamp(0.0, 1.0))
    };
    let counts = {
        let unit = unit.clone();
        move || match total.get() {
            Some(total) => {
                format!(
                    "{} of {} {unit}",
                    format::integer(done.get()),
                    format::integer(total)
                )
            }
            None => format!("{} {unit}", format::integer(done.get())),
        }
    };
    let pace = move || {
        let seconds = (format::now_ms() - started_ms.get()?) / 1_000.0;
        let done = done.get();
        (seconds >= 2.0 && done > 0.0).then(|| {
            let rate = done / seconds;
            let left = total.get().map(|total| ((total - done) / rate).max(0.0));
            match left {
                Some(left) if left >= 1.0 => {
                    format!(
                        "{} a second, {} left",
                        format::decimal(rate),
                        format::duration(left)
                    )
                }
                _ => format!("{} a second", format::decimal(rate)),
            }
        })
    };
    view! {
        <div class="grid gap-2">
            <div class="flex flex-wrap justify-between gap-x-4 text-sm">
                <span class="font-medium">{move || label.get()}</span>
                <span class="num text-muted">{counts}</span>
            </div>
            <div
                class="progress"
                role="progressbar"
                aria-label=move || label.get()
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || share().map(|share| (share * 100.0).round().to_string())
            >
                <div
                    class=move || if share().is_none() { "skeleton" } else { "" }
                    style=move || share().map(|share| format!("transform:scaleX({})", fixed(share, 4)))
                ></div>
            </div>
            <div class="num min-h-4 text-xs text-muted">{pace}</div>
        </div>
    }
    .into_any()
}
