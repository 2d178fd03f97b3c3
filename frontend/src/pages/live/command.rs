//! Asks for what a command needs, or whether it is meant, and gives it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::letters;
use shared::live_command::{
    CommandKind, CommandRecord, CommandState, EndCall, GiveHint, LONGEST_TEXT, Takeover, TakeoverAction,
    TransferCall,
};
use shared::{CallId, ErrorCode};

use crate::api::{self, ApiError};
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{Button, Dialog, Field, Input, Textarea, Tone, Variant};

const NUMBER: &str = "number";
const TEXT: &str = "text";

/// A command that is being asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Asked {
    kind: CommandKind,
}

impl Asked {
    pub fn new(kind: CommandKind) -> Self {
        Self { kind }
    }
}

/// Open while `asked` names a command.
#[component]
pub(super) fn CommandDialog(id: CallId, asked: RwSignal<Option<Asked>>, done: Callback<()>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(asked.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            asked.set(None);
        }
        now
    });
    let title = Signal::derive(move || asked.get().map_or("", |asked| words(asked.kind).0).to_owned());
    let body = move || {
        asked
            .get()
            .map(|asked| view! { <CommandForm id kind=asked.kind open done /> })
    };
    view! {
        <Dialog open title>
            {body}
        </Dialog>
    }
    .into_any()
}

/// Title, what it does, and the button.
fn words(kind: CommandKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        CommandKind::End => (
            "End this call?",
            "The caller is hung up on at once. It can not be taken back, and your name stands in the audit log.",
            "End call",
        ),
        CommandKind::Transfer => (
            "Transfer this call",
            "The agent hands the caller on to this number and leaves. It can not be taken back.",
            "Transfer call",
        ),
        CommandKind::Hint => (
            "Hint to the agent",
            "The agent takes it up in what it says next. The caller does not hear it.",
            "Send hint",
        ),
        CommandKind::TakeOver => (
            "Take over this chat?",
            "The agent falls silent, and you write in its place until you give the chat back.",
            "Take over",
        ),
        CommandKind::Say => (
            "Write to the customer",
            "It arrives in the place of the agent's words.",
            "Send",
        ),
        CommandKind::GiveBack => (
            "Give this chat back?",
            "The agent answers again from the next message on.",
            "Give back",
        ),
    }
}

#[component]
fn CommandForm(id: CallId, kind: CommandKind, open: RwSignal<bool>, done: Callback<()>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let (number, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The same for a repetition after a broken connection, so that nothing is sent twice.
    let key = StoredValue::new(fresh_key());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(key_now) = key.get_value() else { return };
        let request = Request::of(kind, key_now, &number.get_untracked(), &text.get_untracked());
        if !form.begins(request.check()) {
            return;
        }
        leptos::task::spawn_local(async move {
            match request.send(id).await {
                Ok(record) => {
                    let (tone, words) = told(&record);
                    toasts.show(tone, words);
                    form.end();
                    _ = open.try_set(false);
                }
                Err(error) => {
                    // The server's answer settles the command; without one it may still be on its way.
                    if error.code() != ErrorCode::Unavailable {
                        _ = key.try_set_value(fresh_key());
                    }
                    form.refuse(error);
                }
            }
            done.run(());
        });
    };
    let (_, explanation, button) = words(kind);
    let field = match kind {
        CommandKind::Transfer => view! {
            <Field label="Number" hint="With its country code, such as +49 30 123456" error=form.field(NUMBER)>
                <Input value=number kind="tel" autocomplete="off" autofocus=true />
            </Field>
        }
        .into_any(),
        CommandKind::Hint | CommandKind::Say => {
            let counter = Signal::derive(move || (text.with(|text| text.chars().count()), LONGEST_TEXT));
            view! {
                <Field label=if kind == CommandKind::Hint { "Hint" } else { "Message" } error=form.field(TEXT) counter>
                    <Textarea value=text />
                </Field>
            }
            .into_any()
        }
        CommandKind::End | CommandKind::TakeOver | CommandKind::GiveBack => ().into_any(),
    };
    let variant = match kind {
        CommandKind::End => Variant::Danger,
        _ => Variant::Primary,
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p class="text-sm text-muted">{explanation}</p>
            {field}
            <Refused error=form.error fields=&[NUMBER, TEXT] />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant submit=true loading=form.busy>
                    {button}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn told(record: &CommandRecord) -> (Tone, String) {
    match record.state {
        CommandState::Unconfirmed => (
            Tone::Warn,
            record
                .detail
                .clone()
                .unwrap_or_else(|| "Sent, not confirmed".to_owned()),
        ),
        state => (
            Tone::Good,
            format!("{}: {}", record.kind.label(), letters::lower(state.label())),
        ),
    }
}

enum Request {
    End(EndCall),
    Transfer(TransferCall),
    Hint(GiveHint),
    Takeover(Takeover),
}

impl Request {
    fn of(kind: CommandKind, CallId(key): CallId, number: &str, text: &str) -> Self {
        let takeover = |action, text: Option<&str>| {
            Self::Takeover(Takeover {
                key,
                action,
                text: text.map(str::to_owned),
            })
        };
        match kind {
            CommandKind::End => Self::End(EndCall { key }),
            CommandKind::Transfer => Self::Transfer(TransferCall {
                key,
                number: number.to_owned(),
            }),
            CommandKind::Hint => Self::Hint(GiveHint {
                key,
                text: text.to_owned(),
            }),
            CommandKind::TakeOver => takeover(TakeoverAction::Start, None),
            CommandKind::Say => takeover(TakeoverAction::Say, Some(text)),
            CommandKind::GiveBack => takeover(TakeoverAction::End, None),
        }
    }

    fn check(&self) -> Result<(), Vec<shared::FieldError>> {
        match self {
            Self::End(_) => Ok(()),
            Self::Transfer(request) => request.number().map(drop),
            Self::Hint(request) => request.text().map(drop),
            Self::Takeover(request) => request.command().map(drop),
        }
        .map_err(|error| vec![error])
    }

    async fn send(&self, id: CallId) -> Result<CommandRecord, ApiError> {
        let path = |what: &str| format!("/api/live/calls/{id}/{what}");
        match self {
            Self::End(request) => api::post(&path("end"), request).await,
            Self::Transfer(request) => api::post(&path("transfer"), request).await,
            Self::Hint(request) => api::post(&path("hint"), request).await,
            Self::Takeover(request) => api::post(&path("takeover"), request).await,
        }
    }
}

/// A new key: 122 random bits in the shape of an id. It need be unique, not secret.
fn fresh_key() -> Option<CallId> {
    let part = || (js_sys::Math::random() * 4_294_967_296.0) as u32;
    let (a, b, c, d) = (part(), part(), part(), part());
    let text = format!(
        "{a:08x}-{:04x}-4{:03x}-8{:03x}-{:04x}{d:08x}",
        b >> 16,
        b & 0xfff,
        c >> 20,
        c & 0xffff
    );
    text.parse().ok()
}
