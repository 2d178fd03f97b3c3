//! A choice among a few. The native element brings type-ahead, touch wheels and screen readers.

use leptos::prelude::*;

use super::field::FieldLink;
use super::icon::{Icon, lu};

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored and sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// Give `label` where no [`super::Field`] names the select.
#[component]
pub fn Select(
    #[prop(into)] choices: Signal<Vec<Choice>>,
    value: RwSignal<String>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> AnyView {
    let link = FieldLink::of_here();
    let (id, note_id, error) = (link.id.clone(), link.note_id(), link.error);
    view! {
        <span class="select">
            <select
                class="control"
                id=id
                aria-label=label
                aria-describedby=note_id
                aria-invalid=move || error.get().map(|_| "true")
                disabled=move || disabled.get()
                on:change=move |event| value.set(event_target_value(&event))
            >
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|choice| {
                            let own = choice.value.clone();
                            view! {
                                <option value=choice.value selected=move || value.get() == own>
                                    {choice.label}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
            <Icon glyph=lu::LuChevronDown />
        </span>
    }
    .into_any()
}
