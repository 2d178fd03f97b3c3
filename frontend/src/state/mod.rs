//! What outlives a page: the session, the theme, the brand, news.

use shared::auth::Session;

mod brand;
mod clock;
mod memo;
mod session;
mod storage;
mod theme;
mod toasts;

pub use brand::{BrandState, remember as remember_brand, served_look, set_style};
pub use clock::Clock;
pub use memo::Memo;
pub use session::SessionState;
pub use storage::{read as remembered, write as remember};
pub use theme::{Theme, ThemeState};
pub use toasts::Toasts;

/// Makes all of it, in the context of the whole application.
pub fn provide(session: Option<Session>) {
    ThemeState::provide();
    Clock::provide();
    Toasts::provide();
    BrandState::provide(session.as_ref());
    SessionState::provide(session);
}
