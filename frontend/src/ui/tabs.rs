//! Views of one thing, side by side.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::focus::step_focus;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub value: &'static str,
    pub label: &'static str,
    /// Shown behind the label.
    pub count: Option<u32>,
}

impl Tab {
    pub fn new(value: &'static str, label: &'static str) -> Self {
        Self {
            value,
            label,
            count: None,
        }
    }
}

/// Arrow keys walk the tabs and show them, as assistive technology expects.
#[component]
pub fn Tabs(tabs: Vec<Tab>, value: RwSignal<&'static str>, #[prop(into)] label: String) -> AnyView {
    let list = NodeRef::<leptos::html::Div>::new();
    let keys = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            _ => return,
        };
        event.prevent_default();
        if let Some(list) = list.get_untracked() {
            step_focus(&list, ".tab", step);
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label node_ref=list on:keydown=keys>
            {tabs
                .into_iter()
                .map(|tab| {
                    let chosen = move || value.get() == tab.value;
                    view! {
                        <button
                            type="button"
                            role="tab"
                            class="tab"
                            aria-selected=move || chosen().to_string()
                            tabindex=move || if chosen() { "0" } else { "-1" }
                            on:focus=move |_| value.set(tab.value)
                            on:click=move |_| value.set(tab.value)
                        >
                            {tab.label}
                            {tab.count.map(|count| view! { <span class="tab-count">{count}</span> })}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}
