//! The figures of today: calls, minutes, cost where permitted, success.

use leptos::prelude::*;
use shared::dashboard::{Dashboard, Figures};

use super::data::DashboardData;
use super::figures;
use crate::format;
use crate::state::Memo;
use crate::ui::{Delta, Stat};

#[component]
pub(super) fn Stats(data: DashboardData) -> AnyView {
    let today = data.part(|d| d.today);
    let before = data.part(|d| d.yesterday_until_now);
    let with_cost = Memo::new(move |_| today.get().cost_usd_micros.is_some());
    let as_of = data.part(as_of);
    let course = move |value: fn(&Figures) -> Option<f64>| {
        let days = data.part(|d| d.days.clone());
        Signal::derive(move || days.with(|days| figures::course(days.iter().map(|day| value(&day.figures)))))
    };
    let delta = move |compare: fn(&Figures, &Figures) -> Option<Delta>| {
        Signal::derive(move || compare(&today.get(), &before.get()))
    };
    let columns = move || {
        if with_cost.get() {
            "grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-4"
        } else {
            "grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4"
        }
    };
    let cost = move || {
        with_cost.get().then(|| {
            view! {
                <Stat
                    label="Cost today"
                    value=Signal::derive(move || format::usd_micros(today.get().cost_usd_micros.unwrap_or(0)))
                    delta=delta(|now, before| {
                        figures::change(now.cost_usd_micros.unwrap_or(0), before.cost_usd_micros.unwrap_or(0))
                    })
                    course=course(|day| day.cost_usd_micros.map(|micros| micros as f64))
                    as_of
                />
            }
        })
    };
    view! {
        <section aria-label="Today">
            <div class=columns>
                <Stat
                    label="Calls today"
                    value=Signal::derive(move || format::integer(today.get().calls as f64))
                    delta=delta(|now, before| figures::change(now.calls, before.calls))
                    course=course(|day| Some(day.calls as f64))
                    as_of
                />
                <Stat
                    label="Talk time today"
                    unit="min"
                    value=Signal::derive(move || format::integer(format::minutes(today.get().seconds) as f64))
                    delta=delta(|now, before| figures::change(now.seconds, before.seconds))
                    course=course(|day| Some(day.seconds as f64))
                    as_of
                />
                {cost}
                <Stat
                    label="Success rate today"
                    value=Signal::derive(move || {
                        today.get().success_rate().map_or_else(|| "–".to_owned(), format::percent)
                    })
                    delta=delta(|now, before| figures::points(now.success_rate(), before.success_rate()))
                    course=course(Figures::success_rate)
                    as_of
                />
            </div>
            <p class="mt-2 text-xs text-muted">
                <span class="num">{move || as_of.get()}</span>
                " · lines show the last 30 days, success counts judged calls only"
            </p>
        </section>
    }
    .into_any()
}

/// `As of 14:05, Europe/Berlin`.
fn as_of(dashboard: &Dashboard) -> String {
    format!(
        "As of {}, {}",
        format::time_of_day(dashboard.as_of, &dashboard.timezone),
        dashboard.timezone
    )
}
