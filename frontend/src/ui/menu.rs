//! A list of commands behind a button.

use leptos::context::Provider;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::focus::step_focus;
use super::icon::{Glyph, Icon};
use super::popover::{Popover, PopoverHandle};

/// Stands in the context of a real menu; elsewhere an item is a plain button.
#[derive(Clone, Copy)]
struct InMenu;

/// Arrow keys walk the items; choosing one closes the menu.
#[component]
pub fn Menu(
    trigger: Children,
    #[prop(into)] trigger_class: Signal<String>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional)] align_end: bool,
    children: ChildrenFn,
) -> AnyView {
    let list = NodeRef::<leptos::html::Div>::new();
    let keys = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        if let Some(list) = list.get_untracked() {
            step_focus(&list, ".menu-item", step);
        }
    };
    let children = StoredValue::new(children);
    view! {
        <Popover trigger trigger_class label=label.unwrap_or_default() align_end role="menu">
            <div node_ref=list on:keydown=keys>
                <Provider value=InMenu>{children.with_value(|children| children())}</Provider>
            </div>
        </Popover>
    }
    .into_any()
}

/// One command; with `href` a link.
#[component]
pub fn MenuItem(
    #[prop(into)] label: String,
    #[prop(optional)] icon: Option<Glyph>,
    #[prop(optional, into)] href: Option<String>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    #[prop(optional)] danger: bool,
    /// Shows a mark behind the word: this is the present choice.
    #[prop(optional, into)]
    chosen: Signal<bool>,
) -> AnyView {
    let role = use_context::<InMenu>().map(|_| "menuitem");
    let handle = use_context::<PopoverHandle>();
    let press = move |_| {
        if let Some(handle) = handle {
            handle.close();
        }
        if let Some(press) = on_press {
            press.run(());
        }
    };
    let class = if danger { "menu-item danger" } else { "menu-item" };
    let body = view! {
        {icon.map(|glyph| view! { <Icon glyph /> })}
        <span class="flex-1">{label}</span>
        {move || chosen.get().then(|| view! { <Icon glyph=super::lu::LuCheck /> })}
    };
    match href {
        Some(href) => view! { <a href=href role=role class=class on:click=press>{body}</a> }.into_any(),
        None => {
            view! { <button type="button" role=role class=class on:click=press>{body}</button> }.into_any()
        }
    }
}

/// A line between groups of commands.
#[component]
pub fn MenuLine() -> AnyView {
    view! { <div class="menu-line" role="separator"></div> }.into_any()
}
