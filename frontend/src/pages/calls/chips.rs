//! The filters of the sheet that are set, each with a button that takes it away.

use leptos::prelude::*;
use shared::call::CallFilter;
use shared::letters;

use super::filter::UrlFilter;
use crate::format;
use crate::ui::{Icon, lu};

/// What is shown, and how it is taken away.
type Active = (String, fn(&mut CallFilter));

#[component]
pub(super) fn ActiveChips(filter: UrlFilter) -> AnyView {
    let chips = move || {
        active(&filter.get())
            .into_iter()
            .map(|(label, clear)| {
                view! {
                    <button
                        type="button"
                        class="chip"
                        data-set="true"
                        aria-label=format!("Remove filter: {label}")
                        on:click=move |_| filter.change(false, clear)
                    >
                        <span class="chip-value" dir="auto">{label.clone()}</span>
                        <Icon glyph=lu::LuX />
                    </button>
                }
            })
            .collect_view()
    };
    chips.into_any()
}

/// Those without a place of their own in the bar.
pub(super) fn active(filter: &CallFilter) -> Vec<Active> {
    let mut chips: Vec<Active> = Vec::new();
    if let Some(speaker) = filter.said_by {
        chips.push((format!("Said by the {}", letters::lower(speaker.label())), |f| {
            f.said_by = None
        }));
    }
    let length = |seconds: i32| format::duration(f64::from(seconds));
    if let Some(label) = range(
        "Length",
        filter.seconds_from.map(length),
        filter.seconds_to.map(length),
    ) {
        chips.push((label, |f| (f.seconds_from, f.seconds_to) = (None, None)));
    }
    let cost = format::usd_micros;
    if let Some(label) = range("Cost", filter.cost_from.map(cost), filter.cost_to.map(cost)) {
        chips.push((label, |f| (f.cost_from, f.cost_to) = (None, None)));
    }
    if let Some(language) = &filter.language {
        chips.push((format!("Language: {language}"), |f| f.language = None));
    }
    if let Some(reason) = &filter.termination {
        chips.push((format!("Ended: {reason}"), |f| f.termination = None));
    }
    if let Some(criterion) = &filter.criterion {
        let result = filter
            .result
            .map(|result| format!(", {}", letters::lower(result.label())));
        let label = format!("{criterion}{}", result.unwrap_or_default());
        chips.push((label, |f| (f.criterion, f.result) = (None, None)));
    }
    if let Some(name) = &filter.collected {
        let value = filter.value.as_ref().map(|value| format!(": {value}"));
        let label = format!("{name}{}", value.unwrap_or_default());
        chips.push((label, |f| (f.collected, f.value) = (None, None)));
    }
    chips
}

fn range(what: &str, from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("{what} from {from}")),
        (None, Some(to)) => Some(format!("{what} up to {to}")),
        (Some(from), Some(to)) => Some(format!("{what} {from} to {to}")),
    }
}

#[cfg(test)]
mod tests {
    use super::active;
    use shared::call::{CallFilter, Outcome, Speaker};

    #[test]
    fn every_chip_takes_its_own_filter_away() {
        let mut filter = CallFilter {
            said_by: Some(Speaker::Caller),
            seconds_from: Some(60),
            cost_to: Some(500_000),
            language: Some("de".into()),
            termination: Some("agent hung up".into()),
            criterion: Some("polite".into()),
            result: Some(Outcome::Failure),
            collected: Some("plz".into()),
            value: Some("10115".into()),
            ..CallFilter::default()
        };
        let labels: Vec<_> = active(&filter).into_iter().map(|(label, _)| label).collect();
        assert_eq!(
            labels,
            [
                "Said by the caller",
                "Length from 1m 00s",
                "Cost up to $0.50",
                "Language: de",
                "Ended: agent hung up",
                "polite, unsuccessful",
                "plz: 10115"
            ]
        );
        for (_, clear) in active(&filter) {
            clear(&mut filter);
        }
        assert_eq!(filter, CallFilter::default());
    }
}
