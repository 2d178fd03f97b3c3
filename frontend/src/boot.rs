//! What comes before the application: who is signed in decides whether the sign-in page is shown, which is part
//! of the main module, or the application fetched.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::tachys::dom::body;
use shared::ErrorCode;
use shared::auth::Session;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, ApiError};
use crate::pages::login::SignIn;
use crate::ui::ErrorState;
use crate::{address, app, visitor};

/// The catalogue of components and the mailbox of a development machine; they need nobody to be signed in.
const FOR_DEVELOPMENT: [&str; 2] = ["/dev/ui", "/dev/mail"];

/// Asks who is signed in and goes on from there.
pub fn start() {
    spawn_local(async {
        match api::first_session().await {
            Ok(session) => {
                address::back();
                go_on(session).await;
            }
            Err(error) if error.code() != ErrorCode::NotSignedIn => show_trouble(error),
            Err(_) if FOR_DEVELOPMENT.contains(&address::path().as_str()) => app::application(None).await,
            Err(_) if visitor::has(&address::path()) => visitor::visitor().await,
            Err(_) => sign_in(),
        }
    });
}

/// Whoever followed a mailed link goes on with it, signed in or not.
async fn go_on(session: Session) {
    if visitor::has(&address::path()) {
        visitor::visitor().await;
    } else {
        app::application(Some(session)).await;
    }
}

fn sign_in() {
    address::to_sign_in();
    let page = Rc::new(RefCell::new(None));
    let shown = Rc::clone(&page);
    let enter = move |session: Session| {
        let page = shown.borrow_mut().take();
        spawn_local(async move {
            address::back();
            go_on(session).await;
            // It stays until the application stands, so that nothing flashes.
            drop(page);
        });
    };
    let enter = UnsyncCallback::new(enter);
    let handle = leptos::mount::mount_to(body(), move || view! { <SignIn enter /> });
    *page.borrow_mut() = Some(handle);
}

fn show_trouble(error: ApiError) {
    leptos::mount::mount_to_body(move || {
        let reload = Callback::new(|()| {
            // Fails only for a page that is being left.
            _ = window().location().reload();
        });
        view! {
            <main class="grid min-h-dvh content-center">
                <ErrorState error retry=reload />
            </main>
        }
    });
}
