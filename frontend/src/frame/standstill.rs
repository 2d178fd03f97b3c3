//! What members of an organization see that does not work now: why, and whom to ask.

use leptos::prelude::*;
use shared::auth::Session;
use shared::organization::OrganizationStatus;

use super::enter::Entering;
use crate::state::SessionState;
use crate::ui::{Button, Icon, MenuItem, lu};

#[component]
pub(super) fn Standstill() -> AnyView {
    let session = SessionState::here();
    view! {
        <main class="mx-auto grid min-h-dvh max-w-[520px] content-center gap-4 px-4 py-10">
            {move || session.session().map(|session| words(&session))}
            <div class="flex flex-wrap gap-2">
                <Button icon=lu::LuRefreshCw on_press=move |()| session.load()>
                    "Look again"
                </Button>
                <Button icon=lu::LuLogOut on_press=move |()| session.leave()>
                    "Sign out"
                </Button>
            </div>
            {move || session.session().map(|session| others(&session))}
        </main>
    }
    .into_any()
}

fn words(session: &Session) -> AnyView {
    let name = session.organization.name.clone();
    let title = match session.organization.status {
        OrganizationStatus::Archived => format!("{name} was put away"),
        _ => format!("{name} is suspended"),
    };
    let standstill = session.standstill.clone();
    let reason = standstill.as_ref().and_then(|still| still.reason.clone());
    let name = standstill.as_ref().and_then(|still| still.contact_name.clone());
    let email = standstill.and_then(|still| still.contact_email);
    view! {
        <Icon glyph=lu::LuCirclePause large=true class="text-warn" />
        <h1 class="text-xl font-semibold" dir="auto">{title}</h1>
        {reason.map(|reason| view! { <p class="break-words whitespace-pre-wrap" dir="auto">{reason}</p> })}
        <p class="text-muted">
            "Nothing can be opened or changed until it works again. Calls are still answered and kept."
        </p>
        <p>
            {name.map_or_else(|| "Ask whoever set it up for you.".to_owned(), |name| format!("Ask {name}."))} " "
            {email.map(|email| view! { <a class="link" href=format!("mailto:{email}")>{email.clone()}</a> })}
        </p>
    }
    .into_any()
}

/// Other organizations in which the person may work.
fn others(session: &Session) -> AnyView {
    let entering = Entering::here();
    let here = session.organization.id;
    let items = session
        .organizations
        .iter()
        .filter(|other| other.id != here)
        .take(8);
    items
        .map(|other| {
            let (id, name) = (other.id, other.name.clone());
            let label = format!("Go to {name}");
            view! { <MenuItem label icon=lu::LuArrowRight on_press=move |()| entering.go(id, name.clone()) /> }
        })
        .collect_view()
        .into_any()
}
