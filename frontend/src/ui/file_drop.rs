//! A place for a file: dropped on it, or chosen by a press.

use leptos::prelude::*;
use leptos::web_sys::{DragEvent, File, FileList, HtmlInputElement};
use wasm_bindgen::JsCast;

use super::icon::{Icon, lu};

/// `accept` as HTML has it; `label` is also the accessible name.
#[component]
pub fn FileDrop(
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    accept: &'static str,
    #[prop(optional, into)] busy: Signal<bool>,
    on_file: UnsyncCallback<File>,
) -> AnyView {
    let over = RwSignal::new(false);
    let take = move |files: Option<FileList>| {
        if let (Some(file), false) = (files.and_then(|files| files.get(0)), busy.get_untracked()) {
            on_file.run(file);
        }
    };
    let chosen = move |event: leptos::ev::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            take(input.files());
            // The same file chosen again is a choice, too.
            input.set_value("");
        }
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|transfer| transfer.files()));
    };
    view! {
        <label
            class="file-drop"
            data-over=move || over.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <input
                type="file"
                class="sr-only"
                accept=accept
                aria-label=label.clone()
                disabled=move || busy.get()
                on:change=chosen
            />
            <Icon glyph=lu::LuUpload />
            <span class="font-medium">{label}</span>
            <span class="field-hint">{hint}</span>
        </label>
    }
    .into_any()
}
