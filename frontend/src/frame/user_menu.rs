//! Who is signed in, the theme, and the way out.

use leptos::prelude::*;

use super::later;
use crate::state::{SessionState, Theme, ThemeState};
use crate::ui::{Avatar, Icon, Menu, MenuItem, MenuLine, lu};

#[component]
pub(super) fn UserMenu() -> AnyView {
    let session = SessionState::here();
    let name = move || session.session().map(|s| s.user.name.clone()).unwrap_or_default();
    view! {
        <Menu
            trigger=Box::new(move || {
                view! {
                    {move || view! { <Avatar name=name() /> }}
                    <span class="rail-label text-ink">{name}</span>
                    <Icon glyph=lu::LuEllipsis class="rail-label flex-none!" />
                }
                    .into_any()
            })
            trigger_class="rail-link"
        >
            {later::user_items()}
        </Menu>
    }
    .into_any()
}

/// The commands alone, also for the sheet of the bottom bar.
#[component]
pub(super) fn UserItems() -> AnyView {
    let session = SessionState::here();
    let theme = expect_context::<ThemeState>();
    let who = move || {
        session
            .session()
            .map(|s| (s.user.email.to_string(), s.role.clone()))
    };
    view! {
        {move || {
            who()
                .map(|(email, role)| {
                    view! {
                        <div class="px-2 py-1.5 text-sm">
                            <div>{email}</div>
                            <div class="text-muted">{role}</div>
                        </div>
                    }
                })
        }}
        <MenuItem label="E-mail address" icon=lu::LuMail href="/account/email" />
        <MenuLine />
        <MenuItem label="Your account" icon=lu::LuCircleUser href="/account" />
        <MenuLine />
        <div class="menu-label">"Theme"</div>
        {Theme::ALL
            .into_iter()
            .map(|choice| {
                view! {
                    <MenuItem
                        label=choice.label()
                        icon=glyph(choice)
                        chosen=Signal::derive(move || theme.get() == choice)
                        on_press=move |()| theme.set(choice)
                    />
                }
            })
            .collect_view()}
        <MenuLine />
        <MenuItem label="Sign out" icon=lu::LuLogOut on_press=move |()| session.leave() />
    }
    .into_any()
}

fn glyph(theme: Theme) -> crate::ui::Glyph {
    match theme {
        Theme::System => lu::LuMonitor,
        Theme::Light => lu::LuSun,
        Theme::Dark => lu::LuMoon,
    }
}
