//! The page's one reply, read again when something happened that changes it.

use std::sync::Arc;

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use leptos::prelude::*;
use shared::dashboard::Dashboard;
use shared::live::LiveEvent;

use crate::api::{self, ApiError};
use crate::format;
use crate::live::{Live, News};
use crate::state::{Clock, Memo};

/// Milliseconds between an event and reading: several come together.
const SETTLE: f64 = 400.0;
/// And at least between two readings, however much happens.
const APART: f64 = 3_000.0;
/// Read again after so long even if nothing happens: the comparison with yesterday moves with the time of day.
const OLD: f64 = 60_000.0;

const PATH: &str = "/api/dashboard";

/// The reply that was asked for while the page's code was on its way.
#[derive(Clone, Copy)]
pub(super) struct First(StoredValue<Option<Promise>, LocalStorage>);

impl First {
    pub fn ask() -> Self {
        Self(StoredValue::new_local(Some(api::ask(PATH))))
    }
}

#[derive(Clone, Copy)]
pub(super) struct DashboardData {
    shown: RwSignal<Option<Arc<Dashboard>>>,
    /// Why there is nothing to show.
    pub error: RwSignal<Option<ApiError>>,
    /// Epoch milliseconds of the last question.
    asked: StoredValue<f64>,
    due: StoredValue<Option<Timeout>, LocalStorage>,
    asking: StoredValue<bool>,
    first: First,
}

impl DashboardData {
    pub fn follow(first: First) -> Self {
        let data = Self {
            shown: RwSignal::new(None),
            error: RwSignal::new(None),
            asked: StoredValue::new(0.0),
            due: StoredValue::new_local(None),
            asking: StoredValue::new(false),
            first,
        };
        data.load();
        Live::here().listen(move |news| {
            if changes_figures(&news) {
                data.load_soon();
            }
        });
        let clock = Clock::here();
        Effect::new(move |_| {
            let old = clock.half_minute() - data.asked.get_value() >= OLD;
            let seen = document().visibility_state() == leptos::web_sys::VisibilityState::Visible;
            if old && seen {
                data.load();
            }
        });
        data
    }

    /// A part of the reply; `None` until it is there.
    pub fn read<T>(self, read: impl FnOnce(&Dashboard) -> T) -> Option<T> {
        self.shown.with(|shown| shown.as_deref().map(read))
    }

    /// A part that is told only when it differs, so that what did not change is not drawn again.
    pub fn part<T>(self, read: fn(&Dashboard) -> T) -> Memo<T>
    where
        T: Default + PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.read(read).unwrap_or_default())
    }

    pub fn load(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        self.asked.set_value(format::now_ms());
        leptos::task::spawn_local(async move {
            let first = self.first.0.try_update_value(Option::take).flatten();
            let reply = match first {
                Some(asked) => api::answer::<Dashboard>(asked).await,
                None => api::get(PATH).await,
            };
            // The page may be gone by now.
            if self.asking.try_update_value(|asking| *asking = false).is_none() {
                return;
            }
            match reply {
                Ok(dashboard) => {
                    self.error.set(None);
                    self.shown.set(Some(Arc::new(dashboard)));
                }
                // What is shown stays, with its own "as of"; the next event or minute tries again.
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    fn load_soon(self) {
        if self.due.with_value(Option::is_some) {
            return;
        }
        let wait = (self.asked.get_value() + APART - format::now_ms()).max(SETTLE);
        self.due.set_value(Some(Timeout::new(wait as u32, move || {
            self.due.set_value(None);
            if self.asking.get_value() {
                // That reply may be from before the event.
                self.load_soon();
            } else {
                self.load();
            }
        })));
    }
}

fn changes_figures(news: &News) -> bool {
    match news {
        News::Missed => true,
        // Words of running calls and their count come over the live state itself.
        News::Event(event) => !matches!(
            **event,
            LiveEvent::CallTurn { .. } | LiveEvent::CallStatus { .. } | LiveEvent::Counts { .. }
        ),
    }
}
