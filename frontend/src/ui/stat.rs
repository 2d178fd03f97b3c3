//! One figure that one trusts: value, change, course and when it was read.

use leptos::prelude::*;

use super::icon::{Icon, lu};
use super::sparkline::Sparkline;
use super::tone::Tone;

/// A change against an earlier period.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// As shown, such as `+12 %`.
    pub text: String,
    /// What it is compared with, such as `yesterday until now`.
    pub against: String,
    /// `None` where it stayed: no arrow then.
    pub rising: Option<bool>,
    /// Plain where neither direction is better.
    pub tone: Tone,
}

#[component]
pub fn Stat(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    /// Small text behind the value.
    #[prop(optional, into)]
    unit: String,
    #[prop(optional, into)] delta: Option<Signal<Option<Delta>>>,
    #[prop(optional, into)] course: Option<Signal<Vec<f64>>>,
    /// When it was read, on hover.
    #[prop(optional, into)]
    as_of: Signal<String>,
) -> AnyView {
    let change = move || {
        delta.and_then(|delta| delta.get()).map(|delta| {
            let glyph = delta.rising.map(|rising| {
                if rising {
                    lu::LuArrowUpRight
                } else {
                    lu::LuArrowDownRight
                }
            });
            view! {
                <span class=format!("inline-flex items-center gap-1 text-(--tone) {}", delta.tone.class())>
                    {glyph.map(|glyph| view! { <Icon glyph /> })}
                    <span class="num font-medium">{delta.text}</span>
                </span>
                <span class="text-muted">"vs " {delta.against}</span>
            }
        })
    };
    view! {
        <div class="card stat" data-stat="" title=move || as_of.get()>
            <div class="label-caps">{label}</div>
            <div class="flex items-baseline gap-2">
                <span class="stat-value whitespace-nowrap" data-value="">{move || value.get()}</span>
                <span class="text-muted">{unit}</span>
            </div>
            <div class="flex flex-wrap gap-x-2 text-xs min-h-4">{change}</div>
            {course.map(|values| view! { <Sparkline values /> })}
        </div>
    }
    .into_any()
}
