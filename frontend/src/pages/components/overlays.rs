//! What floats.

use leptos::prelude::*;

use crate::state::Toasts;
use crate::ui::*;

#[component]
pub(super) fn Overlays() -> AnyView {
    let dialog = RwSignal::new(false);
    let sheet = RwSignal::new(false);
    let toasts = expect_context::<Toasts>();
    let actions = move || {
        view! {
            <Button on_press=move |()| dialog.set(false)>"Keep it"</Button>
            <Button variant=Variant::Danger on_press=move |()| dialog.set(false)>
                "Remove connection"
            </Button>
        }
    };
    view! {
        <Card title="Dialog, Sheet, Menu, Toast" padded=true>
            <div class="flex flex-wrap gap-2">
                <Button on_press=move |()| dialog.set(true)>"Open dialog"</Button>
                <Button on_press=move |()| sheet.set(true)>"Open sheet"</Button>
                <Menu
                    trigger=Box::new(|| {
                        view! {
                            "Open menu"
                            <Icon glyph=lu::LuChevronDown />
                        }
                            .into_any()
                    })
                    trigger_class="btn btn-secondary"
                >
                    <MenuItem label="Rename" icon=lu::LuPencil />
                    <MenuItem label="Download" icon=lu::LuDownload />
                    <MenuLine />
                    <MenuItem label="Remove" icon=lu::LuTrash2 danger=true />
                </Menu>
                <Button on_press=move |()| toasts.show(Tone::Bad, "The key was refused.")>"Toast"</Button>
                <Button on_press=move |()| {
                    toasts.show_undo("Filter removed", Callback::new(|()| ()));
                }>"Toast with undo"</Button>
            </div>
            <Dialog open=dialog title="Remove this connection?" actions>
                <p>"Its agents and 12,408 calls leave this organization. Nothing changes at ElevenLabs."</p>
            </Dialog>
            <Sheet open=sheet title="Call with +1 415 555 0134">
                <p>"The detail stands here, over its list."</p>
            </Sheet>
        </Card>
    }
    .into_any()
}
