//! A table with a sticky head whose rows open something. J and K walk the rows from anywhere on the
//! page, Enter opens; the pointer may press anywhere in a row.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::focus::{is_typing, step_focus};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: &'static str,
    /// Figures stand right.
    pub right: bool,
    /// What stands below speaks for itself; the label is for those who do not see it.
    pub unseen: bool,
    /// Utilities for narrow screens, such as `max-md:hidden`; give the cells the same.
    pub class: &'static str,
}

impl Column {
    pub const fn new(label: &'static str) -> Self {
        Self {
            label,
            right: false,
            unseen: false,
            class: "",
        }
    }

    pub const fn right(label: &'static str) -> Self {
        Self {
            label,
            right: true,
            unseen: false,
            class: "",
        }
    }

    /// Buttons for a row.
    pub const fn actions() -> Self {
        Self {
            unseen: true,
            ..Self::right("Actions")
        }
    }

    pub const fn with(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// `children` are [`Row`]s. `caption` names the table for those who do not see the page around it.
#[component]
pub fn Table(#[prop(into)] caption: String, columns: &'static [Column], children: Children) -> AnyView {
    let body = NodeRef::<leptos::html::Tbody>::new();
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing() {
            return;
        }
        let step = match event.key().as_str() {
            "j" => 1,
            "k" => -1,
            _ => return,
        };
        if let Some(body) = body.get_untracked() {
            step_focus(&body, "tr[data-row]", step);
        }
    });
    on_cleanup(move || keys.remove());
    let name = caption.clone();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=name>
            <table class="table" aria-label=caption>
                <thead>
                    <tr>
                        {columns
                            .iter()
                            .map(|column| {
                                let side = if column.right { "right" } else { "" };
                                view! {
                                    <th scope="col" class=format!("{side} {}", column.class)>
                                        <span class=column.unseen.then_some("sr-only")>{column.label}</span>
                                    </th>
                                }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody node_ref=body>{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// One row; its first cell should hold a link to the same place, for new tabs and screen readers.
#[component]
pub fn Row(
    #[prop(into)] on_open: Callback<()>,
    #[prop(optional, into)] current: Signal<bool>,
    /// Selected with others.
    #[prop(optional, into)]
    marked: Signal<bool>,
    /// Called for the key X, which selects.
    #[prop(optional, into)]
    on_mark: Option<Callback<()>>,
    children: Children,
) -> AnyView {
    view! {
        <tr
            data-row=""
            tabindex="-1"
            aria-current=move || current.get().then_some("true")
            data-marked=move || marked.get().then_some("true")
            on:click=move |event| {
                if !(event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    on_open.run(());
                }
            }
            on:keydown=move |event: KeyboardEvent| {
                match (event.key().as_str(), on_mark) {
                    ("Enter", _) => on_open.run(()),
                    ("x", Some(mark)) if !(event.ctrl_key() || event.meta_key()) => mark.run(()),
                    _ => return,
                }
                event.prevent_default();
            }
        >
            {children()}
        </tr>
    }
    .into_any()
}
