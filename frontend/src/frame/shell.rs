//! The frame around the pages of a signed-in person.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::banners::Banners;
use super::bottom_bar::BottomBar;
use super::confirm::confirmation;
use super::enter::Entering;
use super::later;
use super::pages::{Pages, Route};
use super::palette::{Palette, PaletteOpen};
use super::rail::Rail;
use crate::address;
use crate::state::{Memo, SessionState, remember, remembered};

/// Under this key the browser keeps whether the rail is narrow.
const RAIL: &str = "rail";
/// Where a second factor is set up.
const ACCOUNT: &str = "/account";

/// How many calls run now; the live socket keeps it.
#[derive(Clone, Copy)]
pub struct LiveCount(pub RwSignal<i64>);

/// Shows nothing to who is not signed in, but leads him to the sign-in page.
#[component]
pub fn Shell(routes: &'static [Route]) -> AnyView {
    let session = SessionState::here();
    let signed_in = Memo::new(move |_| session.session().is_some());
    provide_context(PaletteOpen(RwSignal::new(false)));
    Entering::provide();
    let entering = Entering::here();
    let entered = later::once(entering.open());
    let stands_still = Memo::new(move |_| {
        session
            .session()
            .is_some_and(|session| session.standstill.is_some())
    });
    Effect::new(move |_| {
        if !signed_in.get() {
            address::leave();
        }
    });
    // Nothing else works until there is a second factor, so nothing else is shown.
    let must_enrol = Memo::new(move |_| {
        session
            .session()
            .is_some_and(|session| session.second_factor_missing)
    });
    let navigate = use_navigate();
    let path = use_location().pathname;
    Effect::new(move |_| {
        if must_enrol.get() && path.get() != ACCOUNT {
            navigate(ACCOUNT, NavigateOptions::default());
        }
    });
    let narrow = RwSignal::new(remembered(RAIL).is_some_and(|kept| kept == "narrow"));
    Effect::new(move |_| remember(RAIL, if narrow.get() { "narrow" } else { "wide" }));
    view! {
        <Show when=move || signed_in.get() && stands_still.get()>
            {later::standstill()}
        </Show>
        <Show when=move || signed_in.get() && !stands_still.get()>
            <a
                href="#main"
                class="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:top-2 focus:left-2 btn btn-secondary"
            >
                "Skip to content"
            </a>
            {framed(routes, narrow, must_enrol)}
            <Show when=move || !must_enrol.get()>
                <BottomBar />
                <Palette />
            </Show>
            <Show when=move || entered.get()>{move || later::enter_dialog(entering)}</Show>
            {confirmation()}
        </Show>
    }
    .into_any()
}

/// The page is begun first: what it asks for travels while the frame is drawn.
fn framed(routes: &'static [Route], narrow: RwSignal<bool>, must_enrol: Memo<bool>) -> AnyView {
    let pages = view! { <Pages routes /> };
    view! {
        <div class="frame" data-narrow=move || narrow.get().then_some("true")>
            <Show when=move || !must_enrol.get()>
                <Rail narrow />
            </Show>
            <main id="main" class="min-w-0">
                <Banners />
                {pages}
            </main>
        </div>
    }
    .into_any()
}
