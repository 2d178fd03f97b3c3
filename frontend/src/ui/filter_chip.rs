//! One filter of a list: a dashed chip that fills with its value.

use leptos::prelude::*;
use shared::letters;

use super::icon::{Icon, lu};
use super::input::SearchInput;
use super::menu::{MenuItem, MenuLine};
use super::popover::Popover;
use super::select::Choice;

/// Beyond this many choices the panel has a search box.
const SEARCH_FROM: usize = 9;

#[component]
pub fn FilterChip(
    label: &'static str,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    value: RwSignal<Option<String>>,
) -> AnyView {
    let query = RwSignal::new(String::new());
    let shown = move || {
        value.get().map(|value| {
            let known = choices.with(|all| all.iter().find(|c| c.value == value).map(|c| c.label.clone()));
            view! { <span class="chip-value">{known.unwrap_or(value)}</span> }
        })
    };
    let items = move || {
        let wanted = letters::lower(&query.get());
        choices
            .get()
            .into_iter()
            .filter(|choice| letters::lower(&choice.label).contains(&wanted))
            .map(|choice| {
                let own = choice.value.clone();
                let chosen = Signal::derive(move || value.with(|v| v.as_deref() == Some(own.as_str())));
                let pick = choice.value;
                view! { <MenuItem label=choice.label chosen on_press=move |()| value.set(Some(pick.clone())) /> }
            })
            .collect_view()
    };
    view! {
        <Popover
            trigger=Box::new(move || {
                view! {
                    <Icon glyph=lu::LuListFilter />
                    {label}
                    {shown}
                }
                    .into_any()
            })
            trigger_class="chip"
            set=Signal::derive(move || value.with(Option::is_some))
        >
            <Show when=move || choices.with(|all| all.len() >= SEARCH_FROM)>
                <div class="pb-1">
                    <SearchInput value=query label=format!("Search {}", letters::lower(label)) />
                </div>
            </Show>
            {items}
            <Show when=move || value.with(Option::is_some)>
                <MenuLine />
                <MenuItem label="Clear" icon=lu::LuX on_press=move |()| value.set(None) />
            </Show>
        </Popover>
    }
    .into_any()
}
