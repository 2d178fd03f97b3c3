//! Calls by day and by hour.

use leptos::prelude::*;
use shared::dashboard::Figures;

use super::data::DashboardData;
use super::figures::detail;
use crate::format;
use crate::ui::{Bar, BarChart, ChartFrame};

const RATE: &str = "Successful, of the judged";

#[component]
pub(super) fn CallsByDay(data: DashboardData) -> AnyView {
    let days = data.part(|d| d.days.clone());
    let bars = Signal::derive(move || {
        days.with(|days| {
            let named = days.iter().map(|day| (format::short_day(day.date), day.figures));
            named
                .map(|(name, figures)| bar(name.clone(), &name, &figures))
                .collect::<Vec<_>>()
        })
    });
    let rows = Signal::derive(move || {
        days.with(|days| {
            let newest_first = days.iter().rev();
            newest_first
                .map(|day| cells(format::day(day.date), &day.figures))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <ChartFrame title="Calls by day" unit=unit(data, "Calls a day, last 30 days") head=head("Day") rows>
            <BarChart bars value_name="Calls" rate_name=RATE />
        </ChartFrame>
    }
    .into_any()
}

#[component]
pub(super) fn CallsByHour(data: DashboardData) -> AnyView {
    let hours = data.part(|d| d.hours.clone());
    // The whole day from the start, so that the bars keep their width and place as it goes on.
    let bars = Signal::derive(move || {
        hours.with(|hours| {
            let of = |hour: u8| {
                let name = format!("{hour:02}:00");
                match hours.iter().find(|known| known.hour == hour) {
                    Some(known) => bar(format!("{hour:02}"), &name, &known.figures),
                    None => Bar {
                        label: format!("{hour:02}"),
                        detail: format!("{name} · still to come"),
                        value: 0.0,
                        rate: None,
                    },
                }
            };
            (0..24).map(of).collect::<Vec<_>>()
        })
    });
    let rows = Signal::derive(move || {
        hours.with(|hours| {
            let rows = hours
                .iter()
                .map(|hour| cells(format!("{:02}:00", hour.hour), &hour.figures));
            rows.collect::<Vec<_>>()
        })
    });
    view! {
        <ChartFrame title="Calls by hour" unit=unit(data, "Calls an hour, today") head=head("Hour") rows>
            <BarChart bars value_name="Calls" rate_name=RATE />
        </ChartFrame>
    }
    .into_any()
}

fn unit(data: DashboardData, words: &'static str) -> Signal<String> {
    let zone = data.part(|d| d.timezone.clone());
    Signal::derive(move || format!("{words}, {}", zone.get()))
}

fn head(first: &str) -> Vec<String> {
    [first, "Calls", "Minutes", "Successful"]
        .map(str::to_owned)
        .into()
}

fn bar(label: String, name: &str, figures: &Figures) -> Bar {
    let rate = figures.success_rate();
    Bar {
        label,
        detail: detail(name, figures.calls, rate),
        value: figures.calls as f64,
        rate,
    }
}

fn cells(name: String, figures: &Figures) -> Vec<String> {
    vec![
        name,
        format::integer(figures.calls as f64),
        format::integer(format::minutes(figures.seconds) as f64),
        figures
            .success_rate()
            .map_or_else(|| "–".to_owned(), format::percent),
    ]
}
