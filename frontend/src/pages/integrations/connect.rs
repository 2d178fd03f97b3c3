//! The form that connects a workspace: tested first if one likes, and in any case before it is stored.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::FieldError;
use shared::connection::{ConnectRequest, Connection, DEFAULT_BASE_URL, WorkspaceInfo};

use super::connections::Connections;
use super::credits::{Credits, plan};
use super::region::{self, CUSTOM};
use super::trouble::Trouble;
use crate::api::{self, ApiError};
use crate::state::{Memo, Toasts};
use crate::ui::{Button, Fact, Facts, Field, Icon, Input, SecretField, Select, Tone, Variant, lu};

/// What is being asked of the server.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Nothing,
    Test,
    Connect,
}

#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    /// A base URL, or [`CUSTOM`].
    region: RwSignal<String>,
    custom_url: RwSignal<String>,
    key: RwSignal<String>,
    wrong: RwSignal<Vec<FieldError>>,
    error: RwSignal<Option<ApiError>>,
    /// What the last test found, until something is changed.
    found: RwSignal<Option<WorkspaceInfo>>,
    asking: RwSignal<Asking>,
}

impl Form {
    fn new() -> Self {
        let form = Self {
            name: RwSignal::new(String::new()),
            region: RwSignal::new(DEFAULT_BASE_URL.to_owned()),
            custom_url: RwSignal::new(String::new()),
            key: RwSignal::new(String::new()),
            wrong: RwSignal::new(Vec::new()),
            error: RwSignal::new(None),
            found: RwSignal::new(None),
            asking: RwSignal::new(Asking::Nothing),
        };
        Effect::new(move |before: Option<()>| {
            form.region.track();
            form.custom_url.track();
            form.key.track();
            if before.is_some() {
                form.found.set(None);
                form.error.set(None);
            }
        });
        form
    }

    fn request(self) -> ConnectRequest {
        let region = self.region.get_untracked();
        ConnectRequest {
            name: self.name.get_untracked().trim().to_owned(),
            base_url: if region == CUSTOM {
                self.custom_url.get_untracked().trim().to_owned()
            } else {
                region
            },
            api_key: self.key.get_untracked().trim().to_owned(),
        }
    }

    /// The request, if its fields are in shape and nothing else is being asked. A test needs no name.
    fn checked(self, asking: Asking) -> Option<ConnectRequest> {
        let mut request = self.request();
        if asking == Asking::Test && request.name.is_empty() {
            request.name = "Test".to_owned();
        }
        self.error.set(None);
        self.wrong.set(request.validate().err().unwrap_or_default());
        if self.asking.get_untracked() != Asking::Nothing
            || self.wrong.with_untracked(|wrong| !wrong.is_empty())
        {
            return None;
        }
        self.asking.set(asking);
        Some(request)
    }

    /// Of the form's own check, or of the server's.
    fn field(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let own = self.wrong.with(|wrong| {
                let error = wrong.iter().find(|error| error.field == name);
                error.map(|error| error.message.clone())
            });
            own.or_else(|| {
                self.error
                    .with(|error| error.as_ref().and_then(|error| error.field(name)))
            })
        })
    }

    fn test(self) {
        let Some(request) = self.checked(Asking::Test) else {
            return;
        };
        self.found.set(None);
        leptos::task::spawn_local(async move {
            match api::post::<WorkspaceInfo>("/api/connections/test", &request).await {
                Ok(found) => _ = self.found.try_set(Some(found)),
                Err(refused) => _ = self.error.try_set(Some(refused)),
            }
            _ = self.asking.try_set(Asking::Nothing);
        });
    }

    fn is(self, asking: Asking) -> Signal<bool> {
        Signal::derive(move || self.asking.get() == asking)
    }
}

/// Closes `open` when the workspace is connected.
#[component]
pub(super) fn ConnectForm(connections: Connections, open: RwSignal<bool>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(request) = form.checked(Asking::Connect) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match api::post::<Connection>("/api/connections", &request).await {
                Ok(connection) => {
                    let text = format!("{} is connected. Its history is being fetched.", connection.name);
                    toasts.show(Tone::Good, text);
                    connections.load();
                    _ = open.try_set(false);
                }
                Err(refused) => _ = form.error.try_set(Some(refused)),
            }
            _ = form.asking.try_set(Asking::Nothing);
        });
    };
    let custom = Memo::new(move |_| form.region.with(|region| region == CUSTOM));
    view! {
        <form class="grid gap-5" novalidate on:submit=submit>
            <p class="text-sm text-muted">
                "Create a key at ElevenLabs → Developers → API keys that may read and write agents. It is stored encrypted and \
                never shown again."
            </p>
            <Field label="Name" hint="How your team calls this workspace." error=form.field("name")>
                <Input value=form.name autofocus=true placeholder="Northwind Dental" />
            </Field>
            <Field
                label="Region"
                hint="Where the workspace lives. A key works in its own region only."
                error=Signal::derive(move || {
                    let error = form.field("base_url").get();
                    error.filter(|_| !custom.get())
                })
            >
                <Select choices=region::choices() value=form.region />
            </Field>
            <Show when=move || custom.get()>
                <Field label="Host" error=form.field("base_url")>
                    <Input value=form.custom_url kind="url" placeholder=DEFAULT_BASE_URL />
                </Field>
            </Show>
            <Field label="API key" error=form.field("api_key")>
                <SecretField value=form.key placeholder="sk_…" />
            </Field>
            <Trouble error=form.error conflict="This workspace is connected already" />
            <div aria-live="polite" class="empty:-mt-5">{move || form.found.get().map(found)}</div>
            <div class="flex flex-wrap gap-2">
                <Button variant=Variant::Primary submit=true loading=form.is(Asking::Connect)>
                    "Connect workspace"
                </Button>
                <Button loading=form.is(Asking::Test) on_press=move |()| form.test()>
                    "Test connection"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn found(workspace: WorkspaceInfo) -> AnyView {
    let plan = plan(&workspace);
    view! {
        <div class="grid gap-3 rounded-md border border-line bg-page px-3 py-3 text-sm">
            <p class="flex items-center gap-2 font-medium">
                <Icon glyph=lu::LuCircleCheck class="text-good" />
                "The key works"
            </p>
            <Facts>
                <Fact name="Plan">{plan}</Fact>
                <Fact name="Credits">
                    <Credits workspace />
                </Fact>
            </Facts>
        </div>
    }
    .into_any()
}
