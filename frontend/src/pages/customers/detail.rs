//! One organization in a sheet over the list.

use leptos::prelude::*;
use shared::customer::OrganizationDetail;
use shared::{OrganizationId, Permission};

use super::allowed::AllowedPermissions;
use super::danger::Danger;
use super::limits::LimitsForm;
use super::list::CustomerList;
use super::overview::Overview;
use crate::api::{self, ApiError};
use crate::state::{Memo, SessionState};
use crate::ui::{ErrorState, Sheet, SkeletonRows, Tab, Tabs};

/// The organization that is shown, and how to show what became of it.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub detail: RwSignal<Option<OrganizationDetail>>,
    pub list: CustomerList,
}

impl Shown {
    /// Takes the server's reply to a change; the table is read again.
    pub fn take(self, detail: OrganizationDetail) {
        _ = self.detail.try_set(Some(detail));
        self.list.load();
    }
}

#[component]
pub(super) fn CustomerSheet(
    list: CustomerList,
    chosen: Memo<Option<OrganizationId>>,
    choose: Callback<Option<OrganizationId>>,
) -> AnyView {
    let shown = Shown {
        detail: RwSignal::new(None),
        list,
    };
    let error = RwSignal::new(None::<ApiError>);
    let open = RwSignal::new(false);
    let load = move |id: OrganizationId| {
        error.set(None);
        leptos::task::spawn_local(async move {
            let reply = api::get::<OrganizationDetail>(&format!("/api/organizations/{id}")).await;
            // Another one may have been opened meanwhile.
            if chosen.try_get_untracked().flatten() != Some(id) {
                return;
            }
            match reply {
                Ok(detail) => _ = shown.detail.try_set(Some(detail)),
                Err(failed) => _ = error.try_set(Some(failed)),
            }
        });
    };
    Effect::new(move |_| {
        let id = chosen.get();
        shown.detail.set(None);
        open.set(id.is_some());
        if let Some(id) = id {
            load(id);
        }
    });
    // Closed by its reader: the address says so, too.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now && chosen.get_untracked().is_some() {
            choose.run(None);
        }
        now
    });
    let title = Signal::derive(move || {
        let name = shown
            .detail
            .with(|detail| detail.as_ref().map(|detail| detail.summary.name.clone()));
        name.unwrap_or_default()
    });
    let there = Memo::new(move |_| {
        shown
            .detail
            .with(|detail| detail.as_ref().map(|detail| detail.summary.id))
    });
    let body = move || {
        if let Some(error) = error.get() {
            return view! { <ErrorState error /> }.into_any();
        }
        match there.get() {
            Some(_) => view! { <Views shown /> }.into_any(),
            None => view! { <SkeletonRows rows=6 /> }.into_any(),
        }
    };
    view! {
        <Sheet open title>
            {body}
        </Sheet>
    }
    .into_any()
}

#[component]
fn Views(shown: Shown) -> AnyView {
    let session = SessionState::here();
    let view = RwSignal::new("overview");
    let mut tabs = vec![Tab::new("overview", "Overview")];
    untrack(|| {
        if session.may(Permission::OrganizationsLimits) {
            tabs.push(Tab::new("limits", "Limits and features"));
            tabs.push(Tab::new("permissions", "Permissions"));
        }
        if session.may(Permission::OrganizationsSuspend) {
            tabs.push(Tab::new("danger", "Danger"));
        }
    });
    let body = move || match view.get() {
        "limits" => view! { <LimitsForm shown /> }.into_any(),
        "permissions" => view! { <AllowedPermissions shown /> }.into_any(),
        "danger" => view! { <Danger shown /> }.into_any(),
        _ => view! { <Overview shown /> }.into_any(),
    };
    view! {
        <div class="grid gap-5">
            <Tabs tabs value=view label="Views of the organization" />
            {body}
        </div>
    }
    .into_any()
}
