//! What a form knows while it is filled in: what is wrong with it, and whether it is being sent.

use leptos::prelude::*;
use shared::FieldError;

use crate::api::ApiError;

#[derive(Clone, Copy)]
pub struct Form {
    pub error: RwSignal<Option<ApiError>>,
    wrong: RwSignal<Vec<FieldError>>,
    pub busy: RwSignal<bool>,
}

impl Form {
    pub fn new() -> Self {
        Self {
            error: RwSignal::new(None),
            wrong: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
        }
    }

    /// What is wrong with the field of this name, found here or by the server.
    pub fn field(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let own = self
                .wrong
                .with(|wrong| wrong.iter().find(|e| e.field == name).map(|e| e.message.clone()));
            own.or_else(|| {
                self.error
                    .with(|error| error.as_ref().and_then(|error| error.field(name)))
            })
        })
    }

    /// Whether it may be sent now; what is wrong is shown. From then on it is busy.
    pub fn begins<T>(self, checked: Result<T, Vec<FieldError>>) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.error.set(None);
        let wrong = checked.err().unwrap_or_default();
        let fine = wrong.is_empty();
        self.wrong.set(wrong);
        self.busy.set(fine);
        fine
    }

    /// It was refused.
    pub fn refuse(self, error: ApiError) {
        _ = self.error.try_set(Some(error));
        _ = self.busy.try_set(false);
    }

    /// It is done.
    pub fn end(self) {
        _ = self.busy.try_set(false);
    }
}
