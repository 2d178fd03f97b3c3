//! Light, dark, or as the system has it.

use leptos::prelude::*;

use super::storage;

const KEY: &str = "theme";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[derive(Clone, Copy)]
pub struct ThemeState(RwSignal<Theme>);

impl ThemeState {
    pub(super) fn provide() {
        let stored = storage::read(KEY);
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| Some(theme.as_str()) == stored.as_deref());
        let state = Self(RwSignal::new(theme.unwrap_or(Theme::System)));
        state.show();
        provide_context(state);
    }

    pub fn get(self) -> Theme {
        self.0.get()
    }

    /// Shows and keeps the choice.
    pub fn set(self, theme: Theme) {
        self.0.set(theme);
        storage::write(KEY, theme.as_str());
        self.show();
    }

    fn show(self) {
        if let Some(root) = document().document_element() {
            let theme = self.0.get_untracked();
            // Fails only for a malformed name.
            _ = match theme {
                Theme::System => root.remove_attribute("data-theme"),
                Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.as_str()),
            };
        }
    }
}
