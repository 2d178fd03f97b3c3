//! Looking at the product as a role sees it.

use leptos::prelude::*;
use shared::auth::{Session, StartPreview};

use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::ui::{Button, lu};

#[component]
pub(super) fn PreviewButton(role: String) -> AnyView {
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let start = move |()| {
        asking.set(true);
        let request = StartPreview { role: role.clone() };
        leptos::task::spawn_local(async move {
            match api::post::<Session>("/api/auth/preview", &request).await {
                // All that is shown was read with other permissions.
                Ok(_) => _ = window().location().assign("/"),
                Err(refused) => {
                    _ = error.try_set(Some(refused));
                    _ = asking.try_set(false);
                }
            }
        });
    };
    view! {
        <div class="grid gap-2">
            <div>
                <Button icon=lu::LuEye loading=asking on_press=start>
                    "See the product as this role"
                </Button>
            </div>
            <Refused error fields=&[] />
        </div>
    }
    .into_any()
}
