//! A panel that opens beside its trigger, in the browser's top layer: it closes on Esc and on a press
//! elsewhere without any code of ours.

use leptos::context::Provider;
use leptos::prelude::*;
use leptos::{ev, web_sys};
use wasm_bindgen::JsCast;

use super::uid::uid;
use crate::format::fixed;

/// What a panel's content may do with the panel.
#[derive(Clone, Copy)]
pub(super) struct PopoverHandle(NodeRef<leptos::html::Div>);

impl PopoverHandle {
    /// Closes the panel; nothing happens when it is closed.
    pub fn close(self) {
        if let Some(panel) = self.0.get_untracked() {
            // Fails only when the panel is closed already.
            _ = panel.hide_popover();
        }
    }
}

/// The trigger is a button with `trigger_class`; `children` are made when the panel opens.
#[component]
pub fn Popover(
    trigger: Children,
    #[prop(into)] trigger_class: Signal<String>,
    #[prop(optional, into)] label: Option<String>,
    /// Sets `data-set` on the trigger, for filters that hold a value.
    #[prop(optional, into)]
    set: Signal<bool>,
    /// The panel ends where the trigger ends instead of beginning where it begins.
    #[prop(optional)]
    align_end: bool,
    /// `menu` or `dialog`.
    #[prop(default = "dialog")]
    role: &'static str,
    children: ChildrenFn,
) -> AnyView {
    let label = label.filter(|label| !label.is_empty());
    let id = uid();
    let trigger_id = format!("{id}-trigger");
    let panel = NodeRef::<leptos::html::Div>::new();
    let open = RwSignal::new(false);
    let style = RwSignal::new(String::new());
    let children = StoredValue::new(children);
    let place = move |event: ev::MouseEvent| {
        let Some(button) = event
            .current_target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
        else {
            return;
        };
        style.set(beside(&button, align_end));
    };
    let toggled = move |event: ev::Event| {
        let event: web_sys::ToggleEvent = event.unchecked_into();
        open.set(event.new_state() == "open");
    };
    let labelled_by = trigger_id.clone();
    view! {
        <button
            type="button"
            id=trigger_id
            class=move || trigger_class.get()
            aria-label=label.clone()
            data-tip=label
            data-set=move || set.get().then_some("true")
            aria-haspopup=role
            aria-expanded=move || open.get().to_string()
            popovertarget=id.clone()
            on:click=place
        >
            {trigger()}
        </button>
        <div
            node_ref=panel
            id=id
            class="popover"
            popover="auto"
            role=role
            aria-labelledby=labelled_by
            style=move || style.get()
            on:beforetoggle=toggled
        >
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <Provider value=PopoverHandle(panel)>
                                {children.with_value(|children| children())}
                            </Provider>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// Where the panel goes: below the trigger, or above it when the trigger is far down.
fn beside(trigger: &web_sys::Element, align_end: bool) -> String {
    let rect = trigger.get_bounding_client_rect();
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let vertical = if rect.bottom() > height * 0.62 {
        format!("bottom:{}px", fixed(height - rect.top() + 6.0, 1))
    } else {
        format!("top:{}px", fixed(rect.bottom() + 6.0, 1))
    };
    let horizontal = if align_end {
        format!("right:{}px", fixed((width - rect.right()).max(8.0), 1))
    } else {
        format!("left:{}px", fixed(rect.left().min(width - 260.0).max(8.0), 1))
    };
    format!("{vertical};{horizontal}")
}
