//! Bars over time with an optional line from 0 to 100 %, drawn with boxes so that type stays sharp
//! at every width.

use leptos::prelude::*;

use super::ticks::{tick_label, ticks};
use crate::format::fixed;
use crate::state::Memo;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// On the axis; thinned out where there are many.
    pub label: String,
    /// What the reader learns who points at it, such as `Tue 12 May · 41 calls · 82 % successful`.
    pub detail: String,
    pub value: f64,
    /// 0–1.
    pub rate: Option<f64>,
}

/// `value_name` and `rate_name` make the legend.
#[component]
pub fn BarChart(
    #[prop(into)] bars: Signal<Vec<Bar>>,
    #[prop(into)] value_name: String,
    #[prop(optional, into)] rate_name: Option<String>,
) -> AnyView {
    let pointed = RwSignal::new(None::<usize>);
    let scale =
        Memo::new(move |_| ticks(bars.with(|bars| bars.iter().map(|bar| bar.value).fold(0.0, f64::max))));
    let top = Memo::new(move |_| scale.with(|ticks| ticks.last().copied().unwrap_or(1.0)));
    let detail = move || {
        pointed
            .get()
            .and_then(|i| bars.with(|bars| bars.get(i).map(|bar| bar.detail.clone())))
    };
    let every = Memo::new(move |_| bars.with(|bars| bars.len().div_ceil(6).max(1)));
    view! {
        <figure class="bars" on:pointerleave=move |_| pointed.set(None)>
            <div class="bars-plot">
                {move || {
                    let top = top.get();
                    scale
                        .get()
                        .into_iter()
                        .map(|tick| {
                            view! {
                                <div class="bars-tick" style=format!("bottom:{}%", fixed(100.0 * tick / top, 2))>
                                    <span>{tick_label(tick)}</span>
                                </div>
                            }
                        })
                        .collect_view()
                }}
                <div class="bars-row">
                    {move || {
                        let top = top.get();
                        bars.get()
                            .into_iter()
                            .enumerate()
                            .map(|(i, bar)| {
                                view! {
                                    <div
                                        class="bars-slot"
                                        on:pointerenter=move |_| pointed.set(Some(i))
                                        on:pointerdown=move |_| pointed.set(Some(i))
                                    >
                                        <div style=format!("height:{}%", fixed(100.0 * bar.value / top, 2))></div>
                                    </div>
                                }
                            })
                            .collect_view()
                    }}
                </div>
                <svg class="bars-line" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    <path
                        d=move || bars.with(|bars| rate_path(bars))
                        fill="none"
                        stroke="var(--chart-2)"
                        stroke-width="2"
                        stroke-linejoin="round"
                        stroke-linecap="round"
                        vector-effect="non-scaling-stroke"
                    />
                </svg>
            </div>
            <div class="bars-axis" aria-hidden="true">
                {move || {
                    let every = every.get();
                    bars.get()
                        .into_iter()
                        .enumerate()
                        .map(|(i, bar)| {
                            view! { <span>{(i % every == 0).then_some(bar.label)}</span> }
                        })
                        .collect_view()
                }}
            </div>
            <figcaption class="bars-legend">
                <span class="legend" style="--hue:var(--chart-1)">{value_name}</span>
                {rate_name
                    .map(|name| {
                        view! {
                            <span class="legend legend-line" style="--hue:var(--chart-2)">
                                {name}
                            </span>
                        }
                    })}
                <span class="num ml-auto text-ink">{detail}</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

/// The rates as a path over 100 × 100 through the bars' middles; gaps where there is none.
fn rate_path(bars: &[Bar]) -> String {
    let width = 100.0 / bars.len().max(1) as f64;
    let mut d = String::new();
    let mut drawing = false;
    for (i, bar) in bars.iter().enumerate() {
        if let Some(rate) = bar.rate {
            let letter = if drawing { 'L' } else { 'M' };
            let x = (i as f64 + 0.5) * width;
            d.push_str(&format!(
                "{letter}{} {}",
                fixed(x, 2),
                fixed(100.0 - 100.0 * rate.clamp(0.0, 1.0), 2)
            ));
        }
        drawing = bar.rate.is_some();
    }
    d
}

#[cfg(test)]
mod tests {
    use super::{Bar, rate_path};

    #[test]
    fn the_line_breaks_where_nothing_was_judged() {
        let bar = |rate| Bar {
            label: String::new(),
            detail: String::new(),
            value: 1.0,
            rate,
        };
        let path = rate_path(&[bar(Some(1.0)), bar(Some(0.5)), bar(None), bar(Some(0.0))]);
        assert_eq!(path, "M12.50 0.00L37.50 50.00M87.50 100.00");
    }
}
