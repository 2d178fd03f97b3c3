//! Sign-in: the brand, one column, nothing else.

mod demo_accounts;
mod form;

use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use shared::public::PublicInfo;

use crate::api::{self, ApiError};
use crate::frame::{BrandMark, PRODUCT};
use crate::state::SessionState;

/// The sign-in page; who is signed in already goes on to where he wanted.
pub struct LoginPage {
    public: LocalResource<Result<PublicInfo, ApiError>>,
}

#[lazy_route]
impl LazyRoute for LoginPage {
    fn data() -> Self {
        Self {
            public: LocalResource::new(|| api::get("/api/public")),
        }
    }

    fn view(this: Self) -> AnyView {
        let public = Signal::derive(move || this.public.get().and_then(Result::ok));
        let name = move || {
            public.with(|p| {
                p.as_ref()
                    .map_or_else(|| PRODUCT.to_owned(), |p| p.app_name.clone())
            })
        };
        Effect::new(move |_| document().set_title(&format!("Sign in · {}", name())));
        let session = SessionState::here();
        let signed_in = Memo::new(move |_| session.session().is_some());
        let query = use_query_map();
        let next = move || query.with(|query| local_path(query.get("next")));
        let email = RwSignal::new(String::new());
        let password = RwSignal::new(String::new());
        view! {
            <Show when=move || signed_in.get()>
                <Redirect path=next() />
            </Show>
            <main class="mx-auto grid min-h-dvh w-full max-w-[392px] content-center gap-6 px-4 py-10">
                <div class="flex items-center gap-3">
                    <BrandMark size=32 />
                    <span class="text-lg font-semibold">{name}</span>
                </div>
                <form::SignInForm email password />
                <demo_accounts::DemoAccounts public email password />
            </main>
        }
        .into_any()
    }
}

/// Only a path of this site: an address that leads elsewhere is dropped.
fn local_path(next: Option<String>) -> String {
    let local = |path: &String| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    next.filter(local).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_site_are_followed_after_sign_in() {
        let path = |next: &str| local_path(Some(next.to_owned()));
        assert_eq!(path("/calls?status=done"), "/calls?status=done");
        assert_eq!(path("//evil.example"), "/");
        assert_eq!(path("/\\evil.example"), "/");
        assert_eq!(path("https://evil.example"), "/");
        assert_eq!(local_path(None), "/");
    }
}
