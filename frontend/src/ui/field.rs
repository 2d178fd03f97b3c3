//! A label, a control, its hint and its error, tied together for assistive technology.

use leptos::context::Provider;
use leptos::prelude::*;

use super::icon::{Icon, lu};
use super::uid::uid;

/// What the control inside a [`Field`] needs to know of it.
#[derive(Clone)]
pub(super) struct FieldLink {
    pub id: String,
    pub error: Signal<Option<String>>,
}

impl FieldLink {
    /// The field around this control, or a fresh id where there is none.
    pub fn of_here() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self {
            id: uid(),
            error: Signal::stored(None),
        })
    }

    /// Id of the element that holds hint and error.
    pub fn note_id(&self) -> String {
        format!("{}-note", self.id)
    }
}

/// One field of a form. The control inside (Input, Textarea, Select, SecretField) takes the
/// label's id from here. An error takes the place of the hint.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    /// Characters used and allowed, shown beside the label.
    #[prop(optional, into)]
    counter: Option<Signal<(usize, usize)>>,
    children: Children,
) -> AnyView {
    let link = FieldLink { id: uid(), error };
    let (id, note_id) = (link.id.clone(), link.note_id());
    let hint = StoredValue::new(hint);
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { <span class="font-normal text-muted">"Optional"</span> })}
                {counter
                    .map(|counter| {
                        view! {
                            <span class="num font-normal text-muted">
                                {move || {
                                    let (used, most) = counter.get();
                                    format!("{used} / {most}")
                                }}
                            </span>
                        }
                    })}
            </label>
            <Provider value=link>{children()}</Provider>
            <div id=note_id aria-live="polite">
                {move || match error.get() {
                    Some(text) => {
                        view! {
                            <p class="field-error">
                                <Icon glyph=lu::LuCircleAlert />
                                {text}
                            </p>
                        }
                            .into_any()
                    }
                    None => {
                        let hint = hint.get_value();
                        (!hint.is_empty()).then(|| view! { <p class="field-hint">{hint}</p> }).into_any()
                    }
                }}
            </div>
        </div>
    }
    .into_any()
}
