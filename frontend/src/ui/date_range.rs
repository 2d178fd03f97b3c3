//! Which days: presets cut in the organization's zone, or two days of one's own.

use chrono::{Datelike, Days, NaiveDate};
use leptos::prelude::*;
use shared::moment;

use super::button::{Button, Variant};
use super::icon::{Icon, lu};
use super::menu::{MenuItem, MenuLine};
use super::popover::Popover;
use crate::format;

/// A choice of days, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    #[default]
    All,
    Today,
    Yesterday,
    Last7,
    Last30,
    ThisMonth,
    Custom {
        from: NaiveDate,
        to: NaiveDate,
    },
}

impl Period {
    const PRESETS: [Self; 5] = [
        Self::Today,
        Self::Yesterday,
        Self::Last7,
        Self::Last30,
        Self::ThisMonth,
    ];

    /// The days, given which day it is; `None` for all of them.
    pub fn days(self, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        match self {
            Self::All => None,
            Self::Today => Some((today, today)),
            Self::Yesterday => Some((back(1), back(1))),
            Self::Last7 => Some((back(6), today)),
            Self::Last30 => Some((back(29), today)),
            Self::ThisMonth => Some((today.with_day(1).unwrap_or(today), today)),
            Self::Custom { from, to } => Some((from.min(to), from.max(to))),
        }
    }

    /// The preset with these days, as a URL carries days only.
    pub fn of_days(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> Self {
        let preset = Self::PRESETS
            .into_iter()
            .find(|preset| preset.days(today) == Some((from, to)));
        preset.unwrap_or(Self::Custom { from, to })
    }

    pub fn label(self) -> String {
        match self {
            Self::All => "All time".to_owned(),
            Self::Today => "Today".to_owned(),
            Self::Yesterday => "Yesterday".to_owned(),
            Self::Last7 => "Last 7 days".to_owned(),
            Self::Last30 => "Last 30 days".to_owned(),
            Self::ThisMonth => "This month".to_owned(),
            Self::Custom { from, to } if from == to => format::day(from),
            Self::Custom { from, to } => format!("{} – {}", format::day(from), format::day(to)),
        }
    }
}

/// `zone` is the IANA zone in which today is today.
#[component]
pub fn DateRange(period: RwSignal<Period>, #[prop(into)] zone: Signal<String>) -> AnyView {
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(String::new());
    Effect::new(move |_| {
        let today = zone.with(|zone| format::today_in(zone));
        if let Some((first, last)) = period.get().days(today) {
            from.set(first.to_string());
            to.set(last.to_string());
        }
    });
    let custom = move || Some((moment::day(&from.get())?, moment::day(&to.get())?));
    let apply = move |()| {
        if let Some((from, to)) = custom() {
            period.set(Period::Custom { from, to });
        }
    };
    let preset = move |choice: Period| {
        view! {
            <MenuItem
                label=choice.label()
                chosen=Signal::derive(move || period.get() == choice)
                on_press=move |()| period.set(choice)
            />
        }
    };
    let day_input = |name: &'static str, value: RwSignal<String>| {
        view! {
            <label class="grid gap-1 text-xs text-muted">
                {name}
                <input
                    class="control text-sm text-ink"
                    type="date"
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </label>
        }
    };
    view! {
        <Popover
            trigger=Box::new(move || {
                view! {
                    <Icon glyph=lu::LuCalendar />
                    <span>{move || period.get().label()}</span>
                }
                    .into_any()
            })
            trigger_class="chip"
            set=Signal::derive(move || period.get() != Period::All)
        >
            {preset(Period::All)}
            {Period::PRESETS.into_iter().map(preset).collect_view()}
            <MenuLine />
            <div class="grid grid-cols-2 gap-2 p-2">{day_input("From", from)} {day_input("To", to)}</div>
            <div class="flex items-center justify-between gap-3 px-2 pb-1">
                <span class="text-xs text-muted">{move || zone.get()}</span>
                <Button
                    small=true
                    variant=Variant::Primary
                    disabled=Signal::derive(move || custom().is_none())
                    on_press=apply
                >
                    "Apply"
                </Button>
            </div>
        </Popover>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::Period;
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn presets_include_today_and_count_days() {
        let today = day("2026-03-01");
        assert_eq!(Period::Last7.days(today), Some((day("2026-02-23"), today)));
        assert_eq!(
            Period::Yesterday.days(today),
            Some((day("2026-02-28"), day("2026-02-28")))
        );
        assert_eq!(Period::ThisMonth.days(today), Some((today, today)));
        assert_eq!(Period::All.days(today), None);
    }

    #[test]
    fn days_given_the_wrong_way_round_are_turned() {
        let period = Period::Custom {
            from: day("2026-03-05"),
            to: day("2026-03-01"),
        };
        assert_eq!(
            period.days(day("2026-03-09")),
            Some((day("2026-03-01"), day("2026-03-05")))
        );
    }

    #[test]
    fn days_from_a_url_find_their_preset_again() {
        let today = day("2026-03-10");
        assert_eq!(Period::of_days(day("2026-03-04"), today, today), Period::Last7);
        let other = Period::of_days(day("2026-03-02"), day("2026-03-03"), today);
        assert_eq!(
            other,
            Period::Custom {
                from: day("2026-03-02"),
                to: day("2026-03-03")
            }
        );
    }
}
