//! The call that is shown, read again when something of it changed.

use std::sync::Arc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::CallId;
use shared::call::{CallDetail, Turn};
use shared::live::LiveEvent;
use shared::work::CallWork;

use super::read;
use crate::api::{self, ApiError, Latest};
use crate::live::{Live, News};
use crate::state::Memo;

/// Milliseconds between a change and reading it: several come together.
const SETTLE: u32 = 300;

#[derive(Clone, Copy)]
pub(super) struct CallData {
    pub id: Memo<Option<CallId>>,
    pub detail: RwSignal<Option<Arc<CallDetail>>>,
    pub error: RwSignal<Option<ApiError>>,
    latest: Latest,
    settle: StoredValue<Option<Timeout>, LocalStorage>,
}

impl CallData {
    pub fn follow(id: Memo<Option<CallId>>) -> Self {
        let data = Self {
            id,
            detail: RwSignal::new(None),
            error: RwSignal::new(None),
            latest: Latest::new(),
            settle: StoredValue::new_local(None),
        };
        Effect::new(move |_| {
            _ = id.get();
            data.detail.set(None);
            data.load();
        });
        let live = Live::here();
        live.listen(move |news| data.hear(&news));
        // The last words of a call must not vanish from the board before they stand in the log.
        Effect::new(move |_| live.hold(id.get().filter(|_| data.unfinished())));
        on_cleanup(move || live.hold(None));
        data
    }

    pub fn load(self) {
        let Some(id) = self.id.get_untracked() else { return };
        self.error.set(None);
        leptos::task::spawn_local(async move {
            let reply = api::get_latest(&format!("/api/calls/{id}"), self.latest).await;
            let detail = reply.and_then(|value| {
                read::detail(value).map_err(|error| {
                    leptos::logging::error!("the call could not be read: {error}");
                    ApiError::Unreadable {
                        status: 200,
                        request_id: None,
                    }
                })
            });
            match detail {
                Ok(detail) => _ = self.detail.try_set(Some(Arc::new(detail))),
                Err(ApiError::Superseded) => {}
                // What is shown already stays; the next change tries again.
                Err(error) if self.detail.try_with_untracked(Option::is_none) == Some(true) => {
                    _ = self.error.try_set(Some(error));
                }
                Err(_) => {}
            }
        });
    }

    /// A part of the call; `T`'s default before it is there. Tracks the call.
    pub fn with<T: Default>(self, read: impl FnOnce(&CallDetail) -> T) -> T {
        self.detail
            .with(|detail| detail.as_deref().map(read).unwrap_or_default())
    }

    /// What people made of the call, as the server has it now.
    pub fn set_work(self, id: CallId, work: CallWork) {
        _ = self.detail.try_update(|detail| {
            let Some(shown) = detail.as_ref().filter(|shown| shown.call.id == id) else {
                return;
            };
            let mut changed = CallDetail::clone(shown);
            changed.call.work = work;
            *detail = Some(Arc::new(changed));
        });
    }

    /// More will come: it runs, or the provider works on it.
    pub fn unfinished(self) -> bool {
        self.with(|detail| !detail.call.status.is_final())
    }

    /// The stored words or, where those are further, the words as they are spoken.
    pub fn turns(self) -> Memo<Vec<Turn>> {
        let live = Live::here();
        Memo::new(move |_| {
            let stored = self.with(|detail| detail.transcript.clone().unwrap_or_default());
            let spoken = self.id.get().filter(|_| self.unfinished());
            let spoken = spoken.and_then(|id| live.with_call(id, |followed| followed.call.turns.clone()));
            spoken
                .filter(|spoken| spoken.len() >= stored.len())
                .unwrap_or(stored)
        })
    }

    fn hear(self, news: &News) {
        let own = match news {
            News::Missed => true,
            News::Event(event) => match **event {
                LiveEvent::CallStatus { call_id, .. }
                | LiveEvent::CallEnded { call_id, .. }
                | LiveEvent::CallUpdated { call_id } => self.id.get_untracked() == Some(call_id),
                _ => false,
            },
        };
        if own && self.settle.with_value(Option::is_none) {
            self.settle.set_value(Some(Timeout::new(SETTLE, move || {
                self.settle.set_value(None);
                self.load();
            })));
        }
    }
}
