//! Erasing the call for good.

use leptos::prelude::*;
use shared::erasure::Subject;
use shared::{CallId, Permission};

use super::Surface;
use crate::pages::erasing::EraseForm;
use crate::state::SessionState;
use crate::ui::{Button, Dialog, Variant, lu};

#[component]
pub(super) fn Erase(id: CallId) -> AnyView {
    let surface = expect_context::<Surface>();
    if !untrack(|| SessionState::here().may(Permission::CallsDelete)) {
        return ().into_any();
    }
    let open = RwSignal::new(false);
    let done = Callback::new(move |_| {
        open.set(false);
        surface.close.run(());
    });
    view! {
        <div>
            <Button small=true variant=Variant::Quiet icon=lu::LuTrash2 on_press=move |()| open.set(true)>
                "Erase this call"
            </Button>
            <Dialog open title="Erase this call for good?">
                <EraseForm subject=Subject::Call(id) done cancel=Callback::new(move |()| open.set(false)) />
            </Dialog>
        </div>
    }
    .into_any()
}
