//! What Dialog and Sheet share: a native modal `<dialog>` that follows a signal.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::lu;
use super::icon_button::IconButton;
use super::uid::uid;

#[component]
pub(super) fn Modal(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    class: &'static str,
    #[prop(optional)] actions: Option<ViewFn>,
    children: ChildrenFn,
) -> AnyView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let title_id = uid();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Fails only for an element outside of the document, where nobody could see it anyway.
            (true, false) => _ = dialog.show_modal(),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // The dialog has no padding, so a press on the element itself is one on the backdrop.
    let backdrop = move |event: leptos::ev::MouseEvent| {
        let on_backdrop = event
            .target()
            .and_then(|t| t.dyn_into::<leptos::web_sys::Element>().ok())
            .is_some_and(|element| element.tag_name() == "DIALOG");
        if on_backdrop {
            open.set(false);
        }
    };
    let labelled = title_id.clone();
    view! {
        <dialog
            node_ref=dialog
            class=class
            aria-labelledby=labelled
            on:close=move |_| open.set(false)
            on:click=backdrop
        >
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="dialog-head">
                                <h2 class="dialog-title" id=title_id.clone()>
                                    {move || title.get()}
                                </h2>
                                <IconButton
                                    glyph=lu::LuX
                                    label="Close"
                                    tip_side="left"
                                    on_press=move |()| open.set(false)
                                />
                            </div>
                            <div class="dialog-body">{children()}</div>
                            {actions
                                .as_ref()
                                .map(|actions| view! { <div class="dialog-foot">{actions.run()}</div> })}
                        }
                    })
            }}
        </dialog>
    }
    .into_any()
}
