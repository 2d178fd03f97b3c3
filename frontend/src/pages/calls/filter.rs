//! The filters of the log stand in the page's URL: back, forward and shared links work by themselves.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use shared::call::{CallFilter, CallStatus, Direction, Outcome, Speaker};
use shared::moment;
use shared::work::WorkFilter;

use crate::api::with_query;
use crate::state::Memo;

/// Reads and writes the filters.
#[derive(Clone, Copy)]
pub(super) struct UrlFilter {
    filter: Memo<CallFilter>,
    go: Callback<(CallFilter, bool)>,
}

impl UrlFilter {
    pub fn here() -> Self {
        let query = use_query_map();
        let filter = Memo::new(move |_| query.with(|map| read(|name| map.get(name))));
        let path = use_location().pathname;
        let navigate = use_navigate();
        let go = Callback::new(move |(filter, replace): (CallFilter, bool)| {
            let target = with_query(&path.get_untracked(), &filter);
            navigate(
                &target,
                NavigateOptions {
                    replace,
                    scroll: false,
                    ..Default::default()
                },
            );
        });
        Self { filter, go }
    }

    pub fn get(self) -> CallFilter {
        self.filter.get()
    }

    pub fn get_untracked(self) -> CallFilter {
        self.filter.get_untracked()
    }

    /// Whether anything is filtered at all.
    pub fn any(self) -> bool {
        self.filter.with(|filter| *filter != CallFilter::default())
    }

    /// Changes the URL; with `replace` the browser's back button skips what stood there before.
    pub fn change(self, replace: bool, change: impl FnOnce(&mut CallFilter)) {
        let before = self.filter.get_untracked();
        let mut filter = before.clone();
        change(&mut filter);
        if filter != before {
            self.go.run((filter, replace));
        }
    }

    pub fn clear(self) {
        self.change(false, |filter| *filter = CallFilter::default());
    }

    /// A signal that a control can hold, which stands in the URL.
    pub fn bind<T>(self, read: fn(&CallFilter) -> T, write: fn(&mut CallFilter, T)) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let shown = Memo::new(move |_| self.filter.with(read));
        let value = RwSignal::new(shown.get_untracked());
        Effect::new(move |_| {
            let now = shown.get();
            if value.with_untracked(|value| *value != now) {
                value.set(now);
            }
        });
        Effect::new(move |_| {
            let wanted = value.get();
            if shown.with_untracked(|shown| *shown != wanted) {
                self.change(false, |filter| write(filter, wanted));
            }
        });
        value
    }
}

/// What can not be read is no filter: an old link must not break the page.
fn read(value_of: impl Fn(&str) -> Option<String>) -> CallFilter {
    let text = |name: &str| value_of(name).filter(|value| !value.trim().is_empty());
    CallFilter {
        agent: text("agent").and_then(|value| value.parse().ok()),
        status: text("status").and_then(|value| CallStatus::parse(&value)),
        direction: text("direction").and_then(|value| Direction::parse(&value)),
        outcome: text("outcome").and_then(|value| Outcome::parse(&value)),
        from: text("from").and_then(|value| moment::day(&value)),
        to: text("to").and_then(|value| moment::day(&value)),
        said_by: text("said_by")
            .and_then(|value| Speaker::parse(&value))
            .filter(|_| text("q").is_some()),
        q: text("q"),
        seconds_from: text("seconds_from").and_then(|value| value.parse().ok()),
        seconds_to: text("seconds_to").and_then(|value| value.parse().ok()),
        cost_from: text("cost_from").and_then(|value| value.parse().ok()),
        cost_to: text("cost_to").and_then(|value| value.parse().ok()),
        language: text("language"),
        termination: text("termination"),
        criterion: text("criterion"),
        result: text("result")
            .and_then(|value| Outcome::parse(&value))
            .filter(|_| text("criterion").is_some()),
        value: text("value").filter(|_| text("collected").is_some()),
        collected: text("collected"),
        work: work(&text),
    }
}

/// Filters by what people made of calls, by the server's own reading.
fn work(text: &impl Fn(&str) -> Option<String>) -> WorkFilter {
    let mut filter = WorkFilter::default();
    for name in ["tag", "assignee", "disposition", "rating", "unread"] {
        if let Some(value) = text(name) {
            // What is wrong is left out.
            _ = filter.set(name, &value);
        }
    }
    filter
}

#[cfg(test)]
mod tests {
    use super::read;
    use shared::call::{CallFilter, Outcome};

    #[test]
    fn what_a_link_says_wrongly_is_left_out() {
        let link = [
            ("outcome", "failure"),
            ("status", "gone"),
            ("from", "22.11."),
            ("q", " "),
        ];
        let value_of = |wanted: &str| {
            let (_, value) = link.iter().find(|(name, _)| *name == wanted)?;
            Some((*value).to_owned())
        };
        assert_eq!(
            read(value_of),
            CallFilter {
                outcome: Some(Outcome::Failure),
                ..Default::default()
            }
        );
    }
}
