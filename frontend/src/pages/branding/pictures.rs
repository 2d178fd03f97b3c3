//! Logo and icon.

use leptos::prelude::*;
use leptos::web_sys::File;
use shared::branding::{Branding, LARGEST_PICTURE, Picture};
use shared::letters;

use crate::api;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Card, FileDrop, Icon, Tone, lu};

const KINDS: &str = "image/png,image/jpeg,image/webp,image/svg+xml";

#[component]
pub(super) fn Pictures(branding: RwSignal<Option<Branding>>, may: bool) -> AnyView {
    let one = move |picture, label, hint| view! { <One branding may picture label hint /> };
    view! {
        <Card title="Pictures" padded=true>
            <div class="grid gap-4">
                {one(Picture::Logo, "Logo", "Beside the name, on the sign-in page and in mail")}
                {one(Picture::LogoDark, "Logo for dark ground", "In its place in the dark theme")}
                {one(Picture::Favicon, "Icon", "In the browser’s tab; square")}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn One(
    branding: RwSignal<Option<Branding>>,
    may: bool,
    picture: Picture,
    label: &'static str,
    hint: &'static str,
) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let session = SessionState::here();
    let busy = RwSignal::new(false);
    let wrong = RwSignal::new(None::<String>);
    let path = format!("/api/branding/pictures/{}", picture.as_str());
    let shown = move || {
        branding.with(|branding| {
            let look = &branding.as_ref()?.look;
            match picture {
                Picture::Logo => look.logo.clone(),
                Picture::LogoDark => look.logo_dark.clone(),
                Picture::Favicon => look.favicon.clone(),
            }
        })
    };
    let own = Memo::new(move |_| {
        branding.with(|branding| {
            branding
                .as_ref()
                .is_some_and(|b| b.own_pictures.contains(&picture))
        })
    });
    let finish = move |reply: Result<Branding, api::ApiError>, words: &'static str| {
        match reply {
            Ok(changed) => {
                _ = branding.try_set(Some(changed));
                toasts.show(Tone::Good, words);
                session.load();
            }
            Err(refused) => {
                let why = refused.field(picture.as_str()).unwrap_or_else(|| refused.title());
                _ = wrong.try_set(Some(why));
            }
        }
        _ = busy.try_set(false);
    };
    let put = {
        let path = path.clone();
        move |file: File| {
            wrong.set(None);
            // The server says the same; this spares the way there.
            if file.size() > LARGEST_PICTURE as f64 {
                wrong.set(Some("A picture has 1 MB at most".to_owned()));
                return;
            }
            busy.set(true);
            let path = path.clone();
            leptos::task::spawn_local(async move {
                finish(
                    api::put_file(&path, &file).await,
                    "The picture is shown from now on",
                );
            });
        }
    };
    let remove = move |()| {
        busy.set(true);
        let path = path.clone();
        leptos::task::spawn_local(async move {
            finish(api::delete_for(&path).await, "The picture is removed");
        });
    };
    view! {
        <div class="grid gap-2">
            <div class="flex items-center gap-3">
                <div class="min-w-0 flex-1">
                    <h3 class="font-medium">{label}</h3>
                    <p class="field-hint">{hint}</p>
                </div>
                {move || shown().map(|url| view! { <img src=url alt=label class="brand-logo" style="height:32px" /> })}
                <Show when=move || own.get() && may>
                    <Button small=true loading=busy on_press=remove.clone()>
                        "Remove"
                    </Button>
                </Show>
            </div>
            {may
                .then(|| {
                    view! {
                        <FileDrop
                            label=format!("Choose {}", letters::lower(label))
                            hint="PNG, JPEG, WebP or SVG, 1 MB at most"
                            accept=KINDS
                            busy
                            on_file=UnsyncCallback::new(put)
                        />
                    }
                })}
            <div aria-live="polite">
                {move || {
                    wrong
                        .get()
                        .map(|text| {
                            view! {
                                <p class="field-error">
                                    <Icon glyph=lu::LuCircleAlert />
                                    {text}
                                </p>
                            }
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}
