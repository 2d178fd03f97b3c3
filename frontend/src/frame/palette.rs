//! Ctrl-K: go anywhere and do common things without the pointer.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::letters;

use super::later;
use super::sections::all;
use crate::state::{Memo, SessionState, Theme, ThemeState};
use crate::ui::{Glyph, Icon, KeyHint, SearchInput, lu};

/// Whether the palette is open; in the context of the shell.
#[derive(Clone, Copy)]
pub(super) struct PaletteOpen(pub RwSignal<bool>);

#[derive(Clone)]
struct Command {
    label: String,
    icon: Glyph,
    run: Callback<()>,
}

#[component]
pub(super) fn Palette() -> AnyView {
    let open = expect_context::<PaletteOpen>().0;
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            open.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || keys.remove());
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Fails only for an element outside of the document.
            (true, false) => _ = dialog.show_modal(),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog node_ref=dialog class="dialog palette" aria-label="Go to" on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                {later::commands(open)}
            </Show>
        </dialog>
    }
    .into_any()
}

#[component]
pub(super) fn Commands(open: RwSignal<bool>) -> AnyView {
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let commands = StoredValue::new(commands());
    let found = Memo::new(move |_| {
        let wanted = letters::lower(&query.get());
        commands.with_value(|all| {
            let matching = all
                .iter()
                .enumerate()
                .filter(|(_, c)| letters::lower(&c.label).contains(&wanted));
            matching.map(|(index, _)| index).collect::<Vec<_>>()
        })
    });
    let run = move |index: Option<usize>| {
        let command = commands.with_value(|all| index.and_then(|index| all.get(index).cloned()));
        if let Some(command) = command {
            open.set(false);
            command.run.run(());
        }
    };
    let keys = move |event: KeyboardEvent| {
        let count = found.with(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" => chosen.update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" => run(found.with(|found| found.get(chosen.get_untracked()).copied())),
            _ => return,
        }
        event.prevent_default();
    };
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // An element that is gone meanwhile keeps nothing from working.
            _ = input.focus();
        }
    });
    Effect::new(move |_| {
        query.track();
        chosen.set(0);
    });
    let rows = move || {
        let row = |(place, index): (usize, usize)| {
            let command = commands.with_value(|all| all.get(index).cloned())?;
            let mark = move || (chosen.get() == place).to_string();
            Some(view! {
                <button
                    type="button"
                    class="menu-item"
                    role="option"
                    tabindex="-1"
                    aria-selected=mark
                    on:click=move |_| run(Some(index))
                    on:pointermove=move |_| chosen.set(place)
                >
                    <Icon glyph=command.icon />
                    {command.label}
                </button>
            })
        };
        found.get().into_iter().enumerate().filter_map(row).collect_view()
    };
    view! {
        <div on:keydown=keys>
            <div class="p-2 border-b border-line">
                <SearchInput value=query label="Go to a page or run a command" node_ref=input />
            </div>
            <div class="palette-list" role="listbox" aria-label="Commands">
                {rows}
            </div>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="p-4 text-center text-muted">"Nothing goes by that name."</p>
            </Show>
            <div class="flex items-center gap-3 px-3 py-2 border-t border-line text-xs text-muted">
                <KeyHint keys="↑ ↓" />
                "choose"
                <KeyHint keys="Enter" />
                "go"
                <KeyHint keys="Esc" />
                "close"
            </div>
        </div>
    }
    .into_any()
}

/// Pages that the session may open, then commands.
fn commands() -> Vec<Command> {
    let session = SessionState::here();
    let theme = expect_context::<ThemeState>();
    let navigate = use_navigate();
    let mut commands: Vec<Command> = untrack(|| {
        let allowed = all(session)
            .into_iter()
            .filter(|section| session.may(section.permission));
        let page = |section: super::sections::Section| {
            let navigate = navigate.clone();
            Command {
                label: section.label.to_owned(),
                icon: section.icon,
                run: Callback::new(move |()| navigate(section.href, Default::default())),
            }
        };
        allowed.map(page).collect()
    });
    let themes = [
        ("Use the light theme", lu::LuSun, Theme::Light),
        ("Use the dark theme", lu::LuMoon, Theme::Dark),
        ("Use the system's theme", lu::LuMonitor, Theme::System),
    ];
    commands.extend(themes.map(|(label, icon, choice)| Command {
        label: label.to_owned(),
        icon,
        run: Callback::new(move |()| theme.set(choice)),
    }));
    commands.push(Command {
        label: "Sign out".to_owned(),
        icon: lu::LuLogOut,
        run: Callback::new(move |()| session.leave()),
    });
    commands
}
