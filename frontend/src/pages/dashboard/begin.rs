//! No workspace is connected yet: how to begin.

use leptos::prelude::*;
use shared::Permission;

use crate::state::SessionState;
use crate::ui::{ButtonLink, Card, EmptyState, Variant, lu};

#[component]
pub(super) fn Begin() -> AnyView {
    let session = SessionState::here();
    let body = move || {
        if session.may(Permission::ConnectionsManage) && session.may(Permission::ConnectionsView) {
            view! {
                <EmptyState
                    icon=lu::LuPlug
                    title="Connect your ElevenLabs workspace"
                    text="Its agents and calls appear here within minutes, and new calls the moment they begin. \
                    You need an API key of the workspace."
                >
                    <ButtonLink href="/settings/integrations" variant=Variant::Primary>
                        "Connect workspace"
                    </ButtonLink>
                </EmptyState>
            }
        } else {
            view! {
                <EmptyState
                    icon=lu::LuPlug
                    title="No workspace is connected yet"
                    text="Figures appear here as soon as an administrator of your organization connects one."
                />
            }
        }
    };
    view! { <Card>{body}</Card> }.into_any()
}
