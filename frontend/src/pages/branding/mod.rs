//! How the organization looks to its people.

mod contrast;
mod form;
mod pictures;
mod preview;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::branding::Branding;

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::state::Memo;
use crate::ui::{Card, ErrorState, SkeletonRows};
use form::Form;

/// `/settings/branding`.
pub struct BrandingPage;

#[lazy_route]
impl LazyRoute for BrandingPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <OwnBrand /> }.into_any()
    }
}

#[component]
fn OwnBrand() -> AnyView {
    let branding = RwSignal::new(None::<Branding>);
    let error = RwSignal::new(None::<ApiError>);
    let load = move || {
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::get::<Branding>("/api/branding").await {
                Ok(read) => _ = branding.try_set(Some(read)),
                Err(failed) => _ = error.try_set(Some(failed)),
            }
        });
    };
    load();
    let there = Memo::new(move |_| branding.with(Option::is_some));
    let body = move || {
        if let Some(error) = error.get() {
            return view! {
                <Card>
                    <ErrorState error retry=Callback::new(move |()| load()) />
                </Card>
            }
            .into_any();
        }
        if there.get() {
            view! { <Form branding /> }.into_any()
        } else {
            view! {
                <Card>
                    <SkeletonRows rows=8 />
                </Card>
            }
            .into_any()
        }
    };
    view! { <Page title="Branding">{body}</Page> }.into_any()
}
