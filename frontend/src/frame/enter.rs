//! The way into another organization. Whoever comes from above is asked why.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::OrganizationId;
use shared::auth::Session;
use shared::organization::SwitchOrganization;

use crate::api::{self, ApiError};
use crate::state::{Toasts, remember_brand};
use crate::ui::{Button, Dialog, Field, Input, Tone, Variant};

/// Into which organization, and what it is called; in the context of the shell.
#[derive(Clone, Copy)]
pub struct Entering {
    wanted: RwSignal<Option<(OrganizationId, String)>>,
    open: RwSignal<bool>,
    asking: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    toasts: Toasts,
}

impl Entering {
    pub(super) fn provide() {
        provide_context(Self {
            wanted: RwSignal::new(None),
            open: RwSignal::new(false),
            asking: RwSignal::new(false),
            error: RwSignal::new(None),
            toasts: expect_context(),
        });
    }

    pub fn here() -> Self {
        expect_context()
    }

    /// Whether the dialog is open.
    pub(super) fn open(self) -> RwSignal<bool> {
        self.open
    }

    /// Works there from now on; where the server wants to know why, a dialog asks.
    pub fn go(self, id: OrganizationId, name: String) {
        self.wanted.set(Some((id, name)));
        self.send(None);
    }

    fn send(self, reason: Option<String>) {
        let wanted = self
            .wanted
            .with_untracked(|wanted| wanted.as_ref().map(|(id, _)| *id));
        let (Some(organization_id), false) = (wanted, self.asking.get_untracked()) else {
            return;
        };
        let asked = reason.is_some();
        self.asking.set(true);
        self.error.set(None);
        leptos::task::spawn_local(async move {
            let request = SwitchOrganization {
                organization_id,
                reason,
            };
            match api::post::<Session>("/api/auth/organization", &request).await {
                // Everything on the screen belongs to the old one: begin anew.
                Ok(session) => {
                    remember_brand(&session);
                    // Fails only for an address that is none.
                    _ = window().location().assign("/");
                }
                Err(error) if error.field("reason").is_some() => {
                    self.error.set(Some(error).filter(|_| asked));
                    self.open.set(true);
                }
                Err(error) => self.toasts.show(Tone::Bad, error.title()),
            }
            self.asking.set(false);
        });
    }
}

#[component]
pub(super) fn EnterDialog(entering: Entering) -> AnyView {
    let title = Signal::derive(move || {
        let name = entering
            .wanted
            .with(|wanted| wanted.as_ref().map(|(_, name)| name.clone()));
        format!("Enter {}", name.unwrap_or_default())
    });
    view! {
        <Dialog open=entering.open title>
            <Why entering />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Why(entering: Entering) -> AnyView {
    let reason = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        entering.send(Some(reason.get_untracked()));
    };
    let error = Signal::derive(move || {
        entering
            .error
            .with(|error| error.as_ref().and_then(|error| error.field("reason")))
    });
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p class="text-sm text-muted">
                "You will work there with your own role until you leave. The visit ends by itself after some hours."
            </p>
            <Field label="Reason" hint="Its members see this in their audit log." error>
                <Input value=reason autofocus=true placeholder="Asked to look at a failed call" />
            </Field>
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| entering.open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true loading=entering.asking>
                    "Enter"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
