//! What stands in the place of a page that the role does not include.

use leptos::prelude::*;
use shared::Permission;

use super::page::Page;
use crate::ui::{EmptyState, lu};

pub(super) fn refusal(permission: Permission) -> AnyView {
    let text = format!(
        "Your role does not include “{}”. An administrator can change that.",
        permission.label()
    );
    view! {
        <Page title="Not available">
            <EmptyState icon=lu::LuKeyRound title="Your role does not allow this" text=text />
        </Page>
    }
    .into_any()
}
