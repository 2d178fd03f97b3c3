//! Invitations that were sent: a card below the people or agencies that they lead to, and the forms that send them.

mod agency;
mod member;
mod table;

pub use agency::InviteAgency;
pub use member::InviteMember;

use leptos::prelude::*;
use serde::Serialize;
use shared::invitation::Invitation;

use crate::api::{self, Paged, Phase};
use crate::pages::form::Form;
use crate::state::Toasts;
use crate::ui::{Card, EmptyState, ErrorState, SkeletonRows, Tone, lu};
use table::InvitationTable;

/// Of members, or of agencies.
#[derive(Clone, Copy)]
pub struct Invitations {
    pub path: &'static str,
    pub list: Paged<Invitation>,
    toasts: Toasts,
}

impl Invitations {
    pub fn of_members() -> Self {
        Self::follow("/api/members/invitations")
    }

    pub fn of_agencies() -> Self {
        Self::follow("/api/agencies/invitations")
    }

    fn follow(path: &'static str) -> Self {
        Self {
            path,
            list: Paged::follow(move || format!("{path}?limit=25")),
            toasts: expect_context(),
        }
    }
}

impl Invitations {
    /// Sends what was checked, and closes the sheet in which it was asked for.
    fn send(self, request: impl Serialize + 'static, form: Form, open: RwSignal<bool>) {
        leptos::task::spawn_local(async move {
            match api::post::<Invitation>(self.path, &request).await {
                Ok(sent) => {
                    self.toasts.show(
                        Tone::Good,
                        format!("An invitation is on its way to {}", sent.email),
                    );
                    form.end();
                    _ = open.try_set(false);
                    self.list.load();
                }
                Err(error) => form.refuse(error),
            }
        });
    }
}

#[component]
pub fn InvitationCard(invitations: Invitations) -> AnyView {
    let list = invitations.list;
    let body = move || match list.phase.get() {
        Phase::First => view! { <SkeletonRows rows=2 /> }.into_any(),
        Phase::Failed(error) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        _ if list.rows.with(Vec::is_empty) => view! {
            <EmptyState
                icon=lu::LuMail
                title="No invitations"
                text="Whoever is invited gets a link by mail and appears here until it is accepted."
            />
        }
        .into_any(),
        _ => view! { <InvitationTable invitations /> }.into_any(),
    };
    view! {
        <Card title="Invitations" class="mt-4 overflow-clip">
            {body}
        </Card>
    }
    .into_any()
}
