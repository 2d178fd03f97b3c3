//! Texts, colour and links, with what comes of them beside.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::branding::{Branding, OwnBranding};
use shared::letters;

use super::contrast::Contrast;
use super::pictures::Pictures;
use super::preview::Preview;
use crate::api::{self, ApiError};
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Card, CopyField, Dialog, Field, Input, Switch, Textarea, Tone, Variant};

/// What is being written.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub app_name: RwSignal<String>,
    pub colour: RwSignal<String>,
    sender_name: RwSignal<String>,
    support_url: RwSignal<String>,
    docs_url: RwSignal<String>,
    pub sign_in_title: RwSignal<String>,
    pub sign_in_text: RwSignal<String>,
    hides_platform: RwSignal<bool>,
}

impl Draft {
    fn of(own: OwnBranding) -> Self {
        let text = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
        Self {
            app_name: text(own.app_name),
            colour: text(own.colour),
            sender_name: text(own.sender_name),
            support_url: text(own.support_url),
            docs_url: text(own.docs_url),
            sign_in_title: text(own.sign_in_title),
            sign_in_text: text(own.sign_in_text),
            hides_platform: RwSignal::new(own.hides_platform),
        }
    }

    fn own(self) -> OwnBranding {
        let text = |value: RwSignal<String>| Some(value.get_untracked());
        OwnBranding {
            app_name: text(self.app_name),
            colour: text(self.colour),
            sender_name: text(self.sender_name),
            support_url: text(self.support_url),
            docs_url: text(self.docs_url),
            sign_in_title: text(self.sign_in_title),
            sign_in_text: text(self.sign_in_text),
            hides_platform: self.hides_platform.get_untracked(),
        }
    }
}

#[component]
pub(super) fn Form(branding: RwSignal<Option<Branding>>) -> AnyView {
    // Made anew by a reset, and not by a picture, which leaves alone what is being written.
    let round = RwSignal::new(0);
    let form = move || {
        round.track();
        let read = branding.get_untracked()?;
        Some(view! { <Edit read branding round /> })
    };
    form.into_any()
}

#[component]
fn Edit(read: Branding, branding: RwSignal<Option<Branding>>, round: RwSignal<i32>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let session = SessionState::here();
    let may = untrack(|| session.may(Permission::BrandingEdit));
    let locked = Signal::stored(!may);
    let draft = Draft::of(read.own.clone());
    let (asking, resetting) = (RwSignal::new(false), RwSignal::new(false));
    let error = RwSignal::new(None::<ApiError>);
    let field = move |name: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field(name))))
    };
    let above = read.inherited.clone();
    let done = move |reply: Result<Branding, ApiError>, words: &'static str| match reply {
        Ok(changed) => {
            _ = branding.try_set(Some(changed));
            toasts.show(Tone::Good, words);
            // The look stands in the session: this page, too, is shown in it.
            session.load();
            true
        }
        Err(refused) => {
            toasts.show(Tone::Bad, refused.title());
            _ = error.try_set(Some(refused));
            false
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            done(api::put::<Branding>("/api/branding", &draft.own()).await, "Saved");
            _ = asking.try_set(false);
        });
    };
    let reset = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            let reply = api::delete_for::<Branding>("/api/branding").await;
            _ = asking.try_set(false);
            if done(reply, "Everything is as above again") {
                _ = round.try_update(|round| *round += 1);
            }
        });
    };
    let inherited = |text: &Option<String>| text.clone().unwrap_or_default();
    let own_colour = inherited(&read.inherited_colour);
    let picked = {
        let above = read.inherited_colour.clone();
        move || {
            let typed = draft.colour.get();
            let valid =
                shared::palette::Rgb::from_hex(&letters::lower(&typed)).map(shared::palette::Rgb::hex);
            valid
                .or_else(|| above.clone())
                .unwrap_or_else(|| "#006c83".to_owned())
        }
    };
    let path = read.sign_in_path.clone();
    view! {
        <div class="grid gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
            <form class="grid content-start gap-4" novalidate on:submit=submit>
                <Card title="Name and colour" padded=true>
                    <div class="grid gap-4">
                        <p class="text-sm text-muted">"What is left empty is as in the organization above."</p>
                        <Field label="App name" optional=true error=field("app_name")>
                            <Input value=draft.app_name disabled=locked placeholder=above.app_name.clone() />
                        </Field>
                        <Field
                            label="Brand colour"
                            optional=true
                            hint="One colour; light and dark palettes that can be read are made of it."
                            error=field("colour")
                        >
                            <div class="flex gap-2">
                                <input
                                    type="color"
                                    class="control w-12 flex-none p-1"
                                    aria-label="Choose the brand colour"
                                    disabled=!may
                                    prop:value=picked
                                    on:input=move |event| draft.colour.set(event_target_value(&event))
                                />
                                <Input value=draft.colour disabled=locked placeholder=own_colour />
                            </div>
                        </Field>
                        <Contrast draft above=read.inherited_colour.clone() />
                        <Switch
                            on=draft.hides_platform
                            label="Hide the platform’s name"
                            hint="It is shown neither on pages nor in mail, for you and everybody below you."
                            disabled=locked
                        />
                    </div>
                </Card>
                <Card title="Sign-in page" padded=true>
                    <div class="grid gap-4">
                        <Field label="Title" optional=true error=field("sign_in_title")>
                            <Input value=draft.sign_in_title disabled=locked placeholder=inherited(&above.sign_in_title) />
                        </Field>
                        <Field label="Text" optional=true error=field("sign_in_text")>
                            <Textarea value=draft.sign_in_text disabled=locked placeholder=inherited(&above.sign_in_text) />
                        </Field>
                        {path.map(|path| {
                            let origin = window().location().origin().unwrap_or_default();
                            view! {
                                <div class="grid gap-1">
                                    <span class="text-sm text-muted">"Anybody sees it at"</span>
                                    <CopyField value=format!("{origin}{path}") />
                                </div>
                            }
                        })}
                    </div>
                </Card>
                <Card title="Mail and help" padded=true>
                    <div class="grid gap-4">
                        <Field label="Sender name" optional=true hint="From whom mail comes." error=field("sender_name")>
                            <Input value=draft.sender_name disabled=locked placeholder=inherited(&read.inherited_sender_name) />
                        </Field>
                        <Field label="Help" optional=true hint="https:// or mailto:" error=field("support_url")>
                            <Input value=draft.support_url disabled=locked placeholder=inherited(&above.support_url) />
                        </Field>
                        <Field label="Documentation" optional=true hint="https:// or mailto:" error=field("docs_url")>
                            <Input value=draft.docs_url disabled=locked placeholder=inherited(&above.docs_url) />
                        </Field>
                    </div>
                </Card>
                {may
                    .then(|| {
                        view! {
                            <div class="flex flex-wrap justify-between gap-2">
                                <Button variant=Variant::Primary submit=true loading=asking>
                                    "Save"
                                </Button>
                                <Button on_press=move |()| resetting.set(true)>"Reset everything"</Button>
                            </div>
                        }
                    })}
            </form>
            <div class="grid content-start gap-4">
                <Preview draft branding />
                <Pictures branding may />
            </div>
        </div>
        <Dialog open=resetting title="Reset everything?">
            <div class="grid gap-4">
                <p class="text-sm text-muted">
                    "Name, colour, pictures, texts and links are removed, and those of the organization above are shown again."
                </p>
                <div class="flex justify-end gap-2">
                    <Button on_press=move |()| resetting.set(false)>"Cancel"</Button>
                    <Button variant=Variant::Danger loading=asking on_press=reset>
                        "Reset"
                    </Button>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
