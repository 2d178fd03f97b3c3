//! Notes on the call, oldest first; each author changes his own.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::work::{MAX_NOTE, Note, WriteNote};
use shared::{CallId, NoteId, Permission};

use super::data::CallData;
use super::keys::NOTE;
use crate::api::{self, ApiError};
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Card, Field, IconButton, Textarea, Tone, Variant, When, lu};

#[component]
pub(super) fn Notes(id: CallId, data: CallData) -> AnyView {
    let session = SessionState::here();
    if !untrack(|| session.may(Permission::CallsTranscript)) {
        return ().into_any();
    }
    let may_write = untrack(|| session.may(Permission::CallsAnnotate));
    let notes = RwSignal::new(Vec::<Note>::new());
    let error = RwSignal::new(None::<ApiError>);
    let load = move || {
        leptos::task::spawn_local(async move {
            match api::get::<Vec<Note>>(&format!("/api/calls/{id}/notes")).await {
                Ok(found) => {
                    _ = notes.try_set(found);
                    _ = error.try_set(None);
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    // Read again when somebody else wrote one.
    let changed = Memo::new(move |_| data.with(|d| (d.call.work.notes, d.updated_at.timestamp_millis())));
    Effect::new(move |_| {
        _ = changed.get();
        load();
    });
    let edited = RwSignal::new(None::<NoteId>);
    let own = untrack(|| session.session()).map(|session| session.user.id);
    let shown = move |note: Note| {
        let (note_id, text) = (note.id, note.text.clone());
        let is_own = may_write && note.author.as_ref().map(|author| author.id) == own;
        let name = note
            .author
            .map_or_else(|| "Former member".to_owned(), |author| author.name);
        view! {
            <li class="grid gap-1 border-b border-line py-3 last:border-0">
                <div class="flex items-center gap-2 text-sm text-muted">
                    <span class="font-medium text-ink" dir="auto">
                        {name}
                    </span>
                    <When at=note.created_at />
                    {note.edited_at.map(|_| "edited")}
                    {is_own
                        .then(|| {
                            view! {
                                <span class="ml-auto flex gap-1">
                                    <IconButton
                                        glyph=lu::LuPencil
                                        label="Edit note"
                                        small=true
                                        on_press=move |()| edited.set(Some(note_id))
                                    />
                                    <Remove id note_id load=Callback::new(move |()| load()) />
                                </span>
                            }
                        })}
                </div>
                {move || {
                    if edited.get() == Some(note_id) {
                        let done = Callback::new(move |()| {
                            edited.set(None);
                            load();
                        });
                        view! { <Write id note=(note_id, text.clone()) done /> }.into_any()
                    } else {
                        view! { <p class="break-words whitespace-pre-wrap" dir="auto">{text.clone()}</p> }.into_any()
                    }
                }}
            </li>
        }
    };
    view! {
        <Card title="Notes" padded=true>
            <ul>{move || notes.get().into_iter().map(shown).collect_view()}</ul>
            <Show when=move || notes.with(Vec::is_empty) && !may_write>
                <p class="text-sm text-muted">"Nobody has written a note on this call."</p>
            </Show>
            <Refused error fields=&[] />
            {may_write
                .then(|| {
                    view! {
                        <div id=NOTE class="pt-2">
                            <Write id done=Callback::new(move |()| load()) />
                        </div>
                    }
                })}
        </Card>
    }
    .into_any()
}

/// A new note, or another text for one.
#[component]
fn Write(id: CallId, #[prop(optional)] note: Option<(NoteId, String)>, done: Callback<()>) -> AnyView {
    let form = Form::new();
    let (note, before) = note.unzip();
    let text = RwSignal::new(before.unwrap_or_default());
    let empty = Memo::new(move |_| text.with(|text| text.trim().is_empty()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = WriteNote {
            text: text.get_untracked(),
        };
        if !form.begins(request.validate().map_err(|error| vec![error])) {
            return;
        }
        leptos::task::spawn_local(async move {
            let reply = match note {
                None => api::send_json(&format!("/api/calls/{id}/notes"), &request).await,
                Some(note) => api::patch_empty(&format!("/api/calls/{id}/notes/{note}"), &request).await,
            };
            match reply {
                Ok(()) => {
                    _ = text.try_set(String::new());
                    form.end();
                    _ = done.try_run(());
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    let used = Signal::derive(move || (text.with(|text| text.chars().count()), MAX_NOTE));
    view! {
        <form class="grid gap-2" novalidate on:submit=submit>
            <Field label="Note" counter=used error=form.field("text")>
                <Textarea value=text placeholder="What the next one should know" />
            </Field>
            <Refused error=form.error fields=&["text"] />
            <div class="flex justify-end gap-2">
                {note
                    .map(|_| {
                        view! { <Button small=true on_press=move |()| { _ = done.try_run(()); }>"Cancel"</Button> }
                    })}
                <Button small=true variant=Variant::Primary submit=true loading=form.busy disabled=empty>
                    "Save note"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Remove(id: CallId, note_id: NoteId, load: Callback<()>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let remove = move |()| {
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/api/calls/{id}/notes/{note_id}")).await {
                Ok(()) => _ = load.try_run(()),
                Err(error) => toasts.show(Tone::Bad, error.title()),
            }
        });
    };
    view! { <IconButton glyph=lu::LuTrash2 label="Remove note" small=true on_press=remove /> }.into_any()
}
