//! `/dev/ui`: every component in its states, for those who build with them. It is a chunk like any other
//! page, so nobody else pays for it.

mod calls;
mod controls;
mod data;
mod overlays;
mod sample;
mod states;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::palette::Palette;

use crate::frame::Page;
use crate::state::{Theme, ThemeState, set_style};
use crate::ui::{Button, Card};

/// The catalogue of components.
pub struct ComponentsPage;

#[lazy_route]
impl LazyRoute for ComponentsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let theme = expect_context::<ThemeState>();
        let actions = move || {
            Theme::ALL
                .into_iter()
                .map(|choice| {
                    view! {
                        <Button small=true on_press=move |()| theme.set(choice)>
                            {choice.label()}
                        </Button>
                    }
                })
                .collect_view()
        };
        view! {
            <main>
            <Page title="Components" actions>
                <div class="grid gap-4 lg:grid-cols-2">
                    <controls::Buttons />
                    <controls::Fields />
                    <controls::Choices />
                    <data::Marks />
                </div>
                <div class="mt-4 grid gap-4">
                    <data::Figures />
                    <data::Rows />
                    <calls::Call />
                </div>
                <div class="mt-4 grid gap-4 lg:grid-cols-2">
                    <overlays::Overlays />
                    <states::Work />
                    <states::Nothing />
                    <states::Trouble />
                    <Card title="Colours" padded=true>
                        <Colours />
                    </Card>
                </div>
            </Page>
            </main>
        }
        .into_any()
    }
}

#[component]
fn Colours() -> AnyView {
    let swatches = |name: &'static str, count: u32| {
        view! {
            <div class="mb-3 flex gap-1">
                {(1..=count)
                    .map(|step| {
                        view! {
                            <div
                                class="h-8 flex-1 rounded-sm border border-line"
                                title=format!("{name}{step}")
                                style=format!("background:var(--{name}{step})")
                            ></div>
                        }
                    })
                    .collect_view()}
            </div>
        }
    };
    view! {
        <label class="mb-3 flex items-center gap-3">
            "Brand colour"
            <input
                type="color"
                value="#006c83"
                on:input=move |event| {
                    if let Some(palette) = Palette::from_hex(&event_target_value(&event)) {
                        set_style(&palette.css());
                    }
                }
            />
        </label>
        {swatches("n", 12)}
        {swatches("chart-", 8)}
    }
    .into_any()
}
